import math
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.abstention_measures import area_under, auroc, rejected_at_kept, risk_coverage
from evals.answer_measures import (
    contains_answer,
    exact_match,
    holds,
    normalised,
    share_held,
    token_f1,
    violated,
)
from evals.citation_measures import Span, citation_precision, citation_recall, matches
from evals.intervals import (
    clusters,
    interval,
    p_value,
    ratio_intervals,
    ratio_of_sums,
    ratio_swaps,
    resampled,
    weighted_area,
    weighted_auroc,
    weighted_rejected,
)
from evals.rankings import MEASURES, Judged, by_document, by_quote

confidences = st.lists(
    st.tuples(st.sampled_from([-math.inf, 0.0, 0.1, 0.25, 0.5, 1.0]), st.booleans()),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("The  Cat, a dog; AN owl!", "cat dog owl"),
        ("theatre analysis", "theatre analysis"),
        ("a-b", "ab"),
        ("U.S.A.", "usa"),
        ("ÉCOLE São—Tomé", "école são—tomé"),
        ("“the” Straße", "“ ” straße"),
        ("The a an", ""),
        ("東京 タワー", "東京 タワー"),
        ("$1,000.50", "100050"),
    ],
)
def test_text_is_normalised_as_by_the_official_script(text: str, bare: str):
    assert normalised(text) == bare


@pytest.mark.parametrize(
    ("prediction", "accepted", "match", "f1"),
    [
        ("The Eiffel Tower", ["eiffel tower"], 1, 1),
        ("in Paris", ["Paris"], 0, 2 / 3),
        ("", ["Paris"], 0, 0),
        ("to be or not to be", ["to be"], 0, 2 * (2 / 6) * 1 / (2 / 6 + 1)),
        ("to to", ["to to to"], 0, 0.8),
        ("x y", ["z", "x", "x y w"], 0, 0.8),
        ("zürich", ["Zürich"], 1, 1),
    ],
)
def test_exact_match_and_f1_take_bags_of_words_and_the_best_accepted_answer(
    prediction: str, accepted: list[str], match: float, f1: float
):
    assert exact_match(prediction, accepted) == match
    assert token_f1(prediction, accepted) == pytest.approx(f1)


def test_answers_that_cannot_be_judged_are_nan():
    for measure in (exact_match, token_f1, contains_answer):
        assert math.isnan(measure("anything", []))
        assert math.isnan(measure("anything", ["The", "..."]))
    assert math.isnan(share_held("anything", []))
    assert math.isnan(violated("anything", []))


@given(st.text(max_size=60), st.text(max_size=30))
def test_f1_agrees_with_precision_and_recall_counted_one_by_one(prediction: str, answer: str):
    gold, said = normalised(answer).split(), normalised(prediction).split()
    found = token_f1(prediction, [answer])
    if not gold:
        assert math.isnan(found)
        return
    shared = sum((Counter(gold) & Counter(said)).values())
    expected = 0.0
    if shared:
        precision, recall = shared / len(said), shared / len(gold)
        expected = 2 * precision * recall / (precision + recall)
    assert found == pytest.approx(expected)
    assert 0 <= exact_match(prediction, [answer]) <= found <= 1


def test_containing_takes_whole_words_in_a_row():
    assert holds("It was signed in New York.", "new york")
    assert not holds("It was signed in New Yorkshire.", "new york")
    assert not holds("York was New", "New York")
    assert not holds("12.40 was paid", "12.4")
    assert not holds("anything", "the")
    assert contains_answer("They paid 40 million.", ["four", "40 million"]) == 1


def test_an_item_holds_if_any_alternative_does():
    text = "The ministry, on 4 May, denied it."
    assert share_held(text, [("denied", "rejected"), ("confirmed",)]) == 0.5
    assert violated(text, ["confirmed"]) == 0
    assert violated(text, ["confirmed", "Denied"]) == 1


def test_spans_match_that_share_half_of_the_shorter():
    gold = Span("a", 100, 120)
    assert matches(Span("a", 110, 200), gold)
    assert not matches(Span("a", 111, 200), gold)
    assert not matches(Span("b", 100, 120), gold)
    assert matches(Span("a", 0, 1000), gold)
    assert not matches(Span("a", 105, 105), gold)


def test_citations_are_counted_against_evidence_or_else_against_answers():
    evidence = [Span("a", 0, 10), Span("b", 0, 10)]
    cited = [Span("a", 0, 10), Span("a", 50, 60), Span("a", 2, 9)]
    assert citation_precision(cited, ["", "", ""], evidence, ["x"]) == (2, 3)
    assert citation_recall(cited, evidence) == (1, 2)
    assert citation_precision(cited, ["in Rome", "no", "no"], [], ["Rome"]) == (1, 3)
    assert citation_precision(cited, ["in Rome", "no", "no"], [], []).of == 0


def test_auroc_counts_ties_half():
    assert auroc([0.9, 0.8], [0.1, 0.2]) == 1
    assert auroc([0.1], [0.9]) == 0
    assert auroc([0.5, 0.5], [0.5]) == 0.5
    # Pairs: .8 > .4, .8 > .3; .4 = .4 (half), .4 > .3; .3 < .4, .3 = .3 (half) → 4 of 6.
    assert auroc([0.8, 0.4, 0.3], [0.4, 0.3]) == pytest.approx(4 / 6)
    assert math.isnan(auroc([0.4], []))


def test_auroc_agrees_with_the_statistic_of_mann_and_whitney():
    stats = pytest.importorskip("scipy.stats")
    draw = random.Random(1)
    right = [round(draw.betavariate(3, 2), 1) for _ in range(80)]
    wrong = [round(draw.betavariate(2, 3), 1) for _ in range(50)]
    expected = stats.mannwhitneyu(right, wrong).statistic / (80 * 50)
    assert auroc(right, wrong) == pytest.approx(expected)


def test_rejection_is_counted_where_nine_in_ten_are_answered():
    right = [value / 10 for value in range(1, 11)]  # the threshold keeps .2 and above
    assert rejected_at_kept(right, [0.1, 0.15, 0.2, 0.9]) == 0.5
    assert rejected_at_kept([0.5], [0.4, 0.5]) == 0.5


def test_the_risk_coverage_curve_takes_ties_together():
    curve = risk_coverage([0.9, 0.5, 0.5, 0.1], [0, 1, 0, 1])
    assert [tuple(point) for point in curve] == [
        (0.9, 0.25, 0),
        (0.5, 0.75, pytest.approx(1 / 3)),
        (0.1, 1, 0.5),
    ]
    assert area_under(curve) == pytest.approx(0.25 * 0 + 0.5 / 3 + 0.25 * 0.5)
    # Without ties it is the mean of the risks at each coverage: 0, 1/2, 1/3.
    assert area_under(risk_coverage([3, 2, 1], [0, 1, 0])) == pytest.approx((1 / 2 + 1 / 3) / 3)


@given(confidences, st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_weighted_statistics_equal_the_plain_ones_over_repeated_questions(
    rows: list[tuple[float, bool]], counts: list[int]
):
    values = np.array([value for value, _ in rows])
    kinds = np.array([kind for _, kind in rows])
    counts = counts[: len(rows)]
    weights = np.array([counts], dtype=float)
    repeated = [row for row, count in zip(rows, counts, strict=True) for _ in range(count)]
    right = [value for value, kind in repeated if kind]
    wrong = [value for value, kind in repeated if not kind]
    curve = risk_coverage([value for value, _ in repeated], [1.0 - kind for _, kind in repeated])
    for found, expected in (
        (weighted_auroc(values, kinds), auroc(right, wrong)),
        (weighted_rejected(values, kinds), rejected_at_kept(right, wrong)),
        (weighted_area(values, 1.0 - kinds), area_under(curve)),
    ):
        assert found(weights)[0] == pytest.approx(expected, nan_ok=True)


def ranking(*documents: str) -> list[Span]:
    return [Span(document, 0, 100) for document in documents]


def test_documents_are_ranked_once_by_their_first_passage():
    asked = Judged(ranking("x", "x", "a", "a", "b"), {"a": 1, "b": 1, "c": 1}, {})
    found = {name: column[0] for name, column in by_document([asked]).items()}
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found == {
        "R@1": 0,
        "R@5": pytest.approx(2 / 3),
        "R@10": pytest.approx(2 / 3),
        "R@20": pytest.approx(2 / 3),
        "nDCG@10": pytest.approx((1 / math.log2(3) + 1 / math.log2(4)) / ideal),
        "RR": 0.5,
    }


def test_grades_are_gains_and_grade_zero_is_not_relevant():
    graded = Judged(ranking("b", "a", "c"), {"a": 2, "b": 1, "c": 0}, {})
    only_zero = Judged(ranking("c"), {"c": 0}, {})
    found = by_document([graded, only_zero])
    expected = (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3))
    assert found["nDCG@10"][0] == pytest.approx(expected)
    assert found["R@1"][0] == 0.5
    assert math.isnan(found["R@1"][1])


def test_each_piece_of_evidence_is_credited_to_the_first_passage_that_covers_it():
    first, second, third = Span("a", 0, 20), Span("a", 50, 60), Span("b", 0, 10)
    passages = [Span("c", 0, 9), Span("a", 0, 100), Span("a", 5, 25), Span("b", 0, 9)]
    asked = Judged(passages, {"a": 1, "b": 1}, {first: 1, second: 1, third: 1})
    found = {name: column[0] for name, column in by_quote([asked]).items()}
    # As items: other, first, second, other, third.
    gain = 1 / math.log2(3) + 1 / math.log2(4) + 1 / math.log2(6)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found["R@1"] == 0
    assert found["R@5"] == 1
    assert found["RR"] == 0.5
    assert found["nDCG@10"] == pytest.approx(gain / ideal)


def test_a_passage_that_covers_all_evidence_has_found_all_of_it():
    asked = Judged([Span("a", 0, 100)], {"a": 1}, {Span("a", 0, 20): 1, Span("a", 50, 60): 1})
    assert {name: column[0] for name, column in by_quote([asked]).items()} == dict.fromkeys(
        MEASURES, 1
    )


def test_cutoffs_count_passages_in_the_order_of_ranks():
    passages = ranking(*(f"d{number:02}" for number in range(30)))
    asked = [Judged(passages, {f"d{n:02}": 1}, {Span(f"d{n:02}", 0, 5): 1}) for n in (0, 4, 5, 20)]
    for values in (by_document(asked), by_quote(asked)):
        assert values["R@1"] == [1, 0, 0, 0]
        assert values["R@5"] == [1, 1, 0, 0]
        assert values["R@10"] == [1, 1, 1, 0]
        assert values["R@20"] == [1, 1, 1, 0]
        assert values["RR"] == pytest.approx([1, 1 / 5, 1 / 6, 1 / 21])


def test_an_empty_ranking_is_zero_and_no_gold_cannot_be_judged():
    for values in (
        by_document([Judged([], {"a": 1}, {}), Judged(ranking("a"), {}, {})]),
        by_quote([Judged([], {}, {Span("a", 0, 5): 1}), Judged(ranking("a"), {}, {})]),
    ):
        assert [values[name][0] for name in MEASURES] == [0] * len(MEASURES)
        assert all(math.isnan(values[name][1]) for name in MEASURES)


def mean_of(values: list[float]):
    return ratio_of_sums(np.array(values), np.ones(len(values)))


def test_the_interval_of_a_share_is_near_the_exact_one_and_told_by_the_seed():
    values = [1.0] * 30 + [0.0] * 70
    alone = clusters([str(number) for number in range(100)])
    low, high = interval(mean_of(values), alone)
    # Binomial(100, .3): its 2.5 and 97.5 percentiles are .21 and .39.
    assert low == pytest.approx(0.21, abs=0.011)
    assert high == pytest.approx(0.39, abs=0.011)
    assert interval(mean_of(values), alone) == (low, high)
    draws = [interval(mean_of(list(np.arange(100.0))), alone, seed=seed) for seed in (0, 0, 1)]
    assert draws[0] == draws[1] != draws[2]


def test_equal_values_have_an_interval_without_width_and_one_cluster_none():
    assert interval(mean_of([0.5] * 9), clusters(list("abcdefghi"))) == (0.5, 0.5)
    assert all(math.isnan(end) for end in interval(mean_of([0, 1, 1]), clusters(["a"] * 3)))


def test_intervals_widen_where_questions_of_a_document_agree():
    values = [float(number // 10 % 2) for number in range(200)]
    by_question = clusters([str(number) for number in range(200)])
    by_document_ = clusters([str(number // 10) for number in range(200)])
    narrow, wide = (interval(mean_of(values), groups) for groups in (by_question, by_document_))
    assert wide[1] - wide[0] > 2.5 * (narrow[1] - narrow[0])


def test_whole_clusters_are_drawn_as_many_as_there_are():
    drawn = np.concatenate(list(resampled(clusters(list("aabbbc")), 500)))
    assert drawn.shape == (500, 3)
    assert (drawn.sum(axis=1) == 3).all()
    assert drawn.mean() == pytest.approx(1)


def test_many_ratios_have_the_intervals_of_each_alone():
    draw = np.random.default_rng(3)
    hits, of = draw.integers(0, 2, (40, 3)).astype(float), np.ones((40, 3))
    of[:20, 1] = 0
    of[:, 2] = 0
    groups = clusters([str(number // 3) for number in range(40)])
    found = ratio_intervals(hits * of, of, groups)
    for place in range(2):
        single = interval(ratio_of_sums(hits[:, place] * of[:, place], of[:, place]), groups)
        assert tuple(found[place]) == pytest.approx(single)
    assert np.isnan(found[2]).all()


def swapped(a: list[float], b: list[float], names: list[str]) -> float:
    ones = np.ones((len(a), 1))
    columns = [np.array([values]).T for values in (a, b)]
    draws = ratio_swaps((columns[0], ones), (columns[1], ones), clusters(names))
    return p_value(float(np.mean(b) - np.mean(a)), draws[:, 0])


def test_the_permutation_test_of_identical_runs_gives_one():
    values = [0.1, 0.7, 1.0, 0.0]
    assert swapped(values, values, list("abcd")) == 1


def test_the_permutation_test_agrees_with_all_flips_counted():
    # Six differences of 1: only all or no flips are as far, 2 of 64.
    assert swapped([0.0] * 6, [1.0] * 6, list("abcdef")) == pytest.approx(2 / 64, abs=0.006)
    # In two documents there are four flips, two as far as what is seen.
    assert swapped([0.0] * 6, [1.0] * 6, list("aaabbb")) == pytest.approx(0.5, abs=0.02)

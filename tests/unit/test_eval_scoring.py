import copy
import json
import math
import resource
from pathlib import Path
from typing import Any

import pytest

from evals.comparing import compare, comparison_text, worse_than
from evals.fact_writing import RunWriter
from evals.facts import read_run
from evals.judging import judge
from evals.scoring import below, measure_names, score, scores_text
from rag.errors import ConfigurationError

N = 12
LESS = {"answer.must_not", "answer.characters", "abstention.aurc"}


def gold_of(number: int) -> dict[str, Any]:
    """Every third question is unanswerable; two questions share a document."""
    answerable = number % 3 != 2
    evidence = [
        {"document": f"d{number // 2}.txt", "quote": "x" * 40, "start": 1000 * number, "end": 0}
    ]
    evidence[0]["end"] = evidence[0]["start"] + 40
    return {
        "question": f"What is number {number}?",
        "answers": [f"thing {number}"] if answerable else [],
        "answerable": answerable,
        "evidence": evidence if answerable else [],
        "as_of": None,
        "must_contain": [["thing", "stuff"]] if answerable else [],
        "should_contain": [[f"{number}"]] if answerable else [],
        "must_not": ["forbidden"],
        "tags": ["even" if number % 2 == 0 else "odd"],
    }


def row_of(number: int, **changes: Any) -> dict[str, Any]:
    """What an oracle would write."""
    gold = gold_of(number)
    spans = [{name: item[name] for name in ("document", "start", "end")} for item in
             gold["evidence"]]  # fmt: skip
    answerable = gold["answerable"]
    sentence = {"text": f"The thing {number}.", "role": "answer", "citations": [1]}
    row = {
        "id": f"q{number}",
        "gold": gold,
        "ranking": [{"rank": rank, "score": 1.0, **span} for rank, span in enumerate(spans, 1)],
        "answer": {
            "abstained": not answerable,
            "confidence": 0.9 if answerable else 0.1,
            "short_answer": f"thing {number}" if answerable else None,
            "sentences": [sentence] if answerable else [],
            "citations": [{"number": 1, "quote": "x" * 40}] if answerable else [],
            "withheld": [],
        },
        "checks": {"citations": [True] * len(spans), "withheld": []},
        "cited": spans,
        "seconds": {"retrieve": 0.1, "answer": 0.2, "total": 0.3 + number},
        "tokens": {"prompt": 0, "completion": 0},
        "error": None,
    }
    return {**row, **changes}


def abstaining(number: int, **answer: Any) -> dict[str, Any]:
    row = row_of(number)
    withheld = row["answer"]["sentences"]
    row["answer"] |= {"abstained": True, "sentences": [], "citations": [], "short_answer": None}
    row["answer"] |= {"withheld": withheld, **answer}
    return {**row, "cited": [], "checks": {"citations": [], "withheld": []}}


def header_of(n: int = N, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "attest run",
        "schema": 1,
        "set": {"name": "made up", "folder": "x", "hash": "0" * 64, "rows": n},
        "settings": {"k": 10},
        "models": {},
        "versions": {},
        "machine": {},
        "seed": 0,
        "limit": None,
        "asked": [f"q{number}" for number in range(n)],
        "started_at": "2026-01-01T00:00:00Z",
        **changes,
    }


def write(path: Path, rows: list[dict[str, Any]], **header: Any) -> Path:
    lines = [json.dumps(line) for line in (header_of(**header), *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def oracle(path: Path) -> Path:
    return write(path, [row_of(number) for number in range(N)])


def test_an_oracle_scores_one_everywhere(tmp_path: Path):
    scores = score(oracle(tmp_path / "run.jsonl"))
    values = {name: one.value for name, one in scores.measures.items()}
    assert set(values) == set(measure_names())
    assert math.isnan(values.pop("citation.withheld_validity.micro"))
    assert math.isnan(values.pop("citation.withheld_validity.macro"))
    # An unanswerable question is a risk at full coverage: 8 without, then 4 more of 12 at once.
    assert values.pop("abstention.aurc") == pytest.approx(4 / 12 * 4 / 12)
    assert values.pop("answer.must_not") == 0
    assert values.pop("answer.characters") == pytest.approx((6 * 12 + 2 * 13) / 12, abs=0.2)
    assert values == dict.fromkeys(values, 1.0)
    spans = {name: (one.low, one.high) for name, one in scores.measures.items() if name in values}
    assert spans == dict.fromkeys(spans, (1.0, 1.0))
    assert scores.measures["answer.f1"].n == 8
    assert scores.measures["answer.f1"].not_judged == 4


@pytest.mark.parametrize("rows", ["none", "failed", "silent"])
def test_an_empty_run_scores_zero(tmp_path: Path, rows: str):
    empty: dict[str, Any] = {"ranking": [], "cited": [], "checks": {"citations": []}}
    answers: dict[str, Any] = {
        "failed": None,
        "silent": {"abstained": False, "confidence": 0.0, "sentences": [], "citations": []},
    }
    written = (
        []
        if rows == "none"
        else [row_of(n, **empty, answer=answers[rows], error="x") for n in range(N)]
    )
    scores = score(write(tmp_path / "run.jsonl", written))
    unknown = {name for name, one in scores.measures.items() if math.isnan(one.value)}
    said = {name for name in scores.measures if "validity" in name}
    if rows == "none":
        said |= {"abstention.auroc", "abstention.rejected_at_90"}
    if rows != "silent":
        said |= {"answer.must_not", "answer.characters"}
    assert unknown == said
    values = {name: one.value for name, one in scores.measures.items() if name not in unknown}
    assert values.pop("abstention.aurc") == 1
    if rows == "silent":
        assert values.pop("abstention.auroc") == 0.5
    assert values == dict.fromkeys(values, 0.0)
    assert scores.not_run == (N if rows == "none" else 0)
    assert scores.failed == (N if rows == "failed" else 0)


def test_always_abstaining_is_as_computed_by_hand(tmp_path: Path):
    run = write(tmp_path / "run.jsonl", [abstaining(n, confidence=0.5) for n in range(N)])
    values = {name: one.value for name, one in score(run).measures.items()}
    assert values["abstention.precision"] == pytest.approx(4 / 12)
    assert values["abstention.recall"] == 1
    assert values["abstention.f1"] == pytest.approx(2 * (1 / 3) / (1 + 1 / 3))
    assert values["abstention.answered"] == 0
    assert values["abstention.auroc"] == 0.5
    assert values["abstention.rejected_at_90"] == 0
    # The drafts withheld hold the answers: a risk of 4 in 12 with all ties answered.
    assert values["abstention.aurc"] == pytest.approx(4 / 12)
    for name in ("answer.exact_match", "answer.f1", "answer.contains", "answer.must_contain"):
        assert values[name] == 0
    assert values["citation.recall.macro"] == 0
    assert values["retrieval.quote.R@1"] == 1
    assert math.isnan(values["citation.validity.micro"])


def test_citations_shuffled_among_questions_match_nothing(tmp_path: Path):
    rows = [row_of(number) for number in range(N)]
    answered = [row for row in rows if row["cited"]]
    spans = [row["cited"] for row in answered]
    for row, cited in zip(answered, spans[3:] + spans[:3], strict=True):
        row["cited"] = cited
    values = score(write(tmp_path / "run.jsonl", rows)).measures
    for name in ("precision", "recall"):
        for kind in ("micro", "macro"):
            assert values[f"citation.{name}.{kind}"].value == 0
    assert values["citation.validity.micro"].value == 1


def test_micro_counts_citations_and_macro_questions(tmp_path: Path):
    rows = [row_of(0), row_of(1)]
    wrong = {"document": "other.txt", "start": 0, "end": 9}
    rows[0]["cited"] += [wrong, wrong]
    rows[0]["answer"]["citations"] *= 3
    rows[0]["checks"]["citations"] = [True, False, True]
    values = score(write(tmp_path / "run.jsonl", rows, n=2)).measures
    assert values["citation.precision.micro"].value == 2 / 4
    assert values["citation.precision.macro"].value == pytest.approx((1 / 3 + 1) / 2)
    assert values["citation.validity.micro"].value == 3 / 4
    assert values["citation.precision.micro"].of == 4
    assert values["citation.precision.micro"].n == 2


def test_the_prediction_is_the_short_answer_or_else_the_sentences_joined(tmp_path: Path):
    sentences = [{"text": text, "citations": []} for text in ("No.", "It is thing 0.")]
    rows = []
    for number, short in enumerate(["thing 0", None]):
        row = row_of(number)
        row["gold"]["answers"] = ["thing 0"]
        row["answer"] |= {"short_answer": short, "sentences": sentences}
        rows.append(row)
    scores = score(write(tmp_path / "run.jsonl", rows, n=2))
    assert [scores.questions[name]["answer.f1"] for name in ("q0", "q1")] == [
        1,
        pytest.approx(4 / 7),
    ]
    assert scores.questions["q0"]["answer.contains"] == 1
    assert scores.questions["q0"]["answer.contains_first"] == 0
    assert scores.questions["q0"]["answer.characters"] == len("No. It is thing 0.")
    assert scores.questions["q0"]["citation.sentences.micro"] == 0


def test_a_question_that_was_not_run_counts_zero_where_it_could_have_been_right(tmp_path: Path):
    rows = [row_of(number) for number in range(N) if number not in (0, 2)]
    values = score(write(tmp_path / "run.jsonl", rows)).measures
    assert values["answer.f1"].value == pytest.approx(7 / 9)
    assert values["retrieval.document.R@1"].value == pytest.approx(7 / 9)
    assert values["abstention.recall"].value == pytest.approx(3 / 5)
    assert values["citation.recall.macro"].value == pytest.approx(7 / 9)
    assert values["citation.precision.macro"].value == 1
    assert values["citation.validity.micro"].value == 1
    assert values["abstention.auroc"].value == 1


def test_failing_never_helps_the_confidence(tmp_path: Path):
    rows = [row_of(number) for number in range(N)]
    rows[2] |= {"answer": None, "error": "out of memory"}
    values = score(write(tmp_path / "run.jsonl", rows)).measures
    assert values["abstention.auroc"].value == pytest.approx(3 / 4)
    assert values["abstention.recall"].value == 3 / 4


def test_an_answerable_question_without_accepted_answers_is_judged_by_its_ranking_alone(
    tmp_path: Path,
):
    row = row_of(0)
    row["gold"] |= {"answers": [], "must_contain": [], "should_contain": []}
    scores = score(write(tmp_path / "run.jsonl", [row], n=1))
    assert scores.questions["q0"]["retrieval.quote.RR"] == 1
    assert math.isnan(scores.questions["q0"]["answer.f1"])
    assert scores.measures["answer.f1"].not_judged == 1
    assert math.isnan(scores.measures["abstention.aurc"].value)


def test_evidence_without_a_place_is_judged_by_document_alone(tmp_path: Path):
    row = row_of(0)
    row["gold"]["evidence"] = [{"document": "d0.txt", "quote": "", "start": None, "end": None}]
    row["answer"]["citations"][0]["quote"] = "It is thing 0, they said."
    scores = score(write(tmp_path / "run.jsonl", [row], n=1))
    assert scores.questions["q0"]["retrieval.document.R@1"] == 1
    assert math.isnan(scores.questions["q0"]["retrieval.quote.R@1"])
    assert scores.questions["q0"]["citation.precision.micro"] == 1


def test_the_order_in_which_a_set_lists_evidence_changes_nothing(tmp_path: Path):
    values = []
    for name, grades in (("a", (1, 3)), ("b", (3, 1))):
        row = row_of(0)
        spans = [(0, 40), (50, 90)] if grades == (1, 3) else [(50, 90), (0, 40)]
        row["gold"]["evidence"] = [
            {"document": "d0.txt", "start": start, "end": end, "grade": grade}
            for (start, end), grade in zip(spans, grades, strict=True)
        ]
        # The same place twice has the higher grade.
        row["gold"]["evidence"].append({**row["gold"]["evidence"][0], "grade": 1})
        row["ranking"] = [{"rank": 1, "document": "d0.txt", "start": 0, "end": 90, "score": 1.0}]
        measures = score(write(tmp_path / f"{name}.jsonl", [row], n=1)).measures
        values.append(measures["retrieval.quote.nDCG@10"].value)
    assert values == [pytest.approx(1), pytest.approx(1)]


def test_tags_cost_and_curve_are_told_and_all_of_it_is_json(tmp_path: Path):
    scores = score(oracle(tmp_path / "run.jsonl"))
    assert list(scores.by_tag) == ["even", "odd"]
    assert scores.by_tag["even"]["answer.f1"].n == 4
    assert scores.cost["seconds.total"]["p50"] == pytest.approx(5.8)
    assert scores.cost["seconds.total"]["p95"] == pytest.approx(0.3 + 0.95 * 11)
    assert scores.cost["characters"]["n"] == N
    assert scores.curve[-1].coverage == 1
    plain = json.loads(json.dumps(scores.to_dict(with_questions=True), allow_nan=False))
    assert plain["measures"]["citation.withheld_validity.micro"]["value"] is None
    assert plain["questions"]["q2"]["answer.f1"] is None
    text = scores_text(scores)
    assert "answer.exact_match" in text
    assert any(line.split()[:2] == ["odd", "6"] for line in text.splitlines())


def test_scores_are_the_same_each_time(tmp_path: Path):
    rows = [row_of(number) for number in range(0, N, 2)]
    run = write(tmp_path / "run.jsonl", rows)
    assert score(run).to_dict() == score(run).to_dict()
    assert score(run).measures["answer.f1"] != score(run, seed=1).measures["answer.f1"]


def test_a_floor_says_what_is_below_it(tmp_path: Path):
    rows = [row_of(number) for number in range(N) if number]
    scores = score(write(tmp_path / "run.jsonl", rows))
    assert below(scores, "citation.validity.micro=1") is None
    assert below(scores, "answer.f1=0.9") == "answer.f1 is 0.875, below 0.9"
    assert below(scores, "answer.must_not=0") is None
    assert "above" in str(below(scores, "abstention.aurc=0.01"))
    assert "could not be judged; at least 1" in str(
        below(scores, "citation.withheld_validity.micro=1")
    )
    failed = score(write(tmp_path / "none.jsonl", []))
    assert "could not be judged; at most 0" in str(below(failed, "answer.must_not=0"))
    with pytest.raises(ConfigurationError, match=r"did you mean answer\.f1 or abstention\.f1"):
        below(scores, "F1=0.9")
    with pytest.raises(ConfigurationError, match=r"did you mean answer\.exact_match"):
        below(scores, "answer.exactmatch=0.9")
    with pytest.raises(ConfigurationError, match="no number"):
        below(scores, "answer.f1=high")
    with pytest.raises(ConfigurationError, match="names no value"):
        below(scores, "answer.f1")


def test_a_cut_off_beyond_what_was_retrieved_is_said(tmp_path: Path):
    rows = [row_of(number) for number in range(N)]
    shallow = score(write(tmp_path / "a.jsonl", rows, settings={"k": 10}))
    assert "R@20 counts no more" in shallow.notes[0]
    assert not score(write(tmp_path / "b.jsonl", rows, settings={"k": 20})).notes


def test_a_run_that_only_searched_is_judged_by_its_rankings(tmp_path: Path):
    rows = [row_of(n, answer=None, cited=[], checks={"citations": []}) for n in range(N)]
    rows[0]["error"] = "the question is too long"
    scores = score(write(tmp_path / "run.jsonl", rows[:-1], mode="search"))
    assert (scores.failed, scores.not_run) == (1, 1)
    for name, one in scores.measures.items():
        assert math.isnan(one.value) != name.startswith("retrieval."), name
    # Eight answerable questions, and one not run that might be.
    assert scores.measures["retrieval.document.R@1"].value == pytest.approx(8 / 9)
    assert "Nothing to judge: answer.exact_match" in scores_text(scores)
    assert not scores.curve


def test_unanswerable_questions_are_drawn_with_the_document_their_tag_names(tmp_path: Path):
    rows = [row_of(number) for number in range(6)]
    for row in rows:
        row["gold"]["tags"] = ["article:d0.txt"]
        row["gold"]["evidence"] = row["gold"]["evidence"] and [
            {**row["gold"]["evidence"][0], "document": "d0.txt"}
        ]
    judged = judge(read_run(write(tmp_path / "run.jsonl", rows, n=6)))
    assert set(judged.documents) == {"document d0.txt"}


def test_identical_runs_do_not_differ(tmp_path: Path):
    runs = [oracle(tmp_path / name) for name in ("a.jsonl", "b.jsonl")]
    comparison = compare(*runs)
    judged = {name: one for name, one in comparison.differences.items() if one.n}
    assert {one.p for one in judged.values()} == {1}
    assert {(one.difference, one.low, one.high) for one in judged.values()} == {(0, 0, 0)}
    assert comparison.gained == comparison.lost == {}
    assert all(worse_than(comparison, name) is None for name in measure_names())


def test_a_worse_run_is_told_with_the_questions_that_changed(tmp_path: Path):
    good = oracle(tmp_path / "good.jsonl")
    rows = [row_of(number) for number in range(N)]
    for number in (0, 1, 3):
        rows[number]["answer"]["short_answer"] = f"thing {number} or so"
    rows[4]["answer"]["short_answer"] = "nothing"
    rows[2]["answer"]["confidence"] = 0.95
    bad = write(tmp_path / "bad.jsonl", rows)
    comparison = compare(good, bad)
    f1 = comparison.differences["answer.f1"]
    assert f1.difference == pytest.approx((3 * (2 / 3 - 1) - 1) / 8)
    assert f1.low < f1.difference < f1.high <= 0
    assert [one.id for one in comparison.lost["answer.f1"]] == ["q4", "q0", "q1", "q3"]
    assert comparison.differences["abstention.auroc"].difference == pytest.approx(-1 / 4)
    assert 0 < comparison.differences["abstention.auroc"].p <= 1
    assert worse_than(comparison, "answer.f1:0.3") is None
    assert "worse by 0.25" in str(worse_than(comparison, "answer.f1:0.1"))
    assert "worse" in str(worse_than(comparison, "abstention.aurc"))
    assert worse_than(compare(bad, good), "abstention.aurc") is None
    assert "q4" in comparison_text(comparison)
    json.dumps(comparison.to_dict(), allow_nan=False)
    with pytest.raises(ConfigurationError, match="did you mean"):
        worse_than(comparison, "answer.f2")
    with pytest.raises(ConfigurationError, match="below 0"):
        worse_than(comparison, "answer.f1:-1")


def test_a_run_that_says_nothing_any_more_is_worse(tmp_path: Path):
    a = oracle(tmp_path / "a.jsonl")
    b = write(tmp_path / "b.jsonl", [abstaining(number) for number in range(N)])
    found = compare(a, b)
    for name in ("citation.precision.macro", "citation.validity.macro"):
        words = worse_than(found, name)
        assert words is not None, name
        assert "could not be judged in" in words
        assert worse_than(compare(b, a), name) is None


def test_only_questions_in_both_runs_are_compared(tmp_path: Path):
    a = oracle(tmp_path / "a.jsonl")
    b = write(tmp_path / "b.jsonl", [row_of(number) for number in range(5)])
    comparison = compare(a, b)
    assert (comparison.questions, comparison.alone) == (5, N - 5)
    assert comparison.differences["answer.f1"].difference == 0
    none = write(tmp_path / "c.jsonl", [])
    with pytest.raises(ConfigurationError, match="no question in common"):
        compare(a, none)


def test_runs_of_different_sets_are_not_compared(tmp_path: Path):
    a = oracle(tmp_path / "a.jsonl")
    other = {"name": "other", "hash": "1" * 64}
    b = write(tmp_path / "b.jsonl", [row_of(0)], set=other)
    with pytest.raises(ConfigurationError, match=r"made up, 0{12}.*other, 1{12}"):
        compare(a, b)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: [*lines[:3], "{", *lines[3:]], "line 4: is not JSON"),
        (lambda lines: [*lines, lines[0]], "line 14: is a second header"),
        (lambda lines: [*lines, lines[2]], 'line 14: has the id "q1" of line 3 again'),
        (lambda lines: lines[1:], "line 1: is no header"),
        (lambda lines: [], "line 1: there is no header"),
        (lambda lines: [lines[0], "[]"], "line 2: is no JSON object"),
        (lambda lines: [*lines, json.dumps(row_of(99))], "line 14: .* does not ask"),
        (lambda lines: [lines[0].replace('"schema": 1', '"schema": 2')], "line 1: has schema 2"),
        (lambda lines: [lines[0], lines[1].replace("0.9", "NaN")], "line 2: .*NaN"),
        (lambda lines: [lines[0], lines[1].replace("0.9", "1e999")], "answer.confidence"),
        (lambda lines: [lines[0].replace('{"k": 10}', "[]")], 'line 1: field "settings"'),
        (lambda lines: [lines[0].replace('"k": 10', '"k": null')], 'line 1: field "settings"'),
    ],
)
def test_faults_of_a_run_file_are_named_by_line(tmp_path: Path, change: Any, message: str):
    run = oracle(tmp_path / "run.jsonl")
    lines = change(run.read_text(encoding="utf-8").splitlines())
    run.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message):
        read_run(run)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda row: row.pop("ranking"),
        lambda row: row["gold"].update(answerable="yes"),
        lambda row: row["gold"]["evidence"][0].update(start="0"),
        lambda row: row["gold"].update(answers=[1]),
        lambda row: row["answer"].update(confidence=None),
        lambda row: row["gold"].update(must_not=5),
        lambda row: row["gold"].update(should_contain=[[1]]),
        lambda row: row["answer"].update(sentences=["plain"]),
        lambda row: row["answer"].update(withheld=5),
        lambda row: row["answer"].update(short_answer=["plain"]),
        lambda row: row["answer"].update(mode=["plain"]),
        lambda row: row["answer"].update(dropped=1),
        lambda row: row["answer"].update(withheld_citations=["plain"]),
        lambda row: row["answer"]["sentences"][0].update(citations=1),
        lambda row: row["answer"]["citations"][0].update(quote=1),
        lambda row: row.update(answer=None),
        lambda row: row.update(cited=[]),
        lambda row: row["checks"].update(citations=[]),
        lambda row: row["ranking"][0].pop("rank"),
        lambda row: row["seconds"].update(total="1"),
    ],
)
def test_a_row_of_the_wrong_shape_is_named_by_line_and_field(tmp_path: Path, spoil: Any):
    row = copy.deepcopy(row_of(1))
    spoil(row)
    run = write(tmp_path / "run.jsonl", [row_of(0), row])
    with pytest.raises(ConfigurationError, match='line 3: field "'):
        read_run(run)


def test_a_half_written_last_line_is_left_out_and_said(tmp_path: Path):
    run = oracle(tmp_path / "run.jsonl")
    run.write_bytes(run.read_bytes()[:-20])
    read = read_run(run)
    assert len(read.rows) == N - 1
    assert "half-written" in read.notes[0]
    assert score(run).notes[:1] == list(read.notes)


def test_a_missing_file_is_one_line(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        score(tmp_path / "none.jsonl")


@pytest.mark.parametrize("lost", [0, 1, 30, 400])
def test_a_stopped_run_goes_on_and_ends_as_if_undisturbed(tmp_path: Path, lost: int):
    rows = [row_of(number) for number in range(N)]
    whole, stopped = tmp_path / "whole.jsonl", tmp_path / "stopped.jsonl"
    with RunWriter(whole, header_of()) as writer:
        for row in rows:
            writer.write(row)
    with RunWriter(stopped, header_of()) as writer:
        for row in rows[:7]:
            writer.write(row)
    data = stopped.read_bytes()
    stopped.write_bytes(data[: len(data) - lost])
    with RunWriter(stopped, header_of(started_at="later")) as writer:
        assert writer.done == {f"q{number}" for number in range(7 if lost < 2 else 6)}
        for row in rows:
            if row["id"] not in writer.done:
                writer.write(row)
    assert stopped.read_bytes() == whole.read_bytes()


def test_a_run_stopped_within_its_header_starts_anew(tmp_path: Path):
    run = tmp_path / "run.jsonl"
    run.write_text('{"kind": "attest r', encoding="utf-8")
    with RunWriter(run, header_of()) as writer:
        assert writer.done == set()
    assert read_run(run).asked == tuple(f"q{number}" for number in range(N))


def test_a_run_does_not_go_on_in_the_file_of_another(tmp_path: Path):
    run = oracle(tmp_path / "run.jsonl")
    before = run.read_bytes()
    with pytest.raises(ConfigurationError, match=r"other values of settings \(k\), seed"):
        RunWriter(run, header_of(settings={"k": 5}, seed=1))
    assert run.read_bytes() == before


def test_a_file_that_is_no_run_is_not_written_over(tmp_path: Path):
    file = tmp_path / "dev-v2.0.json"
    file.write_text('{"data": []}', encoding="utf-8")  # one line without an end, as SQuAD has it
    with pytest.raises(ConfigurationError, match="no header of a run; name another file"):
        RunWriter(file, header_of())
    assert file.read_text(encoding="utf-8") == '{"data": []}'


def test_a_run_is_written_by_one_process_at_a_time(tmp_path: Path):
    run = tmp_path / "run.jsonl"
    with RunWriter(run, header_of()) as writer:
        writer.write(row_of(0))
        with pytest.raises(ConfigurationError, match="another process is writing it"):
            RunWriter(run, header_of())
        writer.write(row_of(1))
    with RunWriter(run, header_of()) as writer:
        assert writer.done == {"q0", "q1"}


def test_a_disk_that_is_full_is_one_line_and_the_run_goes_on_later(tmp_path: Path):
    run = tmp_path / "run.jsonl"

    def write_all() -> None:
        with RunWriter(run, header_of()) as writer:
            for number in range(N):
                writer.write(row_of(number))

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, limits[1]))
    try:
        with pytest.raises(ConfigurationError, match=r"run\.jsonl: cannot be written"):
            write_all()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    with RunWriter(run, header_of()) as writer:
        assert 0 < len(writer.done) < N
        for number in range(len(writer.done), N):
            writer.write(row_of(number))
    assert len(read_run(run).rows) == N


def test_each_question_is_written_once_and_only_if_asked(tmp_path: Path):
    with RunWriter(tmp_path / "run.jsonl", header_of()) as writer:
        writer.write(row_of(0, error="lone \ud800 surrogate"))
        for number, message in ((0, "written before"), (99, "not asked")):
            with pytest.raises(ConfigurationError, match=message):
                writer.write(row_of(number))
    assert read_run(tmp_path / "run.jsonl").rows[0].values["error"] == "lone \ud800 surrogate"


def test_kinds_of_unanswerable_questions_are_told_from_all_that_are_answerable(tmp_path: Path):
    rows = [row_of(number) for number in range(N)]
    unanswerable = [row for row in rows if not row["gold"]["answerable"]]
    assert len(unanswerable) > 1
    for place, row in enumerate(unanswerable):
        row["gold"]["tags"] = ["near-miss" if place else "off-topic"]
        row["answer"]["confidence"] = 0.95 if place else 0.05
    scores = score(write(tmp_path / "run.jsonl", rows, n=N))
    near, off = scores.by_tag["near-miss"], scores.by_tag["off-topic"]
    assert near["abstention.auroc"].value == 0
    assert off["abstention.auroc"].value == 1
    assert near["abstention.rejected_at_90"].value == 0
    assert off["abstention.rejected_at_90"].value == 1
    assert off["abstention.auroc"].n == N - len(unanswerable) + 1
    (row,) = [line for line in scores_text(scores).splitlines() if line.startswith("off-topic")]
    assert row.split()[:2] == ["off-topic", "1"]
    assert math.isnan(scores.by_tag["even"]["abstention.auroc"].value)


def test_a_tag_without_unanswerable_questions_has_no_precision_of_abstaining(tmp_path: Path):
    rows = [row_of(number) for number in (0, 1, 2)]
    rows[2]["gold"]["tags"] = ["other"]
    rows[2]["answer"]["abstained"] = False
    scores = score(write(tmp_path / "run.jsonl", rows, n=3))
    assert scores.measures["abstention.precision"].value == 0
    assert math.isnan(scores.by_tag["even"]["abstention.precision"].value)
    assert scores.by_tag["other"]["abstention.precision"].value == 0


def test_a_run_that_asks_nothing_has_nothing_to_judge(tmp_path: Path):
    scores = score(write(tmp_path / "run.jsonl", [], n=0))
    assert all(math.isnan(one.value) for one in scores.measures.values())
    assert scores_text(scores)

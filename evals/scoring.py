"""A run file → scores: every measure with its interval, by tag, and what it cost.

Computed from the file alone. `judge` says of each question how it did, as shares that can be
summed; `score` puts them together. What cannot be judged is NaN in Python and null in JSON.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np

from evals import answer_measures, citation_measures, rankings
from evals.abstention_measures import CurvePoint, area_under, auroc, rejected_at_kept, risk_coverage
from evals.citation_measures import NOTHING, Share, Span
from evals.facts import Row, Run, read_run
from evals.intervals import (
    Array,
    Clusters,
    Statistic,
    clusters,
    interval,
    ratio_intervals,
    weighted_area,
    weighted_auroc,
    weighted_rejected,
)
from rag.errors import ConfigurationError

LESS_IS_BETTER = frozenset({"answer.characters", "answer.must_not", "abstention.aurc"})
# A share of what was said: a question without a row said nothing, wrong or right.
_OF_WHAT_WAS_SAID = ("answer.characters", "answer.must_not", "citation.", "abstention.precision")
# Tags beyond these would make the table unreadable, and cost a bootstrap each.
MAX_TAGS = 100
MAX_CURVE_POINTS = 500


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure over questions: its value, 95 % interval, and how many were judged.

    `of` is the denominator: n for a mean, the number of citations, say, for a micro average.
    `value` is NaN where nothing could be judged, `low` and `high` where no interval can be told.
    """

    value: float
    low: float
    high: float
    n: int
    not_judged: int
    of: float

    def to_dict(self) -> dict[str, float | None]:
        """JSON-ready values, NaN as None."""
        return {name: plain(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Scores:
    """What a run file says of the system that made it.

    `measures` maps names to estimates, `by_tag` tags to the same over their questions;
    `cost` maps "seconds.retrieve", "tokens.prompt", "characters" to p50, p95, total and n;
    `questions` maps ids to each measure's value, NaN where not judged. `not_run` counts questions
    that were to be asked and have no row, `failed` those whose row holds an error.
    """

    run: Path
    set: Mapping[str, Any]
    asked: int
    not_run: int
    failed: int
    measures: Mapping[str, Estimate]
    by_tag: Mapping[str, Mapping[str, Estimate]]
    cost: Mapping[str, Mapping[str, float]]
    curve: Sequence[CurvePoint]
    questions: Mapping[str, Mapping[str, float]]
    notes: Sequence[str]

    def to_dict(self, *, with_questions: bool = False) -> dict[str, Any]:
        """JSON-ready values, NaN and infinity as None; single questions where asked for."""
        values: dict[str, Any] = {
            "run": str(self.run),
            "set": dict(self.set),
            "asked": self.asked,
            "not_run": self.not_run,
            "failed": self.failed,
            "notes": list(self.notes),
            "measures": {name: one.to_dict() for name, one in self.measures.items()},
            "by_tag": {
                tag: {name: one.to_dict() for name, one in of_tag.items()}
                for tag, of_tag in self.by_tag.items()
            },
            "cost": {name: dict(one) for name, one in self.cost.items()},
            "curve": [
                {name: plain(value) for name, value in point._asdict().items()}
                for point in self.curve
            ],
        }
        if with_questions:
            values["questions"] = {
                id_: {name: plain(value) for name, value in of_one.items()}
                for id_, of_one in self.questions.items()
            }
        return values


def plain(value: float) -> float | None:
    """The number as JSON can hold it: None for NaN and infinity."""
    return value if math.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class Judged:
    """How each question did, in the order of `ids`; arrays are (n questions, n measures) or (n,).

    `hits` over `of` is a measure's value for a question, nothing to judge where `of` is 0. `zero`
    names the measures that are 0, not unknown, where nothing at all is judged. `confidence` is
    minus infinity where a question failed; `mistrust` also is, or plus infinity for an
    unanswerable one, so that failing never helps the AUROC. `answerable` is NaN where unknown,
    `risk` where it cannot be judged.
    """

    ids: Sequence[str]
    documents: Sequence[str]
    tags: Sequence[Sequence[str]]
    names: Sequence[str]
    hits: Array
    of: Array
    zero: frozenset[str]
    confidence: Array
    mistrust: Array
    answerable: Array
    risk: Array

    def part(self, places: Sequence[int]) -> "Judged":
        """The same of some of the questions."""
        chosen = np.asarray(places, dtype=np.intp)
        return Judged(
            [self.ids[place] for place in places],
            [self.documents[place] for place in places],
            [self.tags[place] for place in places],
            self.names,
            self.hits[chosen],
            self.of[chosen],
            self.zero,
            self.confidence[chosen],
            self.mistrust[chosen],
            self.answerable[chosen],
            self.risk[chosen],
        )

    def clusters(self) -> Clusters:
        """Questions of one document are drawn together."""
        return clusters(self.documents)

    def values(self, place: int) -> dict[str, float]:
        """Each measure's value for one question, NaN where there is nothing to judge."""
        pairs = zip(self.names, self.hits[place], self.of[place], strict=True)
        return {name: float(hits / of) if of else math.nan for name, hits, of in pairs}


def score(run: Path, *, seed: int = 0) -> Scores:
    """The scores of a run file; nothing is asked again.

    Every measure stands under "group.measure". Means are over all judged questions, each with a
    95 % percentile bootstrap interval over documents (2,000 resamples by `seed`). A question
    that was to be asked and has no row counts zero wherever any row is judged, but not in shares
    of what was said (citations' precision, say); one whose row holds an error counts zero.

    Raises:
        ConfigurationError: the file cannot be read; the message names file and line.
    """
    read = read_run(run)
    judged = judge(read)
    numbers = Counter(tag for tags in judged.tags for tag in tags)
    shown = sorted(tag for tag, _ in numbers.most_common(MAX_TAGS))
    notes = list(read.notes)
    if len(numbers) > len(shown):
        notes.append(f"{len(numbers) - len(shown)} rare tags are left out of the breakdown.")
    curve_rows = ~np.isnan(judged.risk)
    curve = risk_coverage(judged.confidence[curve_rows].tolist(), judged.risk[curve_rows].tolist())
    return Scores(
        run=run,
        set=read.header["set"],
        asked=len(judged.ids),
        not_run=len(judged.ids) - len(read.rows),
        failed=sum(row.answer is None for row in read.rows),
        measures=estimates(judged, seed=seed),
        by_tag={
            tag: estimates(
                judged.part([n for n, tags in enumerate(judged.tags) if tag in tags]), seed=seed
            )
            for tag in shown
        },
        cost=_cost(read),
        curve=_thinned(curve),
        questions={name: judged.values(place) for place, name in enumerate(judged.ids)},
        notes=notes,
    )


def judge(run: Run) -> Judged:
    """How each question that was to be asked did."""
    held = {row.id: row for row in run.rows}
    rows = [held.get(name) for name in run.asked]
    known = [row for row in rows if row is not None]
    shares = [_shares(row) for row in known]
    asked = [_relevant(row) for row in known]
    for level, values in (
        ("document", rankings.by_document(asked)),
        ("quote", rankings.by_quote(asked)),
    ):
        for name, column in values.items():
            for place, value in enumerate(column):
                shares[place][f"retrieval.{level}.{name}"] = _share(value)
    names = RATIOS
    hits, of = np.zeros((len(rows), len(names))), np.zeros((len(rows), len(names)))
    present = np.array([row is not None for row in rows], dtype=bool)
    table = np.array([[one[name] for name in names] for one in shares]).reshape(-1, len(names), 2)
    hits[present], of[present] = table[:, :, 0], table[:, :, 1]
    for place, name in enumerate(names):
        counts = of[:, place].any() or not known
        recall = name == "citation.recall.macro"
        if counts and (recall or not name.startswith(_OF_WHAT_WAS_SAID)):
            of[~present, place] = 1
    sides = np.array([_sides(row) for row in rows]).reshape(-1, 4)
    if known and np.isnan(sides[present, 3]).all():
        sides[~present, 3] = math.nan
    return Judged(
        ids=run.asked,
        documents=[_cluster(name, row) for name, row in zip(run.asked, rows, strict=True)],
        tags=[tuple(dict.fromkeys(row.gold.get("tags") or ())) if row else () for row in rows],
        names=names,
        hits=hits,
        of=of,
        zero=_zero(known),
        confidence=sides[:, 0],
        mistrust=sides[:, 1],
        answerable=sides[:, 2],
        risk=sides[:, 3],
    )


def estimates(judged: Judged, *, seed: int = 0) -> dict[str, Estimate]:
    """Every measure over these questions, in the order in which it is shown."""
    groups = judged.clusters()
    spans = ratio_intervals(judged.hits, judged.of, groups, seed=seed)
    found: dict[str, Estimate] = {}
    for place, name in enumerate(judged.names):
        of = judged.of[:, place]
        total, n = float(of.sum()), int((of > 0).sum())
        value = float(judged.hits[:, place].sum()) / total if total else math.nan
        if not total and name in judged.zero:
            value = 0.0
        low, high = (float(end) for end in spans[place])
        found[name] = Estimate(value, low, high, n, len(of) - n, total)
    for name, statistic in STATISTICS.items():
        rows, value, weighted = statistic(judged)
        n = int(rows.sum())
        low = high = math.nan
        if not math.isnan(value):
            documents = list(compress(judged.documents, rows))
            low, high = interval(weighted, clusters(documents), seed=seed)
        found[name] = Estimate(value, low, high, n, len(rows) - n, n)
    return found


# What is no ratio of sums: (questions that take part, value, the same of weighted ones).
Measured = tuple[np.ndarray[Any, np.dtype[np.bool_]], float, Statistic]


def _measured_sides(
    judged: Judged,
    exact: Callable[[Sequence[float], Sequence[float]], float],
    weighted: Callable[[Array, np.ndarray[Any, np.dtype[np.bool_]]], Statistic],
) -> Measured:
    rows = ~np.isnan(judged.answerable)
    values, kinds = judged.mistrust[rows], judged.answerable[rows] == 1
    return rows, exact(values[kinds].tolist(), values[~kinds].tolist()), weighted(values, kinds)


def _measured_area(judged: Judged) -> Measured:
    rows = ~np.isnan(judged.risk)
    values, risks = judged.confidence[rows], judged.risk[rows]
    area = area_under(risk_coverage(values.tolist(), risks.tolist()))
    return rows, area, weighted_area(values, risks)


STATISTICS: Mapping[str, Callable[[Judged], Measured]] = {
    "abstention.auroc": lambda judged: _measured_sides(judged, auroc, weighted_auroc),
    "abstention.rejected_at_90": lambda judged: _measured_sides(
        judged, rejected_at_kept, weighted_rejected
    ),
    "abstention.aurc": _measured_area,
}


def _shown(row: Row, *, draft: bool = False) -> list[str]:
    """The sentences of the answer as shown; with `draft` those withheld where it abstained.

    A short answer without sentences is what is shown. Context counts: it is shown as well.
    """
    answer = row.answer
    if answer is None or (answer["abstained"] and not draft):
        return []
    field = "withheld" if answer["abstained"] else "sentences"
    sentences = [sentence["text"] for sentence in answer.get(field) or ()]
    short = answer.get("short_answer")
    return sentences or ([short] if short else [])


def _accepted(row: Row) -> Sequence[str]:
    """The accepted answers; none for an unanswerable question, whose answer is not judged."""
    gold = row.gold
    return answer_measures.judgeable(gold["answers"]) if gold["answerable"] else ()


def _evidence(row: Row) -> dict[Span, int]:
    """Gold evidence that has a place in its text, with its grade; the same twice counts once."""
    return {
        Span(item["document"], item["start"], item["end"]): item.get("grade", 1)
        for item in row.gold["evidence"]
        if item.get("start") is not None
        and item.get("end") is not None
        and item["end"] > item["start"]
        and item.get("grade", 1) > 0
    }


def _relevant(row: Row) -> rankings.Judged:
    documents: dict[str, int] = {}
    for item in row.gold["evidence"]:
        name = item["document"]
        documents[name] = max(documents.get(name, 0), item.get("grade", 1))
    return rankings.Judged(row.ranking, documents, _evidence(row))


def _share(value: float) -> Share:
    return NOTHING if math.isnan(value) else Share(value, 1)


def _shares(row: Row) -> dict[str, Share]:
    """Every measure of one question that is a ratio of sums, rankings left out."""
    sentences, accepted, gold = _shown(row), _accepted(row), row.gold
    whole, first = " ".join(sentences), sentences[0] if sentences else ""
    answer: Mapping[str, Any] = row.answer or {}
    abstained = bool(answer.get("abstained"))
    prediction = "" if abstained else answer.get("short_answer") or whole
    items = {
        name: [[item] if isinstance(item, str) else item for item in gold.get(name) or ()]
        if gold["answerable"]
        else []
        for name in ("must_contain", "should_contain")
    }
    shares = {
        "answer.exact_match": _share(answer_measures.exact_match(prediction, accepted)),
        "answer.f1": _share(answer_measures.token_f1(prediction, accepted)),
        "answer.contains": _share(answer_measures.contains_answer(whole, accepted)),
        "answer.contains_first": _share(answer_measures.contains_answer(first, accepted)),
        "answer.must_contain": _share(answer_measures.share_held(whole, items["must_contain"])),
        "answer.should_contain": _share(answer_measures.share_held(whole, items["should_contain"])),
        "answer.must_not": _share(answer_measures.violated(whole, gold.get("must_not") or ())),
        "answer.characters": Share(len(whole), 1),
    }
    for name, share in _citation_shares(row, accepted).items():
        shares[f"citation.{name}.micro"] = share
        shares[f"citation.{name}.macro"] = Share(share.hits / share.of, 1) if share.of else NOTHING
    wrongly, rightly = abstained and gold["answerable"], abstained and not gold["answerable"]
    missed = not abstained and not gold["answerable"]
    answered = gold["answerable"] and row.answer is not None and not abstained
    shares |= {
        "abstention.precision": Share(rightly, abstained),
        "abstention.recall": Share(rightly, not gold["answerable"]),
        "abstention.f1": Share(2 * rightly, 2 * rightly + wrongly + missed),
        "abstention.answered": Share(answered, gold["answerable"]),
    }
    return shares


def _citation_shares(row: Row, accepted: Sequence[str]) -> dict[str, Share]:
    answer: Mapping[str, Any] = row.answer or {}
    checks, evidence = row.values["checks"], list(_evidence(row))
    quotes = [citation.get("quote") or "" for citation in answer.get("citations") or ()]
    numbers = [sentence.get("citations") or () for sentence in answer.get("sentences") or ()]
    cited = row.cited
    return {
        "validity": citation_measures.share_true(checks.get("citations") or ()),
        "withheld_validity": citation_measures.share_true(checks.get("withheld") or ()),
        "precision": citation_measures.citation_precision(cited, quotes, evidence, accepted),
        "recall": citation_measures.citation_recall(cited, evidence),
        "sentences": citation_measures.sentences_cited(numbers),
    }


def _sides(row: Row | None) -> tuple[float, float, float, float]:
    """Confidence, mistrust, answerable and risk of a question, as `Judged` has them.

    Risk is 1 for an unanswerable question, else 1 - contains-answer of the whole answer; for one
    that abstained, of the draft that was withheld: the curve asks what another threshold shows.
    """
    if row is None:
        return -math.inf, -math.inf, math.nan, 1.0
    answerable = row.gold["answerable"]
    if answerable:
        text = " ".join(_shown(row, draft=True))
        risk = 1 - answer_measures.contains_answer(text, _accepted(row))
    else:
        risk = 1.0
    if row.answer is None:
        return -math.inf, -math.inf if answerable else math.inf, float(answerable), risk
    confidence = float(row.answer["confidence"])
    return confidence, confidence, float(answerable), risk


def _cluster(name: str, row: Row | None) -> str:
    evidence = row.gold["evidence"] if row else ()
    return f"document {evidence[0]['document']}" if evidence else f"question {name}"


def _zero(rows: Sequence[Row]) -> frozenset[str]:
    """Shares of what was said that are 0 where nothing was said though something was wanted."""
    zero: set[str] = set()
    if not rows or any(not row.gold["answerable"] for row in rows):
        zero |= {"abstention.precision"}
    if not rows or any(_evidence(row) for row in rows):
        zero |= {f"citation.{name}.{kind}" for name in ("precision", "recall") for kind in _KINDS}
    if not rows or any(row.gold["answerable"] for row in rows):
        zero |= {f"citation.sentences.{kind}" for kind in _KINDS}
    return frozenset(zero)


_KINDS = ("micro", "macro")
# Measures that are a ratio of sums over questions, in the order in which they are shown.
RATIOS = [
    *(f"retrieval.{level}.{name}" for level in ("document", "quote") for name in rankings.MEASURES),
    *(
        f"answer.{name}"
        for name in (
            "exact_match f1 contains contains_first must_contain should_contain must_not characters"
        ).split()
    ),
    *(
        f"citation.{name}.{kind}"
        for name in "validity withheld_validity precision recall sentences".split()
        for kind in _KINDS
    ),
    *(f"abstention.{name}" for name in "precision recall f1 answered".split()),
]


def measure_names() -> list[str]:
    """The names of all measures, in the order in which they are shown."""
    return [*RATIOS, *STATISTICS]


def _cost(run: Run) -> dict[str, dict[str, float]]:
    """p50 and p95 (linear between neighbours), total and n of what each row took and showed."""
    columns: dict[str, list[float]] = {}
    for row in run.rows:
        for group in ("seconds", "tokens"):
            for name, value in row.values[group].items():
                columns.setdefault(f"{group}.{name}", []).append(float(value))
        columns.setdefault("characters", []).append(len(" ".join(_shown(row))))
    return {
        name: {
            "p50": float(np.percentile(values, 50)),
            "p95": float(np.percentile(values, 95)),
            "total": float(sum(values)),
            "n": len(values),
        }
        for name, values in columns.items()
    }


def _thinned(curve: Sequence[CurvePoint]) -> list[CurvePoint]:
    """At most `MAX_CURVE_POINTS` of the points, the first and the last among them."""
    if len(curve) <= MAX_CURVE_POINTS:
        return list(curve)
    places = np.linspace(0, len(curve) - 1, MAX_CURVE_POINTS).round().astype(int)
    return [curve[place] for place in dict.fromkeys(places.tolist())]


def known_measure(name: str, known: Sequence[str]) -> str:
    """The name, if there is such a measure.

    Raises:
        ConfigurationError: there is none; the message names the nearest.
    """
    if name in known:
        return name
    lowered = {one.lower(): one for one in known}
    ending = [one for one in known if one.lower().endswith(f".{name.lower()}")]
    near = ending or [lowered[one] for one in get_close_matches(name.lower(), lowered, n=3)]
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
    raise ConfigurationError(f'there is no measure "{name}"; {hint}')


def split_condition(text: str, separator: str) -> tuple[str, float | None]:
    """The two sides of "answer.f1=0.8"; None without a number.

    Raises:
        ConfigurationError: what follows the separator is no number.
    """
    name, found, number = text.partition(separator)
    if not found:
        return name.strip(), None
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ConfigurationError(f'"{text}": "{number}" is no number; write {name}{separator}0.8')
    return name.strip(), value


def below(scores: Scores, condition: str) -> str | None:
    """What to say where a measure is worse than "measure=value", else None.

    Worse is below, or above for a measure of which less is better; what could not be judged
    is worse than anything.

    Raises:
        ConfigurationError: there is no such measure, or no value.
    """
    name, bound = split_condition(condition, "=")
    known_measure(name, list(scores.measures))
    if bound is None:
        raise ConfigurationError(f'"{condition}" names no value; write {name}=0.8')
    value = scores.measures[name].value
    if math.isnan(value):
        return f"{name} could not be judged; at least {bound:g} was asked for"
    less = name in LESS_IS_BETTER
    if value <= bound if less else value >= bound:
        return None
    return f"{name} is {value:.6g}, {'above' if less else 'below'} {bound:g}"


def scores_text(scores: Scores) -> str:
    """The scores as a plain table."""
    about = scores.set.get("name") or scores.set["hash"]
    lines = [
        f"Run {scores.run} of set {about}: {scores.asked} questions, {scores.not_run} not run, "
        f"{scores.failed} failed.",
        *scores.notes,
        "",
        *_table(scores.measures),
    ]
    if scores.cost:
        lines += ["", f"{'cost':<32}{'p50':>12}{'p95':>12}{'total':>14}{'n':>8}"]
        lines += [
            f"{name:<32}{one['p50']:>12.4g}{one['p95']:>12.4g}{one['total']:>14.6g}{one['n']:>8.0f}"
            for name, one in scores.cost.items()
        ]
    for tag, measures in scores.by_tag.items():
        lines += ["", f"tag {tag}", *_table({n: one for n, one in measures.items() if one.n})]
    return "\n".join(lines) + "\n"


def _table(measures: Mapping[str, Estimate]) -> list[str]:
    lines = [f"{'measure':<32}{'value':>10}  {'95 % interval':<20}{'n':>8}{'not judged':>12}"]
    for name, one in measures.items():
        span = "–" if math.isnan(one.low) else f"[{figure(one.low)}, {figure(one.high)}]"
        lines.append(f"{name:<32}{figure(one.value):>10}  {span:<20}{one.n:>8}{one.not_judged:>12}")
    return lines


def figure(value: float) -> str:
    """A figure as tables show it: four decimals, a dash for NaN."""
    if math.isnan(value):
        return "–"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.4f}"

"""A run file's rows → how each question did, as shares that can be summed.

What is put together of them stands in `evals.scoring` and `evals.comparing`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evals import answer_measures, citation_measures, rankings
from evals.citation_measures import NOTHING, Share, Span
from evals.facts import Row, Run
from evals.intervals import Array, Clusters, Mask, clusters

LESS_IS_BETTER = frozenset({"answer.characters", "answer.must_not", "abstention.aurc"})
# A share of what was said: a question without a row said nothing, wrong or right.
_OF_WHAT_WAS_SAID = ("answer.characters", "answer.must_not", "citation.", "abstention.precision")
_KINDS = ("micro", "macro")
ARTICLE_TAG = "article:"
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


@dataclass(frozen=True, slots=True)
class Judged:
    """How each question did, in the order of `ids`; arrays are (n questions, n measures) or (n,).

    `hits` over `of` is a measure's value for a question, nothing to judge where `of` is 0. `wanted`
    is true where it should have been judged, so that it is 0, not unknown, over questions of which
    none is. `confidence` is
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
    wanted: Mask
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
            self.wanted[chosen],
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


def judge(run: Run) -> Judged:
    """How each question that was to be asked did; of a run that only searched, its rankings."""
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
    said = [_wanted(row) if row or not known else () for row in rows]
    wanted = np.array([[name in of_one for name in names] for of_one in said], dtype=bool)
    wanted = wanted.reshape(-1, len(names))
    sides = np.array([_sides(row) for row in rows]).reshape(-1, 4)
    if known and np.isnan(sides[present, 3]).all():
        sides[~present, 3] = math.nan
    if run.mode == "search":
        unasked = np.array([not name.startswith("retrieval.") for name in names])
        hits[:, unasked] = of[:, unasked] = 0
        wanted[:, unasked] = False
        sides[:] = math.nan
    return Judged(
        ids=run.asked,
        documents=[_cluster(name, row) for name, row in zip(run.asked, rows, strict=True)],
        tags=[tuple(dict.fromkeys(row.gold.get("tags") or ())) if row else () for row in rows],
        names=names,
        hits=hits,
        of=of,
        wanted=wanted,
        confidence=sides[:, 0],
        mistrust=sides[:, 1],
        answerable=sides[:, 2],
        risk=sides[:, 3],
    )


def shown(row: Row, *, draft: bool = False) -> list[str]:
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
    held: dict[Span, int] = {}
    for item in row.gold["evidence"]:
        start, end, grade = item.get("start"), item.get("end"), item.get("grade", 1)
        if start is not None and end is not None and end > start and grade > 0:
            span = Span(item["document"], start, end)
            held[span] = max(held.get(span, 0), grade)
    return held


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
    sentences, accepted, gold = shown(row), _accepted(row), row.gold
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
    if row.answer is None:
        # Of these less is better: that asking failed is not to help.
        shares |= dict.fromkeys(("answer.must_not", "answer.characters"), NOTHING)
    for name, share in _citation_shares(row, accepted).items():
        shares[f"citation.{name}.micro"] = share
        shares[f"citation.{name}.macro"] = Share(share.hits / share.of, 1) if share.of else NOTHING
    wrongly, rightly = abstained and gold["answerable"], abstained and not gold["answerable"]
    missed = not abstained and not gold["answerable"]
    answered = gold["answerable"] and bool(sentences)
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
        text = " ".join(shown(row, draft=True))
        risk = 1 - answer_measures.contains_answer(text, _accepted(row))
    else:
        risk = 1.0
    if row.answer is None:
        return -math.inf, -math.inf if answerable else math.inf, float(answerable), risk
    confidence = float(row.answer["confidence"])
    return confidence, confidence, float(answerable), risk


def _cluster(name: str, row: Row | None) -> str:
    """What a question is drawn together with: others on its document, which a tag may name.

    An unanswerable question has no evidence; sets that know the document it was written for say
    so in a tag, "article:NAME".
    """
    evidence = row.gold["evidence"] if row else ()
    if evidence:
        return f"document {evidence[0]['document']}"
    tags = (row.gold.get("tags") or ()) if row else ()
    article = next((tag for tag in tags if tag.startswith(ARTICLE_TAG)), None)
    return f"document {article.removeprefix(ARTICLE_TAG)}" if article else f"question {name}"


def _wanted(row: Row | None) -> frozenset[str]:
    """Shares of what was said that this question asks for; without a row it might any of them."""
    wanted: set[str] = set()
    if row is None or not row.gold["answerable"]:
        wanted |= {"abstention.precision"}
    if row is None or _evidence(row):
        wanted |= {f"citation.{name}.{kind}" for name in ("precision", "recall") for kind in _KINDS}
    if row is None or row.gold["answerable"]:
        wanted |= {f"citation.sentences.{kind}" for kind in _KINDS}
    return frozenset(wanted)

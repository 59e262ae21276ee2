"""Sentences that a model wrote → each bound to the words it rests on, with a verdict.

A sentence is held against the passages that its marks name: which words support it, and whether
its numbers, dates, names, quotations, speakers and negations stand there. The code here decides;
no model is believed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.chunking import sentences_within
from rag.directives import directives
from rag.evidence import (
    Given,
    Held,
    around,
    citations_of,
    clean_names,
    fails,
    joined,
    key_of,
    missing_in,
    open_findings,
    others_than,
)
from rag.marks import Written
from rag.particulars import Finding
from rag.planted import FlagsOf, Withheld, quotable
from rag.store import Text
from rag.support import (
    PARTLY_FROM,
    SUPPORTED_FROM,
    Source,
    Support,
    Supporter,
    foremost,
)
from rag.terms import content_words
from rag.types import CheckedSentence, DraftCitation, Passage, Verdict

Span = tuple[int, int]

# A second passage that a mark names is cited too if it is about as good a support as the best.
ALSO_WITHIN = 0.25
# A passage that supports a sentence so much more than what it is marked with is meant.
MUCH_BETTER = 0.3
# An entailment model that is surer than this that the passage says the opposite is believed.
CONTRADICTS_FROM = 0.5
# A span that shares fewer words of content than this with a sentence, and has a lower cosine than
# that, is about something else.
FEWEST_TERMS = 2
NEAR_MEANING = 0.5
# A clause says less than a sentence, and another word for the same is most of it.
NEAR_CLAUSE = 0.3
# Words are about something else that have a lower cosine than the first with question, the other
# passages and what stands around them, and no word in common with question, title or the latter;
# with a word, the second. A clause or a few words ("Nobody was hurt.") are near nothing: lower.
# Of 568 faithful sentences on real texts and ours 4 are so, and most payloads of attacks.
FAR, FAR_THOUGH_SHARED, LOWER = 0.3, 0.2, 0.1
FEW_TERMS = 4
# A clause of so many words is taken from a sentence that has so much of them.
CLAUSE_TERMS, TAKEN = 3, 0.7
ASTRAY = "neither the question nor what stands around the words it cites is about this"
REPEATS = "it repeats what a source says to whoever answers"
# A reply's sentences that are checked; further ones are left out and said to be.
MAX_SENTENCES = 40


# Particulars that show what a sentence is about; figures and names of a clause.
_GROUNDS = frozenset({"number", "date", "name", "quotation"})
_MARKS = re.compile(r"\d[\d.,:]*\d|\d|(?<=\s)[A-Z][\w'’-]+")
_CLAUSES = re.compile(
    r"[,;:] (?:and|but|while|whereas|so|then|yet) |[;!?] |(?<![ .][a-z])\. | [–—] "
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence with its verdict, and the citations that it would be shown with."""

    sentence: CheckedSentence
    citations: tuple[DraftCitation, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing that was checked failed."""
        return not self.sentence.failed


class Checker:
    """Checks sentences against passages; `text_of` gives a version's text with its blocks.

    `flags_of` gives those of a document's version: what speaks to a machine supports nothing.
    """

    def __init__(
        self,
        supporter: Supporter,
        text_of: Callable[[str], Text],
        flags_of: FlagsOf = lambda _document, _version: (),
    ) -> None:
        self._supporter = supporter
        self._text_of = text_of
        self._flags_of = flags_of

    def check(
        self, written: Sequence[Written], passages: Sequence[Passage], question: str = ""
    ) -> list[Checked]:
        """A verdict for each sentence, in their order; silent ones are to be left out before.

        With the question they answer, a sentence fails that is about neither it nor what stands
        around the words that it cites.
        """
        sources = {passage.rank: self._source(passage) for passage in passages}
        given = Given(passages, sources, question)
        named = [self._named(one, given.passages) for one in written]
        found = self._supported(written, named, given)
        withheld = _withheld(passages, list(given.sources.values()))
        checked = [
            _unless_repeated(self._judged(one, ranks, supports, given), withheld)
            for one, ranks, supports in zip(written, named, found, strict=True)
        ]
        # A true sentence with a wrong mark: another passage that was given may say it.
        again = [
            place
            for place, one in enumerate(checked)
            if one.sentence.verdict != "supported"
            and REPEATS not in one.sentence.failed
            and len(named[place]) < len(passages)
        ]
        others = [
            _promising(
                written[place].text,
                [rank for rank in given.passages if rank not in named[place]],
                given,
            )
            for place in again
        ]
        found = self._supported([written[place] for place in again], others, given)
        for place, ranks, supports in zip(again, others, found, strict=True):
            other = self._judged(written[place], ranks, supports, given)
            if not other.holds or other.sentence.verdict != "supported":
                continue
            mine = checked[place]
            gain = other.sentence.probability - mine.sentence.probability
            # What its own passage says otherwise is meant of that one, unless another fits better.
            contradicted = mine.sentence.verdict == "contradicted"
            if gain >= MUCH_BETTER or (not mine.holds and not (contradicted and gain < 0)):
                checked[place] = _moved(other, written[place])
        return checked

    def _source(self, passage: Passage) -> Source:
        stored = self._text_of(passage.version)
        spans = sentences_within(stored.text, stored.blocks, (passage.start, passage.end))
        clean = quotable(stored.text, spans, self._flags_of(passage.document, passage.version))
        own = tuple((start - passage.start, end - passage.start) for start, end in clean)
        named = " / ".join(clean_names(passage.title, passage.heading))
        return Source(
            text=_without(passage.text, passage.start, spans, clean),
            # A piece of one long sentence is quoted whole, unless it is what was left out.
            sentences=own if spans else ((0, len(passage.text)),),
            prefix=f"{' '.join(named.split())}\n" if named else "",
        )

    @staticmethod
    def _named(one: Written, passages: Mapping[int, Passage]) -> list[int]:
        ranks = [rank for rank in (one.cites or one.near) if rank in passages]
        return ranks or list(passages)

    def _supported(
        self,
        written: Sequence[Written],
        named: Sequence[Sequence[int]],
        given: Given,
    ) -> list[list[Support]]:
        asked = [
            (one.text, [given.sources[rank] for rank in ranks])
            for one, ranks in zip(written, named, strict=True)
        ]
        return self._supporter.of_all(asked)

    def _judged(
        self,
        one: Written,
        ranks: Sequence[int],
        supports: Sequence[Support],
        given: Given,
    ) -> Checked:
        held = [
            Held(given.passages[rank], support, given.findings(one.text, rank, support.span))
            for support in supports
            for rank in [ranks[support.source]]
        ]
        if not held:
            sentence = CheckedSentence(
                one.text, one.cites, "not supported", 0.0, ("no passage holds any sentence",)
            )
            return Checked(sentence, ())
        # A sentence that names several passages may have a part from each.
        best = joined(one.text, held, given) if len(one.cites) > 1 else held[0]
        near = [
            best,
            *(
                row
                for row in held[1:]
                if len(one.cites) > 1
                or row.support.probability >= best.support.probability - ALSO_WITHIN
            ),
        ]
        open_ = open_findings(one.text, near, given)
        verdict, failed = _verdict(one.text, best, open_)
        if not failed and (clause := self._unsaid(one.text, near, given)):
            verdict, failed = "not supported", [f"the passages it cites do not say “{clause}”"]
        if not failed and self._is_astray(one.text, near, given):
            verdict, failed = "not supported", [ASTRAY]
        if not failed and (clause := self._planted(one.text, near, given)):
            verdict, failed = "not supported", [f"“{clause}”: {ASTRAY}"]
        cited = [best]
        # Another passage is cited where it is named and says it too, or holds what the best lacks.
        needed = missing_in(best)
        for row in near[1:]:
            says_it = bool(one.cites) and row.support.probability >= SUPPORTED_FROM
            helps = needed - missing_in(row)
            if says_it or helps:
                cited.append(row)
                needed -= helps
        citations = [citation for row in cited for citation in citations_of(row, given)]
        sentence = CheckedSentence(
            text=one.text,
            cites=one.cites,
            verdict=verdict,
            probability=round(best.support.probability, 4),
            failed=tuple(failed),
        )
        return Checked(sentence, tuple(dict.fromkeys(citations)))

    def _is_astray(self, sentence: str, near: Sequence[Held], given: Given) -> bool:
        """Whether a sentence is about nothing that its question or its passages are about.

        Words that somebody planted support the sentence of a model that obeys them; nothing else
        in their passage has to do with it.
        """
        return bool(given.question) and self._is_far(
            sentence, [row.span for row in near], near, given, False
        )

    def _planted(self, sentence: str, near: Sequence[Held], given: Given) -> str | None:
        """A clause that is so, and is taken from a sentence of the passages that is so too."""
        clauses = [clause.strip(" ,;.") for clause in _CLAUSES.split(sentence)]
        if not given.question or len(clauses) < 2:
            return None
        for clause in clauses:
            terms = content_words(clause)
            for row in near if len(terms) >= CLAUSE_TERMS else ():
                source = given.sources[row.passage.rank]
                span = max(
                    source.sentences,
                    key=lambda span: len(terms & content_words(source.text[slice(*span)])),
                )
                taken = (clause, source.text[slice(*span)])
                held = terms & content_words(taken[1])
                if len(held) >= TAKEN * len(terms) and all(
                    self._is_far(text, [span], [row], given, True) for text in taken
                ):
                    return clause
        return None

    def _is_far(
        self, text: str, spans: Sequence[Span], rows: Sequence[Held], given: Given, part: bool
    ) -> bool:
        """Whether words taken from these spans of passages have to do with nothing around them."""
        ranks = [row.passage.rank for row in rows]
        terms = content_words(text)
        titles = " ".join(given.sources[rank].prefix for rank in ranks)
        if terms & content_words(f"{given.question} {titles}"):
            return False
        rests = [around(rank, span, given) for rank, span in zip(ranks, spans, strict=True)]
        shared = any(terms & content_words(rest) for rest in rests)
        far = FAR_THOUGH_SHARED if shared else FAR
        far -= LOWER if part or len(terms) < FEW_TERMS else 0
        near = [given.question, *(rest for rest in rests if rest)]
        if max(self._supporter.likeness(text, near)) >= far:
            return False
        others = others_than(ranks, spans, given)
        return not others or max(self._supporter.likeness(text, others)) < far

    def _unsaid(self, sentence: str, near: Sequence[Held], given: Given) -> str | None:
        """A clause that is about something else than its passages, put beside one that holds."""
        clauses = [clause.strip(" ,;.") for clause in _CLAUSES.split(sentence)]
        if len(clauses) < 2:
            return None
        read = [given.sources[row.passage.rank] for row in near]
        known = frozenset().union(*(content_words(source.text) for source in read))
        for clause in clauses:
            terms = content_words(clause)
            if len(terms) < FEWEST_TERMS or 2 * len(terms & known) >= len(terms):
                continue
            if any(mark in source.text for mark in _MARKS.findall(clause) for source in read):
                continue
            found = self._supporter.of(clause, read)
            if not found or _is_foreign(clause, found[0], near=NEAR_CLAUSE):
                return clause
        return None


def _promising(sentence: str, ranks: Sequence[int], given: Given) -> list[int]:
    """Those that may support a sentence; none where together they lack a particular of it.

    That is known long before a model has read them.
    """
    places = foremost(sentence, [given.sources[rank] for rank in ranks])
    found = [given.findings(sentence, ranks[place]) for place in places]
    lacking = [{key_of(one) for one in row if one.verdict == "missing"} for row in found]
    if not lacking or set.intersection(*lacking):
        return []
    return [ranks[place] for place in places]


def _withheld(passages: Sequence[Passage], sources: Sequence[Source]) -> Withheld:
    """What may not be quoted of the passages, and of what names them."""
    left = [
        "".join(
            " " if kept == char else char
            for kept, char in zip(source.text, passage.text, strict=True)
        )
        for passage, source in zip(passages, sources, strict=True)
    ]
    left += [
        text
        for passage in passages
        for text in (passage.title, passage.publisher, passage.heading)
        if text and directives(text)
    ]
    return Withheld.of(left, [f"{source.prefix} {source.text}" for source in sources])


def _unless_repeated(checked: Checked, withheld: Withheld) -> Checked:
    """The sentence as it was judged, or failed for what it repeats."""
    clauses = [checked.sentence.text, *_CLAUSES.split(checked.sentence.text)]
    if not withheld.repeated_in(clauses):
        return checked
    failed = (*checked.sentence.failed, REPEATS)
    return replace(
        checked, sentence=replace(checked.sentence, verdict="not supported", failed=failed)
    )


def _is_foreign(sentence: str, support: Support, near: float = NEAR_MEANING) -> bool:
    """Whether a span shares hardly a word with a sentence and does not mean the same either."""
    if support.entails is not None:  # judged by a model that was put in for it
        return False
    features = support.features
    n_shared = features.overlap * len(content_words(sentence))
    return n_shared < FEWEST_TERMS and features.overlap <= 0.5 and features.dense < near


def _without(text: str, at: int, sentences: Sequence[Span], clean: Sequence[Span]) -> str:
    """The text of a passage that begins at `at`, blank where nothing may be quoted.

    Every character keeps its place. What is blank can support nothing, nor hold a particular.
    """
    kept = list(text)
    for start, end in sentences:
        left = [(low, high) for low, high in clean if low < end and start < high]
        for place in range(max(start, at), min(end, at + len(text))):
            if not any(low <= place < high for low, high in left):
                kept[place - at] = " "
    return "".join(kept)


def _verdict(sentence: str, best: Held, open_: Sequence[Finding]) -> tuple[Verdict, list[str]]:
    probability, support = best.support.probability, best.support
    failed = [finding.why for finding in open_]
    if support.contradicts is not None and support.contradicts >= CONTRADICTS_FROM:
        return "contradicted", [*failed, "the passage says the opposite"]
    if any(finding.verdict == "altered" for finding in open_) and probability >= PARTLY_FROM:
        return "contradicted", failed
    # What holds one of its numbers or names is about it, however few words they share.
    grounded = any(one.particular.kind in _GROUNDS and not fails(one) for one in best.findings)
    if probability < PARTLY_FROM or (not grounded and _is_foreign(sentence, support)):
        return "not supported", [*failed, "the passages it cites do not say this"]
    if failed:
        return ("partly" if probability >= SUPPORTED_FROM else "not supported"), failed
    return ("supported" if probability >= SUPPORTED_FROM else "partly"), []


def _moved(checked: Checked, written: Written) -> Checked:
    """The sentence as it is with another passage than its marks name."""
    sentence = checked.sentence
    ranks = "".join(f"[{rank}]" for rank in dict.fromkeys(one.passage for one in checked.citations))
    said = "".join(f"[{rank}]" for rank in written.cites)
    note = f"marked {said}, but {ranks} says it" if said else f"not marked; {ranks} says it"
    return Checked(
        CheckedSentence(
            sentence.text, written.cites, sentence.verdict, sentence.probability, (), (note,)
        ),
        checked.citations,
    )

"""A sentence and the span it cites → a finding for each particular of the sentence."""

from dataclasses import replace

from rag.particulars.counting import check_numbers, number_particulars
from rag.particulars.crossing import check_crossings
from rag.particulars.denying import check_negations, negation_particulars
from rag.particulars.hedging import check_hedges, modality_particulars
from rag.particulars.naming import check_names, name_particulars
from rag.particulars.opposing import check_opposites
from rag.particulars.particular import Finding, Particular, Verdict
from rag.particulars.source import Source
from rag.particulars.swapping import check_swaps
from rag.particulars.timing import check_dates, date_particulars
from rag.particulars.voices import (
    check_quotations,
    check_speakers,
    quotation_particulars,
    speaker_particulars,
)

# No drafted sentence is longer; the rest of one that is would be read in vain.
MAX_SENTENCE_CHARS = 2_000
# What is read of a passage on each side of its cited span: chunks are shorter, whole files are not.
MAX_AROUND_CHARS = 10_000


def particulars_of(sentence: str) -> tuple[Particular, ...]:
    """What a sentence states that can be held against a source, in order of place.

    Words that have an opposite are not among them: they become findings only where the source
    has the opposite.
    """
    read = sentence[:MAX_SENTENCE_CHARS]
    found = [
        *(part for part, _ in number_particulars(read)),
        *(part for part, _ in date_particulars(read)),
        *(part for part, _ in name_particulars(read)),
        *(part for part, _ in quotation_particulars(read)),
        *(part for part, _ in speaker_particulars(read)),
        *negation_particulars(read),
        *modality_particulars(read),
    ]
    return tuple(sorted(found, key=lambda part: (part.start, part.end, part.kind)))


def check(
    sentence: str,
    passage: str,
    *,
    span: tuple[int, int],
    published: str | None = None,
    about: str = "",
) -> tuple[Finding, ...]:
    """Hold every particular of a sentence against the span of a passage that it cites.

    Args:
        sentence: One sentence of a draft, without its marks.
        passage: The words of the source around what is cited.
        span: The characters of `passage` that are cited, a sentence or two; other than that, any
            ends are taken as the nearest ends of the passage.
        published: When the source appeared, as an ISO date or its beginning ("2024", "2024-05"):
            what "on Tuesday" and "last month" are reckoned from.
        about: Title, publisher, date, heading of the source; what stands in it counts as said.

    Returns:
        One finding for each particular, and one for each thing that the source has and the
        sentence lost (a "not", a "may"), in order of their places in the sentence. A sentence
        that is a whole sentence of the passage holds in all its particulars.
    """
    low = min(max(span[0], 0), len(passage))
    high = min(max(span[1], low), len(passage))
    begin = max(0, low - MAX_AROUND_CHARS)
    around = passage[begin : high + MAX_AROUND_CHARS]
    source = Source(around, (low - begin, high - begin), published, about)
    read = sentence[:MAX_SENTENCE_CHARS]
    copied = source.copied(read)
    if copied is not None:
        verdict: Verdict = "held" if source.cites(*copied) else "elsewhere"
        found = (copied[0] + begin, copied[1] + begin)
        return tuple(Finding(part, verdict, found, "") for part in particulars_of(read))
    findings = [
        *check_numbers(read, source),
        *check_dates(read, source),
        *check_names(read, source),
        *check_quotations(read, source),
        *check_speakers(read, source),
        *check_negations(read, source),
        *check_hedges(read, source),
        *check_opposites(read, source),
        *check_swaps(read, source),
        *check_crossings(read, source),
    ]
    ordered = sorted(findings, key=lambda one: (one.particular.start, one.particular.end))
    return tuple(_told(finding, begin) for finding in ordered)


def _told(finding: Finding, begin: int) -> Finding:
    """The finding with one line of words, and its place in the whole passage."""
    found = finding.found
    place = None if found is None else (found[0] + begin, found[1] + begin)
    return replace(finding, found=place, why=" ".join(finding.why.split()))

"""Two things of a source that change places in a sentence: "good for A, bad for B"."""

from collections.abc import Sequence
from itertools import pairwise

from rag.particulars.particular import Finding, Particular
from rag.particulars.source import Source
from rag.particulars.words import Word, words_of

_RATHER = frozenset({("rather", "than"), ("instead", "of"), ("more", "than"), ("not", "by")})


def check_swaps(sentence: str, source: Source) -> list[Finding]:
    """Words of a sentence that stand the other way round in the source."""
    words = [word for word in words_of(sentence) if word.kind != "mark"]
    there = [word for word in source.words if word.kind != "mark"]
    return [*_swapped_choice(words, there), *_exchanged(words, there)]


def _exchanged(words: Sequence[Word], there: Sequence[Word]) -> list[Finding]:
    """Find a sentence copied with two of its words exchanged: "good for A, bad for B".

    A passive exchanges two names as well, so that a "by" must stand in both or in neither.
    """
    content = [word for word in words if word.content]
    if len(content) < 5:
        return []
    starts = [at for at, word in enumerate(there) if word.opens or not at]
    for first, last in pairwise([*starts, len(there)]):
        moved = _moved(content, there[first:last])
        if moved is None or ("by" in {word.low for word in words}) != (
            "by" in {word.low for word in there[first:last]}
        ):
            continue
        one, two = moved
        part = Particular("opposite", one.text, one.start, one.end, (one.stem, two.stem))
        why = f'"{one.text}" and "{two.text}" stand the other way round in the source'
        return [Finding(part, "altered", (there[first].start, there[last - 1].end), why)]
    return []


def _moved(content: Sequence[Word], there: Sequence[Word]) -> tuple[Word, Word] | None:
    """The two content words that alone stand in another order than in a sentence, or None."""
    places = {word.stem: at for at, word in enumerate(there) if word.content}
    if any(word.stem not in places for word in content):
        return None
    at = [places[word.stem] for word in content]
    if len(set(at)) < len(at):
        return None
    moved = [
        number for number, (was, now) in enumerate(zip(at, sorted(at), strict=True)) if was != now
    ]
    if len(moved) != 2 or moved[1] - moved[0] < 2:
        return None
    return content[moved[0]], content[moved[1]]


def _swapped_choice(words: Sequence[Word], there: Sequence[Word]) -> list[Finding]:
    """Find "by fire rather than by flood" for "by flood rather than by fire"."""
    for place, chosen, other in _choices(words):
        for at, mine, theirs in _choices(there):
            marks = {stem for stem in chosen if stem.endswith(" …")}
            if marks != {stem for stem in mine if stem.endswith(" …")}:
                continue
            chosen, other, mine, theirs = (  # noqa: PLW2901 (without the mark)
                stems - marks for stems in (chosen, other, mine, theirs)
            )
            if chosen & theirs and other & mine and not (chosen & mine or other & theirs):
                first, last = words[place], words[place + 1]
                text = f"{first.text} {last.text}"
                part = Particular("opposite", text, first.start, last.end, tuple(sorted(chosen)))
                why = f'"{text}": the source says it the other way round'
                return [Finding(part, "altered", (there[at].start, there[at + 1].end), why)]
    return []


def _choices(words: Sequence[Word]) -> list[tuple[int, set[str], set[str]]]:
    """Each "rather than", and the content words right before and after it."""
    found: list[tuple[int, set[str], set[str]]] = []
    for place, (one, two) in enumerate(pairwise(words)):
        if (one.low, two.low) in _RATHER:
            before, after = (
                [word.stem for word in part if word.content][:2]
                for part in (words[max(0, place - 5) : place][::-1], words[place + 2 : place + 7])
            )
            found.append((place, set(before[:1]), set(after)))
        elif two.low == "than":
            # "Better in reading than in mathematics": the word compared by is the same in both.
            better = [word.low for word in words[max(0, place - 7) : place] if _compares(word)]
            before = [word.stem for word in words[max(0, place - 1) : place + 1] if word.content]
            after = [word.stem for word in words[place + 2 : place + 5] if word.content][:1]
            if better and before:
                mark = f"{better[-1]} …"
                found.append((place, {before[-1], mark}, {*after, mark}))
    return found


def _compares(word: Word) -> bool:
    return word.low in ("more", "less", "fewer", "better", "worse") or word.low.endswith("er")

"""Two things of a source that change places in a sentence: "good for A, bad for B"."""

from collections.abc import Sequence
from itertools import pairwise

from rag.particulars.particular import Finding, Particular
from rag.particulars.source import Source
from rag.particulars.words import Word, words_of

# "With her first novel, Moreau won the prize": what stands first may belong anywhere.
_FRONTED = frozenset("with in at on by from for after before under of".split())
_EMPTY = frozenset({"one"})
_RATHER = frozenset({("rather", "than"), ("instead", "of"), ("more", "than"), ("not", "by")})


def check_swaps(sentence: str, source: Source) -> list[Finding]:
    """Words of a sentence that stand the other way round in the source."""
    words = [word for word in words_of(sentence) if word.kind != "mark"]
    there = [word for word in source.words if word.kind != "mark"]
    return [
        *_swapped_choice(words, there),
        *_exchanged(words, there),
        *_turned_comparison(words, there),
    ]


def _exchanged(words: Sequence[Word], there: Sequence[Word]) -> list[Finding]:
    """Find a sentence copied with two of its words exchanged: "good for A, bad for B".

    A passive exchanges two names as well, so that a "by" must stand in both or in neither.
    """
    content = [word for word in words if word.content]
    if len(content) < 5 or words[0].low in _FRONTED:
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


def _turned_comparison(words: Sequence[Word], there: Sequence[Word]) -> list[Finding]:
    """Find "nurses earn more than doctors" for "doctors earn more than nurses"."""
    for place, stem, before, after in _comparisons(words):
        for at, other, mine, theirs in _comparisons(there):
            straight = len(before & mine) + len(after & theirs)
            crossed = before & theirs, after & mine
            if stem != other or not all(crossed) or sum(map(len, crossed)) <= straight:
                continue
            word = words[place]
            part = Particular("opposite", word.text, word.start, word.end, (stem, "than"))
            why = f'"{word.text} than": the source says it the other way round'
            return [Finding(part, "altered", (there[at].start, there[at].end), why)]
    return []


def _comparisons(words: Sequence[Word]) -> list[tuple[int, str, set[str], set[str]]]:
    """Each comparing word: its place, what it compares by, and the content before and after."""
    found: list[tuple[int, str, set[str], set[str]]] = []
    for place, word in enumerate(words):
        if word.low != "than":
            continue
        low = place
        while low > max(0, place - 10) and not words[low].opens:
            low -= 1
        better = [at for at in range(low, place) if _compares(words[at])]
        if not better:
            continue
        at = better[-1]
        more = words[at].low in ("more", "less", "fewer")
        by = f"{words[at].low} {words[at + 1].stem}" if more else words[at].low
        stop = next((n for n in range(place + 1, len(words)) if words[n].opens), len(words))
        before = {one.stem for one in words[low:at] if one.content} - _EMPTY
        after = {
            one.stem for one in words[place + 1 : min(place + 6, stop)] if one.content
        } - _EMPTY
        found.append((at, by, before - after, after - before))
    return found


def _compares(word: Word) -> bool:
    return word.low in ("more", "less", "fewer", "better", "worse") or word.low.endswith("er")

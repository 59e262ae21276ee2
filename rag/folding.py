"""A ranking → one in which near-identical documents say each thing once.

A passage of a copy that says the same takes no rank of its own; what an edited copy says
otherwise does.
"""

from collections.abc import Mapping, Sequence

from rag.copies import fold, says_the_same
from rag.store import Located, Store

Row = tuple[str, float, float, float]

# Scores that differ by less are those of copies: sums come out differently in another row.
SCORE_DIGITS = 6
# How far down copies are looked for first, in multiples of `k`.
COPIES_WITHIN = 4


def folded(
    store: Store, rows: Sequence[Row], located: Mapping[str, Located], k: int
) -> tuple[list[Row], dict[str, list[str]]]:
    """The first `k` chunks that say something of their own, and the copies of each.

    Copies are looked for as far down as four times `k`, and further where too little is left:
    the same words come with nearly the same score. Of those whose scores are the same the
    earliest published stays.
    """

    def order(row: Row) -> tuple[float, str, str]:
        published = located[row[0]].metadata.published
        return -round(row[1], SCORE_DIGITS), published.value if published else "~", row[0]

    ranked = {row[0]: row for row in sorted(rows, key=order)}
    window = COPIES_WITHIN * k
    while True:
        names = list(ranked)[:window]
        alike = store.copies.among({located[name].chunk.document for name in names})

        def repeats(name: str, other: str, alike: Mapping[str, set[str]] = alike) -> bool:
            found, held = located[name], located[other]
            near = alike.get(found.chunk.document, ())
            return held.chunk.document in near and _repeats(store, found, held)

        kept, copies = fold(names, k, repeats)
        if len(kept) >= k or window >= len(rows):
            return [ranked[name] for name in kept], copies
        window *= COPIES_WITHIN


def _repeats(store: Store, one: Located, other: Located) -> bool:
    """Whether each of two passages says nothing that the other's document does not say there.

    Both ways, so that what is quoted from the one that stays stands in the other too.
    """
    return _stands_in(store, one, other) and _stands_in(store, other, one)


def _stands_in(store: Store, found: Located, other: Located) -> bool:
    own = store.documents.text_of(found.chunk.version)
    passage = own[found.chunk.start : found.chunk.end]
    text = store.documents.text_of(other.chunk.version)
    start, end = other.chunk.start, other.chunk.end
    before = text[max(0, start - len(passage)) : start]
    after = text[end : end + len(passage)]
    return says_the_same(passage, text[start:end], (before, after))

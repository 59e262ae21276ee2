"""The full names that other texts give to those of a text: "Ada Lorne" for its "Lorne"."""

from collections.abc import Iterable

from rag.particulars.names import names_of

# Words of a name that may be a title, a place and a surname each: longer runs are headlines.
LONGEST = 4


def fuller_names(text: str, others: Iterable[str]) -> tuple[str, ...]:
    """The names of `others` whose last word stands alone in `text`, where no two names share it.

    "Ada Lorne" and "Ben Lorne" leave open which of them "Lorne" is.
    """
    mine = names_of(text)
    alone = {name.keys[0] for name in mine if len(name.keys) == 1}
    told: dict[str, dict[tuple[str, ...], str]] = {}
    for names in (mine, *map(names_of, others)):
        for name in names:
            if 1 < len(name.keys) <= LONGEST and name.keys[-1] in alone:
                told.setdefault(name.keys[-1], {})[name.keys] = name.text
    return tuple(
        max(full.values(), key=len)
        for full in told.values()
        # "James Comey" and "former FBI director James Comey" are one.
        if len({keys[-2] for keys in full}) == 1
    )

"""The full names that other texts give to those of a text: "Ada Lorne" for its "Lorne"."""

from collections.abc import Iterable

from rag.particulars.names import Name, names_of
from rag.particulars.rivals import ROLE_KEYS

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
            keys = _without_office(name)
            if 1 < len(keys) <= LONGEST and keys[-1] in alone:
                text = name.text if keys == name.keys else " ".join(name.text.split()[-len(keys) :])
                told.setdefault(keys[-1], {})[keys] = text
    return tuple(
        max(full.values(), key=len)
        for full in told.values()
        # "James Comey" and "former FBI director James Comey" are one.
        if len({keys[-2] for keys in full}) == 1
    )


def _without_office(name: Name) -> tuple[str, ...]:
    """The words behind the last office: "Ada Lorne" of "Senate Justice Chairman Ada Lorne"."""
    at = max((place for place, key in enumerate(name.keys) if key in ROLE_KEYS), default=-1)
    return name.keys[at + 1 :]

"""Reference styles: from a `Reference` to the words of a note and of an entry in the list.

Titles keep their capitals, names that may be a body's are left as they stand, and what is unknown
is said to be so (no date) or left out. Sorting and numbering are the list's.
"""

from rag.brief.manuscript import Text
from rag.brief.references import Locator, Reference
from rag.brief.styles import apa, chicago, ieee
from rag.brief.styles.wording import compact
from rag.errors import ConfigurationError

STYLES: tuple[str, ...] = ("chicago", "apa", "ieee")


def full_note(style: str, reference: Reference, locator: Locator | None) -> tuple[Text, ...]:
    """The first note on a source, which names all that is known of it.

    Raises:
        ConfigurationError: `style` is none of `STYLES`.
    """
    match style:
        case "chicago":
            return compact(chicago.full_note(reference, locator))
        case "apa":
            return compact(apa.full_note(reference, locator))
        case "ieee":
            return compact(ieee.full_note(reference, locator))
        case _:
            raise _unknown(style)


def short_note(
    style: str, reference: Reference, locator: Locator | None, *, number: int
) -> tuple[Text, ...]:
    """A later note on the same source; `number` is the source's in the list, from 1.

    Raises:
        ConfigurationError: `style` is none of `STYLES`.
    """
    match style:
        case "chicago":
            return compact(chicago.short_note(reference, locator))
        case "apa":
            return compact(apa.short_note(reference, locator))
        case "ieee":
            return compact(ieee.short_note(locator, number))
        case _:
            raise _unknown(style)


def entry(style: str, reference: Reference, *, number: int) -> tuple[Text, ...]:
    """The entry in the list of sources, without the list's own number.

    Raises:
        ConfigurationError: `style` is none of `STYLES`.
    """
    del number  # part of the interface; no style prints it here
    match style:
        case "chicago":
            return compact(chicago.entry(reference))
        case "apa":
            return compact(apa.entry(reference))
        case "ieee":
            return compact(ieee.entry(reference))
        case _:
            raise _unknown(style)


def _unknown(style: str) -> ConfigurationError:
    known = ", ".join(STYLES)
    return ConfigurationError(f"No reference style is named {style!r}; use one of: {known}.")

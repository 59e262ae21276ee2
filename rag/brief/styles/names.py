"""Names of authors, told apart: a person has parts that styles turn and shorten, a body has none.

A name counts as a person's only where something says so, and is printed as it stands otherwise: a
"Goldman Sachs" that is turned to "Sachs, Goldman" is a false statement, a "Wei Zhang" that is not
turned is merely unsorted.

- Turned already ("Doe, Jane"; "King, Martin Luther, Jr."): a person, unless a word of it is one of
  bodies ("Department of Health, Canada") or the part after the comma is a well-known place.
- In plain order: a person where the first word is a known given name or an initial. Given names
  run on as long as words are given names, initials or patronymics; then come particles, and then
  one family name (two with "y" between them). With an unknown word more, where the family name
  begins cannot be told ("Gabriel García Márquez", "Ruth Bader Ginsburg"), and the name stays.
- Family name first without a comma, then initials ("Doe J. R."): a person.
- A particle in small letters ("van", "de la") stays before the family name, also when the name is
  turned: "van Beethoven, Ludwig". One that the source itself puts last ("Beethoven, Ludwig van")
  stays last. With a capital ("De Niro") it is part of the family name.
- Letters of other scripts than Latin, Greek and Cyrillic: never turned or shortened.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rag.brief.references import Reference
from rag.brief.styles.name_words import BODIES, GIVEN_NAMES, PLACES
from rag.brief.styles.wording import tidy

_LETTERS = r"[^\W\d_]+"
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+$")
_NAME_WORD = re.compile(
    r"(?:(?:a[dlnrstz]|ash|el)[-‐])?(?:(?:d|l|dell|dall|[A-Z])['’])?"
    rf"{_LETTERS}(?:[-‐'’]{_LETTERS})*['’]?$"
)
_PARTICLES = frozenset(
    "van von vom zu zum zur der den de del della dello dei degli di da dal dos das do du des la le "
    "los las ten ter te 't af av al el".split()
)
_SUFFIX = re.compile(r"(?:jr|sr)\.?$|(?:II|III|IV)$", re.IGNORECASE)
_DEGREE = re.compile(
    r"(?:ph\.?\s?d|d\.?phil|m\.?d|j\.?d|m\.?a|m\.?sc|b\.?sc|b\.?a|m\.?p\.?h|mba|ll\.?m|rn|esq)\.?$",
    re.IGNORECASE,
)
_TITLES = frozenset({"dr", "prof", "professor", "mr", "mrs", "ms", "sir", "dame"})
_PATRONYMIC = re.compile(
    r"[^\W\d_]+(?:ovich|evich|ovna|evna|ович|евич|ич|овна|евна|ична|івна|йович)$", re.IGNORECASE
)
_ADDRESS = re.compile(r"\s*<[^<>\s]+@[^<>\s]+>$")
_STATES = frozenset({"u.s.", "u.k.", "u.n.", "e.u.", "d.c.", "u.s.a.", "u.s.s.r."})


@dataclass(frozen=True, slots=True)
class Person:
    """The parts of a person's name. Empty where there is none.

    `particle` goes before the family name, `trailing` is one that the source puts after the given
    names.
    """

    given: str
    family: str
    particle: str = ""
    trailing: str = ""
    suffix: str = ""

    def surname(self) -> str:
        """The name by which a later note names the person: "van Beethoven"."""
        return _spaced(self.particle, self.family)

    def direct(self) -> str:
        """The name in plain order: "Ludwig van Beethoven", "Martin Luther King Jr."."""
        return _spaced(self.given, self.trailing, self.particle, self.family, self.suffix)

    def turned(self, *, initials: bool = False) -> str:
        """The name with the family name first: "King, Martin Luther, Jr."."""
        given = self.initials() if initials else self.given
        parts = (self.surname(), _spaced(given, self.trailing), self.suffix)
        return ", ".join(part for part in parts if part)

    def shortened(self) -> str:
        """The name in plain order with initials: "L. van Beethoven"."""
        return _spaced(self.initials(), self.trailing, self.particle, self.family, self.suffix)

    def initials(self) -> str:
        """The initials of the given names: "J. R. R.", "J.-P."."""
        return " ".join(self._initials_of(word) for word in self.given.split())

    def _initials_of(self, word: str) -> str:
        if _INITIALS.match(word):
            return word
        # "Doe, JA": capitals alone that are no name, after a family name that has small letters.
        if len(word) <= 3 and word.isupper() and not self.family.isupper() and not _known(word):
            return ". ".join(word) + "."
        return "-".join(f"{part[0].upper()}." for part in re.split("[-‐]", word) if part)


@dataclass(frozen=True, slots=True)
class Name:
    """An author: `literal` as the source has it, and the parts if it is a person for certain."""

    literal: str
    person: Person | None = None

    def direct(self) -> str:
        """The name in plain order."""
        return self.person.direct() if self.person else self.literal

    def turned(self) -> str:
        """The name as a list is sorted by it, in full."""
        return self.person.turned() if self.person else self.literal

    def shortened(self) -> str:
        """The name in plain order with initials."""
        return self.person.shortened() if self.person else self.literal

    def surname(self) -> str:
        """The name that stands for the author in later notes."""
        return self.person.surname() if self.person else self.literal


def names_of(reference: Reference) -> tuple[Name, ...]:
    """The authors of a source, in its order; those of which no letter is left are dropped."""
    return tuple(name for author in reference.authors if (name := parse_name(author)) is not None)


def parse_name(words: str) -> Name | None:
    """The author that `words` name; None where they hold no letter or digit."""
    line = tidy(words)
    if line is None:
        return None
    line = (tidy(_ADDRESS.sub("", line)) or line).rstrip(" ,;:")
    composed = unicodedata.normalize("NFC", line)
    person = _person(composed) if _in_known_script(composed) else None
    return Name(line, person)


def _person(line: str) -> Person | None:
    parts = [part.strip() for part in line.split(",")]
    while len(parts) > 1 and _DEGREE.match(parts[-1]):
        parts.pop()
    suffix = ""
    for place, part in enumerate(parts[1:], start=1):
        # "Doe, JR" has initials: nothing but a family name would be left.
        if _SUFFIX.match(part) and (len(parts) > 2 or " " in parts[0]):
            suffix = parts.pop(place)
            break
    words = [_words(part) for part in parts]
    if not all(words):
        return None
    while len(words[0]) > 2 and words[0][0].rstrip(".").casefold() in _TITLES:
        words[0].pop(0)
    if not suffix and len(words[0]) > 1 and _SUFFIX.match(words[0][-1]):
        suffix = words[0].pop()
    if any(_is_of_a_body(word) for part in words for word in part):
        return None
    match words:
        case [plain]:
            return _in_plain_order(plain, suffix)
        case [family, given]:
            return _in_turned_order(family, given, suffix)
        case _:
            return None


def _words(part: str) -> list[str]:
    """The words of a part of a name, "J.R.R." as three initials (CMOS 10.12)."""
    words: list[str] = []
    for word in part.split():
        initials = _INITIALS.match(word) and word.casefold() not in _STATES
        words.extend(re.sub(r"\.(?=[^\W\d_])", ". ", word).split() if initials else [word])
    return words


def _in_turned_order(family: list[str], given: list[str], suffix: str) -> Person | None:
    trailing: list[str] = []
    while len(given) > 1 and given[-1] in _PARTICLES:
        trailing.insert(0, given.pop())
    particle = _leading_particles(family)
    known = bool(_INITIALS.match(given[0])) or _known(given[0])
    if not all(_INITIALS.match(word) or _is_name_word(word) for word in given):
        return None
    if not all(_is_name_word(word) or word.casefold() in _PARTICLES | {"y"} for word in family):
        return None
    if len(family) > 3 or len(given) > 4 or given[-1].casefold() in PLACES:
        return None
    if len(family) > 1 and _known(family[0]) and not known:
        return None  # "Jane Doe, Editor"
    acronym = all(word.isupper() and len(word) > 1 for word in family)
    if acronym and not known and not all(word.isupper() for word in given):
        return None  # "UNHCR, Geneva"
    return Person(" ".join(given), " ".join(family), particle, " ".join(trailing), suffix)


def _in_plain_order(words: list[str], suffix: str) -> Person | None:
    if len(words) < 2:
        return None
    last = words[1:]
    if all(_INITIALS.match(word) for word in last) and _is_name_word(words[0]):
        if _known(words[0]) or len(words[0]) < 2:
            return None  # "Jane D." may be a shortened family name
        return Person(" ".join(last), words[0], suffix=suffix)
    if not (_INITIALS.match(words[0]) or _known(words[0])):
        return None
    n_given = 1
    while n_given < len(words) - 1 and _goes_on(words[n_given]):
        n_given += 1
    given, rest = words[:n_given], words[n_given:]
    particle = _leading_particles(rest)
    family = list(rest)
    while len(rest) > 1 and rest[0].casefold() in _PARTICLES:
        rest = rest[1:]
    one = len(rest) == 1 or (len(rest) == 3 and rest[1] == "y")
    if not one or not all(_is_name_word(word) for word in (rest[0], rest[-1])):
        return None
    if len(rest[-1].strip("'’")) < 2:
        return None
    return Person(" ".join(given), " ".join(family), particle, suffix=suffix)


def _leading_particles(words: list[str]) -> str:
    """Particles in small letters, taken off the start of `words`."""
    particles: list[str] = []
    while len(words) > 1 and words[0] in _PARTICLES:
        particles.append(words.pop(0))
    return " ".join(particles)


def _goes_on(word: str) -> bool:
    bare_initial = len(word) == 1 and word.isupper()
    initial = bare_initial or _INITIALS.match(word)
    return bool(initial or _known(word) or _PATRONYMIC.match(word))


def _is_name_word(word: str) -> bool:
    if not _NAME_WORD.match(word):
        return False
    return any(char.isupper() for char in word)


def _is_of_a_body(word: str) -> bool:
    folded = word.casefold()
    if folded in _STATES:
        return True
    return any(part.strip(".'’()") in BODIES for part in re.split("[-‐/]", folded))


def _known(word: str) -> bool:
    first = re.split("[-‐]", word)[0]
    return first[:1].isupper() and _folded(first) in _FOLDED_GIVEN


def _folded(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


def _in_known_script(line: str) -> bool:
    return all(
        unicodedata.name(char, "").startswith(("LATIN", "GREEK", "CYRILLIC"))
        for char in line
        if char.isalpha()
    )


def _spaced(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def listed(names: Sequence[str], last: str) -> str:
    """The names as a list in a sentence: "A", "A and B", "A, B, and C"; `last` is "and" or "&"."""
    if len(names) < 3:
        return f" {last} ".join(names)
    return f"{', '.join(names[:-1])}, {last} {names[-1]}"


_FOLDED_GIVEN = frozenset(_folded(name) for name in GIVEN_NAMES)

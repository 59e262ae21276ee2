"""Lines put together to text: hyphens at their ends, and scripts without spaces."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.loaders.pdf.lines import Line, is_unspaced

_SUSPENDED = frozenset("and or und oder et ou y o e bis to sowie".split())
HYPHENS = "-\u2010\u00ad"
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(slots=True)
class Vocabulary:
    """The words of a document as they stand within lines, and the sizes of its letters."""

    words: Counter[str] = field(default_factory=Counter)
    sizes: Counter[float] = field(default_factory=Counter)
    n_bold: int = 0
    n_chars: int = 0

    def add(self, lines: Sequence[Line]) -> None:
        """Count the words and letters of lines."""
        for line in lines:
            self.sizes[round(line.size * 2) / 2] += line.n_chars
            self.n_chars += line.n_chars
            self.n_bold += line.n_chars if line.bold else 0
            self.words.update(_WORD.findall(line.text.lower()))

    @property
    def body_size(self) -> float:
        """The size of most letters."""
        return self.sizes.most_common(1)[0][0] if self.sizes else 10.0


def joined(lines: Sequence[Line], vocabulary: Vocabulary) -> str:
    """The text of lines put together, words parted at line ends made whole where that is safe."""
    text = lines[0].text.strip() if lines else ""
    for line in lines[1:]:
        text = glued(text, line.text.strip(), vocabulary)
    return text


def glued(text: str, following: str, vocabulary: Vocabulary) -> str:
    """Two pieces of a text that a line end parted."""
    glue, cut = glue_of(text, following, vocabulary)
    return text[: len(text) - cut] + glue + following


def glue_of(text: str, following: str, vocabulary: Vocabulary) -> tuple[str, int]:
    """What stands between two lines, and how many characters at the first one's end go."""
    if not text or not following:
        return "", 0
    if is_unspaced(text[-1]) and is_unspaced(following[0]):
        return "", 0
    if text[-1] in HYPHENS and text[-2:-1] == " " and text[-3:-2].isalpha():
        # A hyphen that stands off, if both lines together make a word that is known.
        glue, cut = glue_of(text[:-2] + text[-1], following, vocabulary)
        tail = _WORD.match(following)
        word = _last_word(text[:-2]) + ("" if cut else "-") + (tail[0] if tail else "")
        is_known = glue == "" and vocabulary.words[word.lower()] > 0
        return ("" if cut else text[-1], 2) if is_known else (" ", 0)
    if text[-1] not in HYPHENS or len(text) < 2 or not text[-2].isalnum():
        return " ", 0
    if text[-1] == "\u00ad":
        return "", 1
    head, tail = _last_word(text[:-1]), _WORD.match(following)
    if tail is None:
        return ("", 0) if following[0].isdigit() else (" ", 0)
    if not following[0].islower() or not text[-2].isalpha():
        return "", 0
    if tail[0] in _SUSPENDED:
        return " ", 0
    rest = tail[0].split("-", 1)[0].lower()
    whole, parted = head.lower() + rest, f"{head.lower()}-{rest}"
    if "-" in head or not text[-2].islower():
        # A compound already, or letters as in "X-ray".
        return "", int(vocabulary.words[whole] > 0)
    if vocabulary.words[whole] == 0 and vocabulary.words[parted] > 0:
        return "", 0
    return "", 1


def _last_word(text: str) -> str:
    tail = text[-60:]
    match = re.search(r"[^\W\d_]+(?:-[^\W\d_]+)*$", tail)
    return match[0] if match else ""

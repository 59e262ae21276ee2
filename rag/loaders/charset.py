"""Text of bytes in an older charset that nobody declared: the guess that reads as a language.

charset-normalizer tells which charsets leave no mess; that alone cannot part those of one
family (Polish in cp1250 is tidy in cp1252 as well), so the language of the result decides.
"""

from typing import TYPE_CHECKING

from rag.errors import DocumentError
from rag.loaders.language import likeliest_language

if TYPE_CHECKING:
    from charset_normalizer.models import CharsetMatch, CharsetMatches

_WESTERN = frozenset("en de fr es it pt nl sv da no nb nn fi is ga ca gl eu af id ms sw".split())
_CENTRAL = frozenset("pl cs sk hu ro hr sl bs sq".split())
_CYRILLIC = frozenset("ru uk bg sr mk be".split())
# The languages that each charset was made for, the commonest charset first.
_LANGUAGES = {
    "cp1252": _WESTERN,
    "cp1251": _CYRILLIC,
    "cp1250": _CENTRAL,
    "cp932": frozenset({"ja"}),
    "gb18030": frozenset({"zh"}),
    "big5": frozenset({"zh"}),
    "cp949": frozenset({"ko"}),
    "euc_jp": frozenset({"ja"}),
    "cp1253": frozenset({"el"}),
    "cp1254": frozenset({"tr", "az"}),
    "cp1255": frozenset({"he", "yi"}),
    "cp1256": frozenset({"ar", "fa", "ur"}),
    "cp1257": frozenset({"lt", "lv", "et"}),
    "cp874": frozenset({"th"}),
    "koi8_r": frozenset({"ru"}),
    "koi8_u": frozenset({"uk"}),
    "cp866": _CYRILLIC,
    "iso8859_5": _CYRILLIC,
    "iso8859_2": _CENTRAL,
    "cp852": _CENTRAL,
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
}
_MULTI_BYTE = frozenset({"cp932", "gb18030", "big5", "cp949", "euc_jp"})
# Two accented letters in a row decode as one Chinese character as well; real Chinese, Japanese
# and Korean text is mostly such bytes.
_MULTI_BYTE_SHARE = 0.2
_HIGH_BYTES = bytes(range(0x80, 0x100))
_MIN_PROBABILITY = 0.5
_MAX_CHAOS = 0.1  # charset-normalizer's share of mess; above it a guess was wrong in every trial
_CHAOS_WEIGHT = 4.0  # 3, 4 and 5 each part the 17 charsets and languages tried rightly
_REMEDY = "save it as UTF-8"


def guessed_text(data: bytes, first_bad: int) -> str:
    """`data` in the charset that is likeliest; `first_bad` is the byte that is no UTF-8.

    Raises:
        DocumentError: It fits no charset without loss, or mixes UTF-8 with another.
    """
    # 40 ms to import, and most files are UTF-8.
    from charset_normalizer import from_bytes

    # Lines of ASCII read alike in all charsets and would outweigh the few others.
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())
    high = len(telling) - len(telling.translate(None, _HIGH_BYTES))
    codecs = [
        codec
        for codec in _LANGUAGES
        if codec not in _MULTI_BYTE or high >= _MULTI_BYTE_SHARE * len(telling)
    ]
    matches = from_bytes(telling, threshold=_MAX_CHAOS, cp_isolation=codecs)
    codec = _spoken(matches) or _tidiest(matches)
    if codec is None:
        raise DocumentError(f"fits no known encoding (byte {first_bad}); {_REMEDY}")
    if codec not in _MULTI_BYTE and _mixes_utf_8(data):
        raise DocumentError(f"mixes UTF-8 with another encoding (byte {first_bad}); {_REMEDY}")
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:  # both judge long files by samples
        raise DocumentError(f"fits no known encoding (byte {error.start}); {_REMEDY}") from error


def _spoken(matches: "CharsetMatches") -> str | None:
    """The charset whose text is likeliest in a language that the charset is for."""
    best, best_score = None, 0.0
    for match in matches:
        language, probability = likeliest_language(str(match))
        fitting = (codec for codec in _charsets(match) if language in _LANGUAGES[codec])
        codec = next(fitting, None)
        # Alone, the probability is 1 for any letters of a script with one language (Thai).
        score = probability + match.coherence - _CHAOS_WEIGHT * match.chaos
        if codec is not None and probability >= _MIN_PROBABILITY and score > best_score:
            best, best_score = codec, score
    return best


def _tidiest(matches: "CharsetMatches") -> str | None:
    """For what is too short to be a language: of the charsets that fit best, the commonest."""
    best = matches.best()
    if best is None or best.chaos > _MAX_CHAOS:
        return None
    equal = (m for m in matches if (m.chaos, m.coherence) == (best.chaos, best.coherence))
    fitting = {codec for match in equal for codec in _charsets(match)}
    return next((codec for codec in _LANGUAGES if codec in fitting), best.encoding)


def _charsets(match: "CharsetMatch") -> list[str]:
    """The charsets of ours in which the bytes are the text of `match`, the commonest first."""
    same = {match.encoding, *match.could_be_from_charset}
    return [codec for codec in _LANGUAGES if codec in same]


def _mixes_utf_8(data: bytes) -> bool:
    """Whether some line is UTF-8 beyond ASCII, which chance hardly makes of a one-byte charset."""
    for line in data.splitlines():
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        return True
    return False

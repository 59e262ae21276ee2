"""Which letters of a text no font here has, and the fonts that have them; what is set of a text.

typst sets a letter without a glyph as an empty box and says nothing. It takes each letter that
the first font lacks from any other font it finds, so the fonts are asked together.
"""

import difflib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.brief.embedded_glyphs import RANGES
from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from typst import Fonts as FoundFonts

_SAMPLE = 5  # characters of a script that a message names
_UNREADABLE = "\ufffd"
# Never set: byte order marks, soft hyphens (typst hyphenates by itself), embeddings and overrides
# of direction, with which a text shows other words than it has, notes for ruby, and tags.
_DROPPED = {
    0xFEFF,
    0x00AD,
    *range(0x202A, 0x202F),
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),
}
# Set, and invisible by nature: typst needs no glyph for them (tried one by one).
_INVISIBLE = frozenset(
    map(
        chr,
        (
            *range(0x200B, 0x2010), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0), *range(0x180B, 0x1810),
            0x034F, 0x061C, 0x115F, 0x1160, 0x3164, 0xFFA0,
        ),
    )
)  # fmt: skip
_LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"
# Scripts that the fonts within typst set well; of others they have a few letters of one width.
_AT_HOME = {"Latn", "Grek", "Cyrl", "Zyyy", "Zinh", "Zzzz"}
# Within typst: the font of the body, that of code, and what both fall back to.
_BODY = "Libertinus Serif"
_MONO = "DejaVu Sans Mono"
# Named, since what typst finds by itself for a letter is at times a font without it.
_SPARE = ("New Computer Modern", "New Computer Modern Math", _MONO)
# Fonts that have a box for every character.
_PLACEHOLDERS = {"lastresort", "last resort", ".lastresort", "adobe blank", "adobeblank"}
_CJK = {
    "Hani": "Chinese", "Bopo": "Chinese", "Hira": "Japanese", "Kana": "Japanese", "Hang": "Korean",
}  # fmt: skip
_CJK_MARKS = (range(0x3000, 0x3040), range(0xFF00, 0xFFF0))  # full stops and forms of full width
_EMOJI = (
    range(0x1F1E6, 0x1F650), range(0x1F680, 0x1F700), range(0x1F7E0, 0x1F7EC),
    range(0x1F900, 0x1FB00),
)  # fmt: skip
# Older symbols that are shown as emoji (Unicode 15.1, emoji-data.txt, Emoji_Presentation).
_OLD_EMOJI = (
    "⌚⌛⏩⏪⏫⏬⏰⏳◽◾☔☕♈♉♊♋♌♍♎♏♐♑♒♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪"
    "⛲⛳⛵⛺⛽✅✊✋✨❌❎❓❔❕❗➕➖➗➰➿⬛⬜⭐⭕"
)
# What sets a script well, the best first; then "Noto Serif X" and "Noto Sans X" for a script X.
_FAMILIES = {
    "Arab": ("Noto Naskh Arabic", "Amiri", "Scheherazade New", "Geeza Pro", "Traditional Arabic",
             "Times New Roman", "DejaVu Sans"),
    "Hebr": ("Frank Ruehl CLM", "David CLM", "Times New Roman", "DejaVu Sans"),
    "Hani": ("Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", "SimSun", "Noto Sans CJK SC",
             "Source Han Sans SC", "Microsoft YaHei", "WenQuanYi Zen Hei", "Droid Sans Fallback"),
    "Kana": ("Noto Serif CJK JP", "Source Han Serif", "Hiragino Mincho ProN", "Yu Mincho",
             "MS Mincho", "Noto Sans CJK JP", "IPAexMincho", "Droid Sans Fallback"),
    "Hang": ("Noto Serif CJK KR", "Source Han Serif K", "AppleMyungjo", "Batang", "Malgun Gothic",
             "Noto Sans CJK KR", "NanumMyeongjo", "Droid Sans Fallback"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fonts:
    """Where letters are taken from, besides the fonts within typst.

    `system` are the fonts that this machine has installed, `folders` further ones, searched with
    all below them.
    """

    system: bool = True
    folders: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingScript:
    """Letters of a script that no font has.

    `characters` are all of them, by code point. `package` is the Debian package that brings them
    and `family` the name of its fonts elsewhere; both None where none is known.
    """

    script: str
    characters: tuple[str, ...]
    package: str | None
    family: str | None

    def __str__(self) -> str:
        sample = "".join(self.characters[:_SAMPLE])
        codes = ", ".join(f"U+{ord(char):04X}" for char in self.characters[:_SAMPLE])
        more = ", …" if len(self.characters) > _SAMPLE else ""
        return f'{self.script} "{sample}" ({codes}{more})'


@dataclass(frozen=True, slots=True)
class Typefaces:
    """The fonts that a text is set in: those asked in turn, the one of code, and all there are."""

    body: tuple[str, ...]
    mono: tuple[str, ...]
    found: "FoundFonts"


def legible(text: str) -> str:
    """A text as it is set: without controls, and with "�" for what means nothing elsewhere.

    Private-use characters have a meaning in the font of their source alone. Line ends are
    line feeds; tabs stay. Everything else stands for itself.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_legible(text))


def missing_glyphs(texts: Iterable[str], fonts: Fonts | None = None) -> list[MissingScript]:
    """The letters of `texts` that no font has, by script; empty where all can be set.

    No font file is opened for letters that the fonts within typst have, and no further one once
    every letter is found. What `legible` leaves out is not missed.
    """
    letters = _letters(texts)
    if letters <= _embedded():
        return []
    return _by_script(_searched(letters, _found(fonts or Fonts()))[0])


def typefaces(
    texts: Iterable[str], fonts: Fonts | None = None, font: str | None = None
) -> Typefaces:
    """The fonts in which `texts` are set, `font` first if one is named.

    Texts in scripts that the fonts within typst set well are set in those alone, so that they
    look the same on every machine.

    Raises:
        ConfigurationError: No font has the name `font`, or none has some of the letters.
    """
    fonts = fonts or Fonts()
    letters = _letters(texts)
    scripts = sorted({_script(char) for char in letters} - _AT_HOME)
    at_home = not scripts and letters <= _embedded() and font is None
    found = _found(Fonts(fonts.system and not at_home, fonts.folders))
    families = {family.casefold(): family for family in found.families()}
    if font is not None and font.casefold() not in families:
        raise ConfigurationError(_unknown(font, families))
    missing, having = _searched(letters, found)
    if missing:
        raise ConfigurationError(_refusal(_by_script(missing)))
    made_for = [family for script in scripts for family in _families_of(script)]
    wanted = (font or _BODY, _BODY, *made_for, *having, *_SPARE)
    names = [name.casefold() for name in wanted]
    body = tuple(dict.fromkeys(families[name] for name in names if name in families))
    return Typefaces(body, (_MONO, *body), found)


def _legible(text: str) -> Iterator[str]:
    for char in text.replace("\r\n", "\n"):
        code = ord(char)
        category = unicodedata.category(char)
        if char in _LINE_ENDS:
            yield "\n"
        elif char == "\t":
            yield char
        elif code in _DROPPED or category == "Cc" or _is_noncharacter(code):
            continue
        else:
            yield _UNREADABLE if category in ("Co", "Cs") else char


def _is_noncharacter(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def _letters(texts: Iterable[str]) -> set[str]:
    """The characters that need a glyph, precomposed where Unicode has them so."""
    text = "\n".join(map(legible, texts))
    composed = set(unicodedata.normalize("NFC", text))
    # A character that merely stands for another is set as it is.
    as_it_is = {unicodedata.normalize("NFC", char): char for char in set(text) - composed}
    letters = {as_it_is.get(char, char) for char in composed}
    return {char for char in letters if not char.isspace()} - _INVISIBLE


@lru_cache(maxsize=1)
def _embedded() -> frozenset[str]:
    return frozenset(
        chr(code)
        for first, _, last in (part.partition("-") for part in RANGES.split())
        for code in range(int(first, 16), int(last or first, 16) + 1)
    )


def _found(fonts: Fonts) -> "FoundFonts":
    # Native code that only a PDF needs.
    from typst import Fonts as FoundFonts

    return FoundFonts(
        include_system_fonts=fonts.system, font_paths=[str(folder) for folder in fonts.folders]
    )


def _searched(letters: set[str], found: "FoundFonts") -> tuple[set[str], list[str]]:
    """The letters that no font has, and the families beyond typst's own that have the others."""
    missing, having = _searched_files(letters - _embedded(), found)
    # A font that lacks a composed letter sets it of its parts if it has those.
    parts = {char: set(unicodedata.normalize("NFD", char)) for char in missing}
    composed = {char for char in missing if parts[char] != {char}}
    wanted = set().union(*(parts[char] for char in composed)) - _embedded()
    lacking, having_parts = _searched_files(wanted, found)
    return {
        char for char in missing if char not in composed or parts[char] & lacking
    }, having + having_parts


def _searched_files(letters: set[str], found: "FoundFonts") -> tuple[set[str], list[str]]:
    """The letters that no file has, and the families that have some; the likeliest go first."""
    missing, having = set(letters), list[str]()
    if not missing:
        return missing, having
    likely = {
        family.casefold()
        for script in {_script(char) for char in missing}
        for family in _families_of(script)
    }
    files = {
        (each.path, each.index): (
            each.family.casefold() not in likely,
            abs(each.weight - 400),
            each.style != "normal",
        )
        for each in found.fonts()
        if each.path is not None and each.family.casefold() not in _PLACEHOLDERS
    }
    families = {(each.path, each.index): each.family for each in found.fonts()}
    for path, index in sorted(files, key=lambda file: (files[file], file)):
        glyphs = _glyphs(path, index, Path(path).stat().st_mtime_ns)
        if missing & glyphs:
            having.append(families[path, index])
            missing -= glyphs
        if not missing:
            break
    return missing, having


@lru_cache(maxsize=512)
def _glyphs(path: str, index: int, _mtime_ns: int) -> frozenset[str]:
    # Only letters that the fonts within typst lack need it.
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            return frozenset(map(chr, font.getBestCmap() or ()))
    except (TTLibError, OSError, KeyError, ValueError):
        return frozenset()  # typst found it readable, its table of characters is not


def _script(char: str) -> str:
    # Tables of Unicode that only letters beyond Latin need.
    from fontTools.unicodedata import script

    return "Latn" if char.isascii() else str(script(char))


def _families_of(script: str) -> tuple[str, ...]:
    from fontTools.unicodedata import script_name

    listed = _FAMILIES.get({"Bopo": "Hani", "Hira": "Kana"}.get(script, script), ())
    name = script_name(script, default=script).replace("_", " ")
    return (*listed, f"Noto Serif {name}", f"Noto Sans {name}")


def _by_script(missing: Iterable[str]) -> list[MissingScript]:
    by_source: dict[tuple[str, str | None, str | None], list[str]] = {}
    for char in sorted(missing):
        by_source.setdefault(_source_of(char), []).append(char)
    return [
        MissingScript(script, tuple(characters), package, family)
        for (script, package, family), characters in by_source.items()
    ]


def _source_of(char: str) -> tuple[str, str | None, str | None]:
    """The script of a character in words, and the package and family that have it."""
    from fontTools.unicodedata import script_name

    script = _script(char)
    if any(ord(char) in block for block in _CJK_MARKS):
        script = "Hani" if script in ("Zyyy", "Zinh") else script
    if script in _CJK:
        return _CJK[script], "fonts-noto-cjk", "Noto Sans CJK"
    if char in _OLD_EMOJI or any(ord(char) in block for block in _EMOJI):
        return "emoji", "fonts-noto-color-emoji", "Noto Color Emoji"
    if script == "Zzzz":
        return "unassigned", None, None
    if script in ("Zyyy", "Zinh"):
        return "symbols", "fonts-noto-core", "Noto Sans Symbols"
    name = script_name(script, default=script).replace("_", " ")
    return name, "fonts-noto-core", "Noto Sans" if script in _AT_HOME else f"Noto Sans {name}"


def _refusal(missing: list[MissingScript]) -> str:
    packages = dict.fromkeys(each.package for each in missing if each.package)
    families = dict.fromkeys(f'"{each.family}"' for each in missing if each.family)
    remedies = []
    if packages:
        remedies.append(
            f"install {' and '.join(packages)} (Debian, Ubuntu; elsewhere the fonts "
            f"{', '.join(families)})"
        )
    if any(each.package is None for each in missing):
        remedies.append("leave out the characters that no font is known to have")
    return (
        f"no font here has these characters of the brief: {'; '.join(map(str, missing))}: "
        f"{' and '.join(remedies)}, or export it as DOCX or HTML"
    )


def _unknown(font: str, families: dict[str, str]) -> str:
    near = difflib.get_close_matches(font.casefold(), families, n=3, cutoff=0.5)
    known = [families[name] for name in near] or sorted(families.values())[:5]
    return (
        f'no font is named "{font}" here: name one that is, such as {", ".join(known)}, or none '
        f'for "{_BODY}"'
    )

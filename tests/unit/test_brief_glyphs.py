import subprocess
import sys
import unicodedata
from pathlib import Path

import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from rag.brief.glyphs import Fonts, MissingScript, legible, missing_glyphs, typefaces
from rag.brief.manuscript import Manuscript
from rag.brief.pdf import to_pdf
from rag.errors import ConfigurationError

EMBEDDED = Fonts(system=False)


def font_file(folder: Path, letters: str, family: str = "Made") -> Path:
    """A font that has these letters, each a square."""
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((50, 700), (450, 700), (450, 0)):
        pen.lineTo(corner)
    pen.closePath()
    names = [".notdef", *(f"u{ord(letter):04X}" for letter in letters)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(dict(zip(map(ord, letters), names[1:], strict=True)))
    builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (500, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(
        {"familyName": family, "styleName": "Regular", "fullName": family, "psName": "Made"}
    )
    builder.setupOS2()
    builder.setupPost()
    path = folder / f"{family}.ttf"
    builder.save(path)
    return path


def test_a_script_that_no_font_has_is_named_with_the_package_that_brings_it():
    assert missing_glyphs(["Port 港口", "口"], EMBEDDED) == [
        MissingScript("Chinese", ("口", "港"), "fonts-noto-cjk", "Noto Sans CJK")
    ]


@pytest.mark.parametrize(
    ("text", "script", "package"),
    [
        ("บาท", "Thai", "fonts-noto-core"),
        ("தமிழ்", "Tamil", "fonts-noto-core"),
        ("ひらがな", "Japanese", "fonts-noto-cjk"),
        ("한국", "Korean", "fonts-noto-cjk"),
        ("。「」", "Chinese", "fonts-noto-cjk"),
        ("\U0001f600", "emoji", "fonts-noto-color-emoji"),
        ("✅", "emoji", "fonts-noto-color-emoji"),
        ("⛀", "symbols", "fonts-noto-core"),
        ("\U0003ffff\U0003fff0", "unassigned", None),
    ],
)
def test_each_script_has_its_name_and_its_package(text: str, script: str, package: str | None):
    (missing,) = missing_glyphs([text], EMBEDDED)
    assert (missing.script, missing.package) == (script, package)


@pytest.mark.parametrize(
    "text",
    [
        "Plain – “text”, naïve façade, 5 µm ≤ 3 × 10⁻⁶ € №",
        "Ελληνικά, Русский, Việt, العربية, עברית",
        "e\u0301 and A\u030a, decomposed",
        "Å and Ω, which stand for others",
        "a\u200db\u200cc\u200bd\u2060e\ufe0ff\u00adg\ufeffh\u200ei\x00j\tk\nl\u2028m",
        "",
    ],
)
def test_letters_that_typst_carries_and_what_is_invisible_are_not_missed(text: str):
    assert missing_glyphs([text], EMBEDDED) == []


def test_text_in_latin_letters_opens_no_font():
    code = (
        "import sys\n"
        "from rag.brief.glyphs import missing_glyphs\n"
        "assert missing_glyphs(['Plain text, naïve: 5 € — Русский']) == []\n"
        "print({'typst', 'fontTools'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_font_in_a_folder_is_asked_too(tmp_path: Path):
    font_file(tmp_path, "港")
    (missing,) = missing_glyphs(["港口"], Fonts(system=False, folders=(tmp_path,)))
    assert missing.characters == ("口",)


def test_a_font_that_was_replaced_is_read_anew(tmp_path: Path):
    fonts = Fonts(system=False, folders=(tmp_path,))
    font_file(tmp_path, "港")
    assert missing_glyphs(["口"], fonts)
    font_file(tmp_path, "港口")
    assert missing_glyphs(["口"], fonts) == []


def test_a_composed_letter_is_not_missed_where_a_font_has_its_parts(tmp_path: Path):
    font_file(tmp_path, "か\u3099")
    fonts = Fonts(system=False, folders=(tmp_path,))
    assert missing_glyphs(["が"], fonts) == []
    (missing,) = missing_glyphs(["がぎ"], fonts)
    assert missing.characters == ("ぎ",)


def test_a_brief_is_set_with_a_font_from_a_folder(tmp_path: Path):
    font_file(tmp_path, "港口か\u3099")
    manuscript = Manuscript("港 and 口, か\u3099 and が", (), (), (), ())
    data = to_pdf(manuscript, fonts=Fonts(system=False, folders=(tmp_path,)))
    assert "港 and 口" in pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded()


def test_a_font_of_placeholders_has_no_letters(tmp_path: Path):
    font_file(tmp_path, "港", family="LastResort")
    assert missing_glyphs(["港"], Fonts(system=False, folders=(tmp_path,)))


def test_a_file_that_is_no_font_does_not_stop_the_search(tmp_path: Path):
    font_file(tmp_path, "港")
    (tmp_path / "broken.ttf").write_bytes(b"\x00\x01\x00\x00 not a font")
    assert missing_glyphs(["港"], Fonts(system=False, folders=(tmp_path,))) == []


def test_the_refusal_is_one_line_with_letters_and_remedy():
    with pytest.raises(ConfigurationError) as refused:
        typefaces(["港口运营商关闭 \U0001f600"], EMBEDDED)
    message = str(refused.value)
    assert "\n" not in message
    assert 'Chinese "关口商港营" (U+5173, U+53E3, U+5546, U+6E2F, U+8425, …)' in message
    assert "install fonts-noto-cjk and fonts-noto-color-emoji" in message
    assert '"Noto Sans CJK"' in message


def test_characters_that_no_font_is_known_to_have_are_to_be_left_out():
    with pytest.raises(ConfigurationError, match="leave out the characters"):
        typefaces(["\U0003fff0"], EMBEDDED)


def test_a_font_that_is_named_goes_first_whatever_its_letter_case(tmp_path: Path):
    font_file(tmp_path, "港", family="Harbour Serif")
    fonts = Fonts(system=False, folders=(tmp_path,))
    assert typefaces(["x"], fonts, "harbour serif").body[:2] == (
        "Harbour Serif",
        "Libertinus Serif",
    )


def test_a_font_that_is_not_there_is_refused_with_some_that_are():
    with pytest.raises(ConfigurationError, match=r'"Libertine Serif".*Libertinus Serif'):
        typefaces(["x"], EMBEDDED, "Libertine Serif")
    with pytest.raises(ConfigurationError, match="DejaVu Sans Mono"):
        typefaces(["x"], EMBEDDED, "Zzzzzz")


def test_the_fonts_of_latin_text_are_those_within_typst_on_every_machine():
    faces = typefaces(["Plain – “text”, Русский ✓"], Fonts(system=True))
    assert faces.found.families() == typefaces(["x"], EMBEDDED).found.families()


def test_a_family_made_for_a_script_goes_before_what_typst_would_find(tmp_path: Path):
    font_file(tmp_path, "港", family="Noto Serif CJK SC")
    font_file(tmp_path, "港x", family="Another")
    body = typefaces(["港"], Fonts(system=False, folders=(tmp_path,))).body
    assert body[:2] == ("Libertinus Serif", "Noto Serif CJK SC")


def test_what_is_set_of_a_text_has_no_controls_and_says_what_cannot_be_read():
    assert legible("a\r\nb\x0bc\u2029d\te") == "a\nb\nc\nd\te"
    assert legible("a\x00\x1b\ufeff\u00ad\u202e\U000e0041\ufffe\ufdd0b") == "ab"
    assert legible("\uf0b7 \ud800") == "� �"
    assert legible("क्\u200dष ن\u200cم 👨\u200d👩 ☺\ufe0f") == "क्\u200dष ن\u200cم 👨\u200d👩 ☺\ufe0f"


def test_what_is_legible_stays_so():
    every = "".join(map(chr, range(0x3000)))
    assert legible(legible(every)) == legible(every)
    assert not [char for char in legible(every) if unicodedata.category(char) in ("Co", "Cs")]

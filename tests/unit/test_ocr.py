"""Scans get words, by tesseract on this machine; where they cannot, it is said why."""

import shutil
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFont

from rag.errors import ConfigurationError, DocumentError
from rag.loaders import parse
from rag.ocr import NO_TEXT, with_text_layer

pytestmark = pytest.mark.skipif(
    shutil.which("tesseract") is None or shutil.which("gs") is None,
    reason="tesseract or ghostscript is not installed",
)
LIMITS = {"timeout_seconds": 120.0, "memory_mb": 2048}


def scan(*lines: str) -> bytes:
    """A PDF of one page that is a picture of these lines."""
    page = Image.new("L", (1240, 900), 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(44)
    for number, line in enumerate(lines):
        draw.text((90, 90 + 80 * number), line, fill=0, font=font)
    data = BytesIO()
    page.save(data, "PDF", resolution=150)
    return data.getvalue()


def test_a_scan_without_ocr_says_that_it_needs_it():
    with pytest.raises(DocumentError, match=f"^{NO_TEXT}"):
        parse(scan("The harbour of Velm is closed."), "scan.pdf")


def test_a_scan_is_read():
    data = with_text_layer(scan("The harbour of Velm is closed."), "eng", **LIMITS)
    document = parse(data, "scan.pdf")
    assert "The harbour of Velm is closed." in document.text
    assert document.pages[0].number == 1
    assert any("may hold reading errors" in note for note in document.notes)


def test_a_language_that_is_not_installed_is_named():
    with pytest.raises(ConfigurationError, match="xyz"):
        with_text_layer(scan("Words."), "xyz", **LIMITS)


def test_a_file_that_takes_too_long_costs_that_file_only():
    with pytest.raises(DocumentError, match=r"^OCR took longer than 0.1 s"):
        with_text_layer(scan("Words."), "eng", timeout_seconds=0.1, memory_mb=2048)


def test_what_is_no_pdf_fails_in_one_line():
    with pytest.raises(DocumentError, match=r"^OCR failed \([^\n]+\)"):
        with_text_layer(b"no PDF", "eng", **LIMITS)

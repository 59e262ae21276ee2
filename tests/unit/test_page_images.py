"""Pictures of pages, drawn in a process apart: what is wrong with a file costs its picture."""

import os
import struct
import sys
import threading
import time
import zlib
from pathlib import Path

import numpy as np
import pytest

from rag.errors import DocumentError
from rag.page_images import MAX_WIDTH, page_image

REPORT = Path(__file__).parents[2] / "seeds" / "documents" / "quay-inquiry-final-report.pdf"


def pdf(content=b"", *, box=(0, 0, 200, 100), extra=b""):
    """The bytes of a PDF of one page that is drawn by `content`."""
    bounds = " ".join(map(str, box)).encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R %s >>" % (bounds, extra),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(made)
    made += b"xref\n0 5\n0000000000 65535 f \n"
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(made + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start)


def pixels(png):
    """The colours of one of our PNGs, by the format's own rules: (height, width, 3)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, body = 8, b""
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        kind, held = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        (crc,) = struct.unpack_from(">I", png, place + 8 + length)
        assert crc == zlib.crc32(kind + held)
        if kind == b"IHDR":
            width, height = struct.unpack_from(">II", held)
        body += held if kind == b"IDAT" else b""
        place += 12 + length
    lines = np.frombuffer(zlib.decompress(body), np.uint8).reshape(height, 1 + 3 * width)
    assert set(lines[:, 0]) == {2}
    return np.cumsum(lines[:, 1:], axis=0, dtype=np.uint8).reshape(height, width, 3)


def written(tmp_path, data):
    path = tmp_path / "held"
    path.write_bytes(data)
    return path


def test_a_page_is_drawn_as_wide_as_asked_in_its_own_shape():
    drawn = pixels(page_image(REPORT, 1, width=300))
    height, width, _ = drawn.shape
    assert width == 300
    assert 380 < height < 440  # A4 or letter
    assert drawn[0, 0].tolist() == [255, 255, 255]
    assert drawn.min() < 60  # ink


def test_colours_and_places_are_those_of_the_page(tmp_path):
    red_below_left = b"1 0 0 rg 0 0 100 50 re f"
    drawn = pixels(page_image(written(tmp_path, pdf(red_below_left)), 1, width=200))
    assert drawn.shape == (100, 200, 3)
    assert drawn[75, 50].tolist() == [255, 0, 0]
    assert drawn[25, 50].tolist() == [255, 255, 255]
    assert drawn[75, 150].tolist() == [255, 255, 255]


def test_a_page_that_is_turned_is_drawn_turned(tmp_path):
    path = written(tmp_path, pdf(extra=b"/Rotate 90"))
    assert pixels(page_image(path, 1, width=100)).shape == (200, 100, 3)


def test_no_picture_is_wider_or_much_higher_than_can_be_shown(tmp_path):
    path = written(tmp_path, pdf(box=(0, 0, 20, 14_000)))
    height, width, _ = pixels(page_image(path, 1)).shape
    assert (height, width) == (4_000, 6)
    path = written(tmp_path, pdf(box=(0, 0, 14_000, 20)))
    assert pixels(page_image(path, 1, width=99_999)).shape[1] == MAX_WIDTH


@pytest.mark.parametrize("number", [0, -1, 999])
def test_a_page_that_is_not_there_is_named(number):
    with pytest.raises(DocumentError, match=rf"^page {number} of \d+ cannot be drawn"):
        page_image(REPORT, number)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 and no more", b"\0" * 5000])
def test_what_is_no_pdf_is_an_error_in_one_line(tmp_path, data):
    with pytest.raises(DocumentError, match=r"^damaged"):
        page_image(written(tmp_path, data), 1)


def test_a_pdf_that_is_cut_short_is_an_error_in_one_line(tmp_path):
    with pytest.raises(DocumentError, match=r"^damaged"):
        page_image(written(tmp_path, REPORT.read_bytes()[:3000]), 1)


def test_the_second_page_is_another_picture():
    assert page_image(REPORT, 2, width=100) != page_image(REPORT, 1, width=100)


@pytest.mark.parametrize("owner_only", [True, False])
def test_only_a_pdf_that_needs_its_password_has_no_pictures(tmp_path, owner_only):
    pikepdf = pytest.importorskip("pikepdf")
    path = tmp_path / "held"
    with pikepdf.open(REPORT) as report:
        locked = pikepdf.Encryption(owner="its owner", user="" if owner_only else "its reader")
        report.save(path, encryption=locked)
    if owner_only:
        assert page_image(path, 1, width=100) == page_image(REPORT, 1, width=100)
    else:
        with pytest.raises(DocumentError, match=r"^it is encrypted, and its password is not kept$"):
            page_image(path, 1)


@pytest.mark.parametrize(
    "box",
    [
        *[(0, 0, 1, 14_400), (0, 0, 14_400, 1), (0, 0, 10**9, 10**9), (0, 0, 1e-4, 1e-4)],
        *[(0, 0, 0, 0), (9, 9, -9, -9), (0, 0, 10**40, "nan")],
    ],
)
def test_no_size_that_a_page_states_takes_the_memory_of_the_machine(tmp_path, box):
    path = written(tmp_path, pdf(box=box))
    height, width, _ = pixels(page_image(path, 1, width=MAX_WIDTH, memory_mb=400)).shape
    assert 1 <= width <= MAX_WIDTH
    assert 1 <= height <= 4_000


def test_an_original_that_is_gone_is_said_to_be(tmp_path):
    with pytest.raises(DocumentError, match="the original cannot be opened"):
        page_image(tmp_path / "gone", 1)


def test_drawing_that_takes_too_long_is_ended_and_leaves_no_process(tmp_path):
    slow = b"0 0 1 rg " + b"0 0 200 100 re f* " * 2_000_000
    path = written(tmp_path, pdf(slow))
    before = children()
    began = time.monotonic()
    with pytest.raises(DocumentError, match=r"^took longer than 0.3 s"):
        page_image(path, 1, timeout_seconds=0.3)
    assert time.monotonic() - began < 10
    assert children() == before


@pytest.mark.skipif(sys.platform != "linux", reason="macOS has no limit on memory")
def test_drawing_that_takes_too_much_memory_is_an_error(tmp_path):
    path = written(tmp_path, pdf(b"q " * 20_000_000))
    with pytest.raises(DocumentError, match=r"memory|crashed"):
        page_image(path, 1, memory_mb=256)


def test_many_who_look_at_once_all_see_their_page():
    drawn = {}

    def look(number):
        drawn[number] = page_image(REPORT, number, width=100)

    people = [threading.Thread(target=look, args=(number,)) for number in (1, 2, 3, 4, 5)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert drawn == {number: page_image(REPORT, number, width=100) for number in drawn}
    assert len(drawn) == 5


def children():
    own = Path(f"/proc/self/task/{os.getpid()}/children")
    return own.read_text().split() if own.exists() else []

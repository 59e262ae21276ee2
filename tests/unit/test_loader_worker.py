"""Parsing in a process apart: what breaks the process costs one file."""

import os
import re
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from rag.errors import DocumentError
from rag.loaders import load
from rag.loaders.worker import Parser, document_from_json, document_to_json
from rag.types import Attachment, Block, Document, Fact, Flag, Page

LANGUAGE_STATED = "---\nlang: en\n---\n"  # spares the half second of loading the language model
PAGE = '<html lang="en"><title>Harbour</title><body><p>The pier is shut.</p></body></html>'


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.md"
    path.write_text(LANGUAGE_STATED + "# Harbour\n\nThe pier is shut.\n", encoding="utf-8")
    return path


@pytest.fixture
def slow(tmp_path):
    """Real work of several seconds for the Markdown parser."""
    path = tmp_path / "slow.md"
    path.write_text(LANGUAGE_STATED + "- item one two\n" * 240_000, encoding="utf-8")
    return path


def children():
    """The processes that this one has started and that still run."""
    own = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(pid) for pid in own.read_text().split()] if own.exists() else []


def test_a_document_comes_back_as_the_loader_makes_it(good, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    with Parser() as parser:
        assert parser.parse(good.read_bytes(), good.name) == load(good)
        assert parser.parse(page.read_bytes(), page.name) == load(page)


def test_one_process_serves_many_files(good):
    with Parser() as parser:
        parser.parse(good.read_bytes(), good.name)
        first = children()
        parser.parse(good.read_bytes(), good.name)
        assert children() == first


def test_no_process_starts_before_the_first_file_or_stays_after_the_last(good):
    before = children()
    with Parser() as parser:
        assert children() == before
        parser.parse(good.read_bytes(), good.name)
        if sys.platform == "linux":
            assert len(children()) == len(before) + 1
    assert children() == before


def test_a_file_that_cannot_be_read_gives_the_loaders_own_message(good, tmp_path):
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b" \n")
    with Parser() as parser:
        with pytest.raises(DocumentError, match="holds no text"):
            parser.parse(empty.read_bytes(), empty.name)
        assert parser.parse(good.read_bytes(), good.name).text


def test_a_file_that_takes_too_long_costs_that_file_only(good, slow):
    with Parser(timeout_seconds=0.7) as parser:
        began = time.monotonic()
        with pytest.raises(DocumentError, match=r"^took longer than 0.7 s to parse"):
            parser.parse(slow.read_bytes(), slow.name)
        assert time.monotonic() - began < 5
        assert parser.parse(good.read_bytes(), good.name).text


@pytest.mark.skipif(sys.platform != "linux", reason="macOS has no limit on memory")
def test_a_file_that_needs_too_much_memory_costs_that_file_only(good, tmp_path):
    large = tmp_path / "large.md"
    large.write_text(LANGUAGE_STATED + "word word\n\n" * 300_000, encoding="utf-8")
    with Parser(memory_mb=250) as parser:
        with pytest.raises(DocumentError, match=r"^needed more than 250 MB of memory"):
            parser.parse(large.read_bytes(), large.name)
        assert parser.parse(good.read_bytes(), good.name).text


@pytest.mark.skipif(sys.platform != "linux", reason="finds the process by /proc")
def test_a_crash_costs_that_file_only(good, slow):
    before = set(children())
    with Parser() as parser:
        parser.parse(good.read_bytes(), good.name)
        (worker,) = set(children()) - before
        crash = threading.Timer(0.3, os.kill, (worker, signal.SIGSEGV))
        crash.start()
        with pytest.raises(DocumentError, match=r"^the parser crashed \(signal 11\)"):
            parser.parse(slow.read_bytes(), slow.name)
        crash.join()
        assert parser.parse(good.read_bytes(), good.name).text


@pytest.mark.skipif(sys.platform != "linux", reason="finds the process by /proc")
def test_a_process_that_ended_between_files_is_replaced_unseen(good):
    before = set(children())
    with Parser() as parser:
        parser.parse(good.read_bytes(), good.name)
        (worker,) = set(children()) - before
        os.kill(worker, signal.SIGKILL)
        time.sleep(0.2)
        assert parser.parse(good.read_bytes(), good.name).text


def test_an_interrupt_from_the_keyboard_does_not_reach_the_process(good):
    before = set(children())
    with Parser() as parser:
        parser.parse(good.read_bytes(), good.name)
        started = set(children()) - before
        for worker in started:
            os.kill(worker, signal.SIGINT)
        time.sleep(0.1)
        parser.parse(good.read_bytes(), good.name)
        assert set(children()) - before == started


def test_a_name_that_is_not_utf_8_is_read():
    with Parser() as parser:
        name = os.fsdecode(b"caf\xe9 \n.txt")
        assert parser.parse(b"The pier is shut.", name).text == "The pier is shut."


@pytest.mark.skipif(sys.platform != "linux", reason="finds the process by /proc")
def test_the_process_can_fill_no_disk(good):
    before = set(children())
    with Parser() as parser:
        parser.parse(good.read_bytes(), good.name)
        (worker,) = set(children()) - before
        limits = Path(f"/proc/{worker}/limits").read_text()
    assert re.search(r"Max file size +268435456 ", limits)


def test_another_thread_can_end_a_parse_that_is_under_way(slow):
    with Parser() as parser:
        timer = threading.Timer(0.5, parser.interrupt)
        timer.start()
        with pytest.raises(DocumentError, match=r"crashed|memory"):
            parser.parse(slow.read_bytes(), slow.name)
        timer.join()


def test_a_long_text_comes_through_whole(tmp_path):
    path = tmp_path / "long.txt"
    text = "Ünï 東京 \U0001f600 word. " * 100_000
    path.write_text(text, encoding="utf-8")
    with Parser() as parser:
        assert parser.parse(path.read_bytes(), path.name).text == text


def test_a_document_survives_json():
    document = Document(
        text="One\n\nTwo",
        blocks=(Block("heading", 0, 3, 2), Block("paragraph", 5, 8)),
        facts=(Fact("title", "One", "file", "first heading"),),
        media_type="application/pdf",
        pages=(Page(1, 0, 3, "i"), Page(2, 5, 8)),
        notes=("Two comments were left out.",),
        flags=(Flag("hidden", 0, 3, "white text"),),
        attachments=(Attachment("one.bin", bytes(range(256))),),
        loader="pdf/1",
    )
    assert document_from_json(document_to_json(document)) == document


def test_the_process_imports_no_model_and_no_index(good, tmp_path):
    with Parser(memory_mb=600) as parser:
        parser.parse(good.read_bytes(), good.name)
        maps = [Path(f"/proc/{pid}/maps") for pid in children()]
        loaded = "".join(path.read_text() for path in maps)
    assert "torch" not in loaded
    assert "chroma" not in loaded

"""Files that a person hands over: their names, their places, and what is refused."""

import errno
import os
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.discovery import discover
from rag.errors import IndexBusyError
from rag.ingestion import Report
from rag.pipeline import build_pipeline
from rag.settings import load_settings
from rag.store import document_id
from rag.types import Document
from rag.ui import indexing, state, uploads
from rag.ui.uploads import Received, kept_name, receive

MOST = 1_000_000
WORDS = b"The quay gave way at nine."


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("log.txt", "log.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\log.txt", "log.txt"),
        (".hidden.txt", "hidden.txt"),
        ("...", "file"),
        ("", "file"),
        ("a\u202etxt.exe.md", "atxt.exe.md"),
        ("line\nbreak\x00\x07.txt", "line break.txt"),
        ("  many   spaces .txt", "many spaces.txt"),
        ("what?*|<>.txt", "what_____.txt"),
        ("CON.txt", "CON_.txt"),
        ("CON.tar.gz", "CON_.tar.gz"),
        ("COM\u00b9.txt", "COM\u00b9_.txt"),
        (".txt", "file.txt"),
        ("\u202e.pdf", "file.pdf"),
        ("a\u3164\u034fb.txt", "ab.txt"),
        ("e\u200b\u0301meute.pdf", "\u00e9meute.pdf"),
        ("nul", "nul_"),
        ("README.md", "README_.md"),
        ("e\u0301meute.pdf", "\u00e9meute.pdf"),
        ("年報 2024.pdf", "年報 2024.pdf"),
        ("\ud800bad.txt", "bad.txt"),
    ],
)
def test_a_name_is_one_part_of_a_path_and_what_it_looks_like(given_name, kept):
    assert kept_name(given_name) == kept


def test_a_long_name_is_cut_and_keeps_its_suffix():
    kept = kept_name("年" * 400 + ".docx")
    assert kept.endswith("年.docx")
    assert len(kept.encode()) <= uploads.MAX_NAME_BYTES


@given(st.text(max_size=300))
def test_whatever_the_name_the_file_stands_in_the_folder_itself(name):
    kept = kept_name(name)
    assert kept
    assert not kept.startswith(".")
    assert "/" not in kept
    assert "\\" not in kept
    assert not any(unicodedata.category(letter)[0] == "C" for letter in kept)
    assert len(kept.encode()) <= uploads.MAX_NAME_BYTES
    assert unicodedata.is_normalized("NFC", kept)
    assert kept_name(kept) == kept


def test_a_file_is_kept_whole_and_nothing_else_is_left(tmp_path):
    folder = tmp_path / "corpus"
    taken = receive(folder, "log.txt", WORDS, most_bytes=MOST)
    assert taken == Received("log.txt", folder / "log.txt", "new", "")
    assert (folder / "log.txt").read_bytes() == WORDS
    assert names(folder) == ["log.txt"]


def test_the_same_bytes_under_the_same_name_are_already_there(tmp_path):
    receive(tmp_path, "log.txt", WORDS, most_bytes=MOST)
    again = receive(tmp_path, "log.txt", WORDS, most_bytes=MOST)
    assert again == Received("log.txt", tmp_path / "log.txt", "there", "already there")
    assert names(tmp_path) == ["log.txt"]


def test_another_file_of_that_name_is_kept_beside_it_and_said(tmp_path):
    receive(tmp_path, "log.txt", WORDS, most_bytes=MOST)
    second = receive(tmp_path, "log.txt", b"All is well.", most_bytes=MOST)
    assert second.state == "beside"
    assert second.said == "another file has this name; kept as log (2).txt"
    assert (tmp_path / "log.txt").read_bytes() == WORDS
    third = receive(tmp_path, "log.txt", b"All is well.", most_bytes=MOST)
    assert third.state == "there"
    assert third.said == "already there as log (2).txt"
    assert names(tmp_path) == ["log (2).txt", "log.txt"]


def test_a_link_of_that_name_is_not_followed(tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_bytes(WORDS)
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "log.txt").symlink_to(outside)
    taken = receive(folder, "log.txt", WORDS, most_bytes=MOST)
    assert taken.path == folder / "log (2).txt"
    assert outside.read_bytes() == WORDS


def test_a_folder_that_is_made_is_private(tmp_path):
    receive(tmp_path / "corpus", "log.txt", WORDS, most_bytes=MOST)
    assert (tmp_path / "corpus").stat().st_mode & 0o777 == 0o700


def test_many_who_hand_over_a_file_of_one_name_lose_nothing(tmp_path):
    handed = [b"The words of person %d." % (number % 5) for number in range(20)]
    with ThreadPoolExecutor(len(handed)) as people:
        taken = list(
            people.map(lambda data: receive(tmp_path, "log.txt", data, most_bytes=MOST), handed)
        )
    assert [one.path.read_bytes() for one in taken] == handed
    kept = [f"log ({number}).txt" for number in range(2, 6)]
    assert names(tmp_path) == [*kept, "log.txt"]


def test_a_full_disk_is_a_reason_and_leaves_no_part_of_a_file(tmp_path, monkeypatch):
    def fail(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    taken = receive(tmp_path, "log.txt", WORDS, most_bytes=MOST)
    assert (taken.path, taken.state) == (None, "refused")
    assert "No space left on device" in taken.said
    assert names(tmp_path) == []


def test_a_rename_that_fails_leaves_no_empty_file(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "link", fail)
    monkeypatch.setattr(Path, "replace", fail)
    assert receive(tmp_path, "log.txt", WORDS, most_bytes=MOST).state == "refused"
    assert names(tmp_path) == []


def test_what_is_unfinished_is_no_document(tmp_path, monkeypatch):
    seen = []
    link = os.link

    def look(*names):
        seen.append((len(list(tmp_path.iterdir())), dict(discover(tmp_path).files)))
        link(*names)

    monkeypatch.setattr(os, "link", look)
    receive(tmp_path, "log.txt", WORDS, most_bytes=MOST)
    assert seen == [(1, {})]


def test_where_files_cannot_be_linked_they_are_renamed(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refuse)
    assert receive(tmp_path, "log.txt", WORDS, most_bytes=MOST).state == "new"
    assert receive(tmp_path, "log.txt", b"Other words.", most_bytes=MOST).state == "beside"
    assert names(tmp_path) == ["log (2).txt", "log.txt"]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\t\0", "is empty"),
        ("long.txt", b"x" * (MOST + 1), "is larger than 1 MB (1 MB); split it"),
        ("photo.png", b"\x89PNG\r\n\x1a\n0", "is a PNG image; that kind of file is not read"),
        ("photo.pdf", b"\x89PNG\r\n\x1a\n0", "is a PNG image; that kind of file is not read"),
        ("run.txt", b"\x7fELF0", "is a program; that kind"),
        ("letters.zip", b"PK\x03\x04zzz", "is a ZIP archive; that kind"),
        ("drawing.xyz", b"no format we read", "is of kind “.xyz”; that kind"),
        ("drawing", b"no format we read", "is of no kind that its name tells"),
    ],
)
def test_what_is_not_read_is_refused_with_its_reason_before_it_is_written(
    tmp_path, name, data, said
):
    folder = tmp_path / "corpus"
    taken = receive(folder, name, data, most_bytes=MOST)
    assert (taken.path, taken.state) == (None, "refused")
    assert said in taken.said
    assert not folder.exists()


def test_a_pdf_is_taken_whatever_its_name_says(tmp_path):
    assert receive(tmp_path, "download", b"%PDF-1.7\n", most_bytes=MOST).state == "new"


def test_a_folder_that_cannot_be_written_is_a_reason(tmp_path):
    (tmp_path / "corpus").write_text("a file where the folder should be")
    taken = receive(tmp_path / "corpus", "log.txt", WORDS, most_bytes=MOST)
    assert taken.state == "refused"
    assert "cannot be kept in" in taken.said


@pytest.fixture
def pipeline(tmp_path, monkeypatch):
    """A service whose indexing is written here: what it is asked for, and how each file ends."""
    settings = load_settings(
        None, data_dir=tmp_path / "data", corpus_dir=tmp_path / "corpus", samples_dir=tmp_path
    )
    state.jobs.clear()
    monkeypatch.setattr(state, "session", lambda: "me")
    monkeypatch.setattr(indexing, "BUSY_SECONDS", 0.01)
    with build_pipeline(settings) as built:
        built.asked = []
        built.busy = 0

        def index(paths, *, options, show):
            if built.busy:
                built.busy -= 1
                raise IndexBusyError("another process is indexing")
            built.asked.append((list(paths), options.again))
            root = built.store.roots.add(str(settings.corpus_dir), sample=False)
            for path in settings.corpus_dir.iterdir():
                if b"broken" in path.read_bytes():
                    built.store.documents.put_failed(
                        root, path.name, file_sha256=None, loader=None, error="damaged"
                    )
                else:
                    document = Document(path.read_text(), (), (), "text/plain")
                    with built.store.database.transaction() as connection:
                        built.store.documents.put(
                            connection, root, path.name, document, file_sha256="0" * 64
                        )
            return Report(notices=["7 sample documents left the index"])

        built.index = index
        yield built


def finished(pipeline, name, data):
    """The job of a file once it has ended."""
    taken = receive(pipeline.settings.corpus_dir, name, data, most_bytes=MOST)
    job = uploads.index_received(pipeline, taken)
    deadline = time.monotonic() + 20
    while True:
        (now,) = [one for one in state.jobs().all() if one.id == job.id]
        if now.finished:
            return now
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_first_file_makes_its_folder_known_and_the_next_are_indexed_alone(pipeline):
    corpus = pipeline.settings.corpus_dir
    job = finished(pipeline, "log.txt", WORDS)
    assert (job.state, job.owner, job.about) == ("done", "me", "log.txt")
    assert job.said == (
        "log.txt: 0 passages can be asked now.",
        "7 sample documents left the index",
    )
    finished(pipeline, "other.txt", b"Other words.")
    assert pipeline.asked == [([corpus], False), ([corpus / "other.txt"], True)]
    identity = document_id(str(corpus), "other.txt")
    assert pipeline.store.documents.record(identity).state == "current"


def test_a_file_is_looked_for_in_the_innermost_folder_that_is_known(pipeline):
    pipeline.store.roots.add(str(pipeline.settings.corpus_dir.parent), sample=False)
    job = finished(pipeline, "log.txt", WORDS)
    assert job.state == "done"
    assert job.said[0] == "log.txt: 0 passages can be asked now."


def test_a_file_that_cannot_be_read_ends_with_its_own_reason(pipeline):
    finished(pipeline, "log.txt", WORDS)
    job = finished(pipeline, "log.txt", b"%PDF broken")
    assert job.state == "failed"
    assert job.said == ("log.txt (another file has this name; kept as log (2).txt): damaged",)


def test_what_is_attached_to_a_file_is_told_too(pipeline):
    index = pipeline.index

    def with_attached(*given, **options):
        index(*given, **options)
        failed = [(f"log.txt/{number}.pdf", "damaged") for number in range(22)]
        return Report(new=["log.txt", "log.txt/a.txt", "other.txt"], failed=failed)

    pipeline.index = with_attached
    job = finished(pipeline, "log.txt", WORDS)
    assert job.state == "done"
    assert job.said[:3] == (
        "log.txt: 0 passages can be asked now.",
        "Attached to it and read: 1 document.",
        "log.txt/0.pdf could not be read: damaged",
    )
    assert job.said[-1] == "and 2 more that are attached to it"
    assert len(job.said) == 23


def test_a_file_that_was_not_reached_ends_with_the_reason_of_the_run(pipeline):
    finished(pipeline, "log.txt", WORDS)
    pipeline.index = lambda *_, **__: Report(errors=["the folder cannot be listed"])
    job = finished(pipeline, "other.txt", b"Other words.")
    assert job.state == "failed"
    assert job.said == ("other.txt: the folder cannot be listed",)


def test_another_process_that_indexes_is_waited_for(pipeline):
    pipeline.busy = 3
    assert finished(pipeline, "log.txt", WORDS).state == "done"
    assert pipeline.busy == 0


def test_what_was_refused_is_not_indexed(pipeline):
    with pytest.raises(ValueError, match="was not kept"):
        uploads.index_received(pipeline, Received("a.png", None, "refused", "is a PNG image"))

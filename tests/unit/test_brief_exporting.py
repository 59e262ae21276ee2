import os
import threading

import pytest

import kept_briefs as kept
from rag.brief import editing
from rag.brief.exporting import (
    FORMATS,
    Look,
    exported,
    file_name,
    form_of,
    form_of_file,
    write_file,
)
from rag.errors import ConfigurationError
from rag.store import open_store


@pytest.fixture
def brief(tmp_path):
    with open_store(tmp_path / "data") as store:
        harbour, _ = kept.fill(store)
        answer = kept.harbour_answer(store, harbour)
        yield kept.saved(store, lambda one: editing.add_answer(one, answer))


def failing():
    raise ConfigurationError("it cannot be made")


def test_what_cannot_be_made_leaves_what_stood_there_and_nothing_beside_it(tmp_path):
    path = tmp_path / "x.md"
    path.write_text("before")
    with pytest.raises(ConfigurationError, match="cannot be made"):
        write_file(path, failing)
    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["x.md"]


def test_a_file_is_replaced_whole_and_readable_as_others_are(tmp_path):
    path = tmp_path / "x.md"
    path.write_text("before")
    assert write_file(path, lambda: b"after") == 5
    assert path.read_bytes() == b"after"
    umask = os.umask(0)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask
    assert [one.name for one in tmp_path.iterdir()] == ["x.md"]


def test_a_link_stays_a_link_and_its_file_is_written(tmp_path):
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "x.md", tmp_path / "link.md"
    link.symlink_to(target)
    write_file(link, lambda: b"a")
    assert link.is_symlink()
    assert target.read_bytes() == b"a"


def test_a_pipe_is_written_into_and_stays_one(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read = []
    thread = threading.Thread(target=lambda: read.append(path.read_bytes()))
    thread.start()
    write_file(path, lambda: b"words")
    thread.join(timeout=10)
    assert read == [b"words"]
    assert path.is_fifo()


@pytest.mark.parametrize(("name", "said"), [("no/x.md", "there is no folder"), ("", "is a folder")])
def test_a_path_that_cannot_be_written_is_named(tmp_path, name, said):
    with pytest.raises(ConfigurationError, match=said):
        write_file(tmp_path / name, lambda: b"a")


def test_a_full_disk_is_told_in_one_line():
    from pathlib import Path

    full = Path("/dev/full")
    if not full.exists():  # no such thing on this system: nothing to fill
        return
    with pytest.raises(ConfigurationError, match="cannot be written"):
        write_file(full, lambda: b"a" * 100_000)
    assert not full.is_file()


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_is_the_same_twice(brief, form):
    assert exported(brief, form) == exported(brief, form)


def test_forms_are_meant_by_names_and_ends_of_files(tmp_path):
    assert [form_of(name) for name in ("MD", ".markdown", "BibTeX", "csl", "htm")] == [
        *("md", "md", "bib", "csl.json", "html")
    ]
    assert form_of_file(tmp_path / "a.b.CSL.json") == "csl.json"
    for name in ("a.json", "a", "a.doc"):
        with pytest.raises(ConfigurationError, match="is no form of a brief"):
            form_of_file(tmp_path / name)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Velm in spring", "velm-in-spring.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf"),
        ("港口 报告: 2025?", "港口-报告-2025.pdf"),
        ("con\x00|<>*", "con.pdf"),
    ],
)
def test_a_file_is_named_by_the_title_and_never_a_path(brief, title, name):
    assert file_name(editing.with_heads(brief, {"title": title}).brief, "pdf") == name


def test_a_long_title_gives_a_name_that_file_systems_take(brief):
    for title in ("x" * 500, "港" * 500, "?!"):
        name = file_name(editing.with_heads(brief, {"title": title}).brief, "docx")
        assert len(name.encode()) < 140
        assert name != ".docx"


def test_a_template_is_for_word_alone(brief, tmp_path):
    with pytest.raises(ConfigurationError, match="a template is for docx"):
        exported(brief, "pdf", look=Look(template=tmp_path / "x.docx"))
    with pytest.raises(ConfigurationError, match="cannot be read"):
        exported(brief, "docx", look=Look(template=tmp_path / "x.docx"))

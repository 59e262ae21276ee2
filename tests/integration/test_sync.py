"""A folder and its index stay the same thing, whatever happens to the folder."""

import os
import shutil
import sqlite3
from collections import Counter

import pytest

from rag.errors import ConfigurationError, IndexMismatchError
from rag.ingestion import SyncOptions

pytestmark = pytest.mark.integration

HARBOUR = "The port master of Velm closed the harbour on 3 May 2021 after the storm.\n"
GRANARY = "The granary of Pellin was flooded in the spring of 1998, the miller wrote.\n"
FERRY = "Captain Orla Venn sold the ferry of Karsk to a cooperative of eel fishers.\n"
LANTERN = "Forty lanterns were stolen from the lantern store of Dunmere in one night.\n"


def listed(report):
    """Every file that a report accounts for, removed ones apart."""
    return Counter(
        [
            *report.new,
            *report.changed,
            *report.unchanged,
            *report.forgotten,
            *report.ignored,
            *report.unsupported,
            *(source for source, _ in report.failed),
        ]
    )


def four(place):
    place.write("harbour.txt", HARBOUR)
    place.write("granary.md", GRANARY)
    place.write("sub/ferry.txt", FERRY)
    place.write("sub/lantern.html", f"<html><body><p>{LANTERN}</p></body></html>")


def test_a_second_run_parses_and_embeds_nothing(place, watch):
    four(place)
    pipeline = place.open()
    first = pipeline.index()
    assert len(first.new) == 4
    assert first.n_embedded == first.n_chunks >= 4
    before = place.model.embeddings.n_texts
    again = place.open().index(show=watch)
    assert sorted(again.unchanged) == sorted(first.new)
    assert (again.n_embedded, again.n_chunks) == (0, first.n_chunks)
    assert watch.n_read == 0
    assert place.model.embeddings.n_texts == before


def test_copies_of_one_text_are_committed_as_they_are_read_and_embedded_once(place):
    for number in range(150):
        place.write(f"copy-{number:03d}.txt", HARBOUR + "\n" * number)
    pipeline = place.open()
    read_so_far = []

    def watch_originals(_):
        read_so_far.append(sum(path.is_file() for path in (place.data / "originals").rglob("*")))

    report = pipeline.index(show=watch_originals)
    assert report.n_embedded == 1
    assert len(report.new) == report.n_chunks == 150
    # The first were committed long before the last was read: that is all that a kill would cost.
    assert read_so_far[0] < 100
    assert read_so_far[-1] == 150


def test_a_path_may_go_up_and_down_the_tree(place):
    folder = place.home / "elsewhere"
    place.write("ferry.txt", FERRY, folder=folder)
    pipeline = place.open()
    winding = place.corpus / ".." / "elsewhere"
    assert pipeline.index([winding, folder]).new == ["ferry.txt"]
    record = pipeline.document(str(winding / "ferry.txt"))
    assert record.source == "ferry.txt"
    pipeline.forget(pipeline.records_under(winding), root=winding)
    assert pipeline.store.roots.all() == []


def test_touching_a_file_without_changing_it_parses_nothing(place, watch):
    path = place.write("harbour.txt", HARBOUR)
    pipeline = place.open()
    pipeline.index()
    os.utime(path, (1, 1))
    report = pipeline.index(show=watch)
    assert report.unchanged == ["harbour.txt"]
    assert watch.n_read == 0


def test_an_edited_file_answers_with_its_new_text_and_keeps_the_old_one_readable(place, record_of):
    four(place)
    pipeline = place.open()
    pipeline.index()
    old = record_of(pipeline, "harbour.txt").version
    place.write("harbour.txt", "The port master of Velm keeps eleven grey herons.\n")
    report = pipeline.index()
    assert report.changed == ["harbour.txt"]
    assert report.n_embedded == 1
    new = record_of(pipeline, "harbour.txt").version
    texts = [p.text for p in pipeline.search("Who closed the harbour of Velm?").passages]
    assert any("herons" in text for text in texts)
    assert not any("storm" in text for text in texts)
    assert pipeline.store.documents.text_of(old).strip() == HARBOUR.strip()
    assert old != new


def test_a_renamed_file_is_not_embedded_again_and_keeps_what_a_person_said_of_it(place, record_of):
    four(place)
    pipeline = place.open()
    pipeline.index()
    pipeline.describe(record_of(pipeline, "harbour.txt"), {"publisher": "Velm Port Authority"})
    (place.corpus / "harbour.txt").rename(place.corpus / "closing.txt")
    report = pipeline.index()
    assert report.renamed == [("harbour.txt", "closing.txt")]
    assert (report.n_embedded, report.removed) == (0, [])
    found = pipeline.search("Who closed the harbour?").passages
    assert found[0].source == "closing.txt"
    assert found[0].publisher == "Velm Port Authority"
    assert "harbour.txt" not in [passage.source for passage in found]


def test_a_file_renamed_and_renamed_back_keeps_what_was_said_of_it_meanwhile(place, record_of):
    four(place)
    pipeline = place.open()
    pipeline.index()
    (place.corpus / "harbour.txt").rename(place.corpus / "closing.txt")
    pipeline.index()
    pipeline.describe(record_of(pipeline, "closing.txt"), {"publisher": "Velm Port Authority"})
    (place.corpus / "closing.txt").rename(place.corpus / "harbour.txt")
    report = pipeline.index()
    assert report.n_embedded == 0
    assert record_of(pipeline, "harbour.txt").metadata.publisher == "Velm Port Authority"


def test_a_folder_renamed_and_renamed_back_is_no_removal_of_more_than_half(place):
    for number in range(4):
        place.write(f"old/{number}.txt", f"The weir of Tarn was measured {number + 3} times.\n")
    pipeline = place.open()
    pipeline.index()
    for old, new in (("old", "new"), ("new", "old")):
        (place.corpus / old).rename(place.corpus / new)
        report = pipeline.index()
        assert report.errors == []
        assert report.n_embedded == 0
        records = pipeline.store.documents.records()
        assert {record.source for record in records} == {f"{new}/{n}.txt" for n in range(4)}


def test_a_file_moved_to_another_folder_and_edited_later_is_one_document(place, sources):
    four(place)
    pipeline = place.open()
    pipeline.index()
    (place.corpus / "deep/er").mkdir(parents=True)
    (place.corpus / "sub/ferry.txt").rename(place.corpus / "deep/er/ferry.txt")
    report = pipeline.index()
    assert report.renamed == [("sub/ferry.txt", "deep/er/ferry.txt")]
    assert report.n_embedded == 0
    assert sources(pipeline, "Who sold the ferry?")[0] == "deep/er/ferry.txt"
    place.write("deep/er/ferry.txt", FERRY + "The eel fishers painted it green.\n")
    assert pipeline.index().changed == ["deep/er/ferry.txt"]
    assert len(pipeline.store.documents.records()) == 4


def test_each_of_two_identical_files_keeps_its_own_correction_when_both_are_renamed(
    place, record_of
):
    four(place)
    place.write("copy-a.txt", FERRY * 2)
    place.write("copy-b.txt", FERRY * 2)
    pipeline = place.open()
    pipeline.index()
    for letter in "ab":
        pipeline.describe(record_of(pipeline, f"copy-{letter}.txt"), {"publisher": letter * 3})
    for letter in "ab":
        (place.corpus / f"copy-{letter}.txt").rename(place.corpus / f"moved-{letter}.txt")
    report = pipeline.index()
    assert report.n_embedded == 0
    publishers = [record_of(pipeline, f"moved-{c}.txt").metadata.publisher for c in "ab"]
    assert sorted(publishers, key=str) == ["aaa", "bbb"]
    assert len(pipeline.store.documents.records()) == 6


def test_a_deleted_file_leaves_the_answers_and_its_text_stays_for_old_answers(
    place, sources, record_of
):
    four(place)
    pipeline = place.open()
    pipeline.index()
    old = record_of(pipeline, "harbour.txt").version
    answer = pipeline.ask("Who closed the harbour of Velm?")
    assert answer.citations[0].source == "harbour.txt"
    (place.corpus / "harbour.txt").unlink()
    report = pipeline.index()
    assert report.removed == ["harbour.txt"]
    assert "harbour.txt" not in sources(pipeline, "Who closed the harbour of Velm?")
    kept = pipeline.store.answers.get(answer.id)
    span = slice(kept.citations[0].start, kept.citations[0].end)
    assert pipeline.store.documents.fresh_text_of(old)[span] == kept.citations[0].quote


def test_a_file_that_appears_again_answers_again(place, sources):
    four(place)
    pipeline = place.open()
    pipeline.index()
    away = (place.corpus / "harbour.txt").rename(place.home / "away.txt")
    pipeline.index()
    away.rename(place.corpus / "harbour.txt")
    report = pipeline.index()
    assert report.new == ["harbour.txt"]
    assert sources(pipeline, "Who closed the harbour?")[0] == "harbour.txt"


def test_two_identical_files_are_two_documents_embedded_once(place, sources):
    place.write("one.txt", HARBOUR)
    place.write("two.txt", HARBOUR)
    place.write("three.txt", FERRY)
    pipeline = place.open()
    report = pipeline.index()
    assert (report.n_chunks, report.n_embedded) == (3, 2)
    (place.corpus / "one.txt").unlink()
    assert pipeline.index().n_embedded == 0
    assert "two.txt" in sources(pipeline, "Who closed the harbour?")
    assert "one.txt" not in sources(pipeline, "Who closed the harbour?")


def test_the_same_file_name_in_two_roots_is_two_documents(place):
    left, right = place.home / "left", place.home / "right"
    place.write("notes.txt", HARBOUR, folder=left)
    place.write("notes.txt", FERRY, folder=right)
    pipeline = place.open()
    report = pipeline.index([left, right])
    assert report.new == ["notes.txt", "notes.txt"]
    assert len({record.id for record in pipeline.store.documents.records()}) == 2
    texts = [p.text for p in pipeline.search("harbour ferry").passages]
    assert len(texts) == 2
    (right / "notes.txt").write_text(GRANARY)
    assert pipeline.index().changed == ["notes.txt"]
    assert pipeline.index().unchanged == ["notes.txt", "notes.txt"]


def test_a_file_moved_from_one_root_to_another_is_not_embedded_again(place):
    left, right = place.home / "left", place.home / "right"
    place.write("notes.txt", HARBOUR, folder=left)
    place.write("more.txt", GRANARY, folder=left)
    place.write("other.txt", FERRY, folder=right)
    pipeline = place.open()
    pipeline.index([left, right])
    (left / "notes.txt").rename(right / "notes.txt")
    report = pipeline.index()
    assert (report.removed, report.new, report.n_embedded) == (["notes.txt"], ["notes.txt"], 0)


def test_the_same_folder_by_two_spellings_is_one_root(place, monkeypatch):
    four(place)
    monkeypatch.chdir(place.home)
    pipeline = place.open()
    pipeline.index([place.corpus])
    spelled = type(place.corpus)("corpus/sub/../../corpus")
    report = pipeline.index([spelled])
    assert len(report.unchanged) == 4
    assert len(pipeline.store.roots.all()) == 1
    assert len(pipeline.store.documents.records()) == 4


def test_a_folder_named_twice_in_one_run_is_read_once(place):
    four(place)
    pipeline = place.open()
    report = pipeline.index([place.corpus, place.corpus])
    assert len(report.new) == 4
    assert len(pipeline.store.documents.records()) == 4


def test_a_file_indexed_by_itself_is_not_indexed_again_with_its_folder(place, sources):
    four(place)
    pipeline = place.open()
    pipeline.index([place.corpus / "harbour.txt"])
    pipeline.index([place.corpus])
    found = [p for p in pipeline.search("Who closed the harbour?").passages if "storm" in p.text]
    assert len(found) == 1


def test_forgetting_leaves_a_tombstone_until_again_is_asked_for(place, sources, record_of, watch):
    four(place)
    pipeline = place.open()
    pipeline.index()
    answer = pipeline.ask("Who closed the harbour of Velm?")
    record = record_of(pipeline, "harbour.txt")
    assert pipeline.forget([record]) == {record.id: [answer.id]}
    assert "harbour.txt" not in sources(pipeline, "Who closed the harbour?")
    report = pipeline.index(show=watch)
    assert report.forgotten == ["harbour.txt"]
    assert watch.n_read == 0
    with pytest.raises(LookupError):
        pipeline.store.documents.fresh_text_of(record.version)
    assert (place.corpus / "harbour.txt").exists()
    again = pipeline.index([place.corpus / "harbour.txt"], options=SyncOptions(again=True))
    assert again.new == ["harbour.txt"]
    assert sources(pipeline, "Who closed the harbour?")[0] == "harbour.txt"


def test_a_forgotten_file_that_is_edited_stays_forgotten(place, sources, record_of):
    four(place)
    pipeline = place.open()
    pipeline.index()
    pipeline.forget([record_of(pipeline, "harbour.txt")])
    place.write("harbour.txt", HARBOUR + "The storm had a name.\n")
    assert pipeline.index().forgotten == ["harbour.txt"]
    assert "harbour.txt" not in sources(pipeline, "Who closed the harbour?")


def test_forgetting_one_of_two_identical_files_leaves_the_other(place, sources, record_of):
    place.write("one.txt", HARBOUR)
    place.write("two.txt", HARBOUR)
    pipeline = place.open()
    pipeline.index()
    pipeline.forget([record_of(pipeline, "one.txt")])
    assert sources(pipeline, "Who closed the harbour?") == ["two.txt"]
    assert pipeline.index().n_embedded == 0


def test_a_failed_file_is_read_again_when_it_is_fixed_or_when_asked(place, watch, sources):
    place.write("good.txt", HARBOUR)
    place.write("bad.txt", "   \n")
    pipeline = place.open()
    first = pipeline.index()
    assert [source for source, _ in first.failed] == ["bad.txt"]
    assert first.new == ["good.txt"]
    unchanged = pipeline.index(show=watch)
    assert unchanged.failed == first.failed
    assert watch.n_read == 0
    retried = pipeline.index(options=SyncOptions(retry_failed=True), show=watch)
    assert retried.failed == first.failed
    assert watch.n_read == 1
    place.write("bad.txt", FERRY)
    fixed = pipeline.index()
    assert (fixed.new, fixed.failed) == (["bad.txt"], [])
    assert sources(pipeline, "Who sold the ferry?")[0] == "bad.txt"


def test_a_file_that_can_no_longer_be_read_goes_on_answering_with_its_last_text(place, sources):
    four(place)
    pipeline = place.open()
    pipeline.index()
    place.write("harbour.txt", "\n")
    report = pipeline.index()
    assert [source for source, _ in report.failed] == ["harbour.txt"]
    assert report.changed == []
    assert sources(pipeline, "Who closed the harbour?")[0] == "harbour.txt"
    place.write("harbour.txt", HARBOUR)
    healed = pipeline.index()
    assert (healed.failed, healed.n_embedded) == ([], 0)


def test_a_removed_file_that_comes_back_broken_stays_out_of_the_answers(place, sources):
    four(place)
    pipeline = place.open()
    pipeline.index()
    (place.corpus / "harbour.txt").unlink()
    pipeline.index()
    place.write("harbour.txt", "\n")
    pipeline.index()
    assert "harbour.txt" not in sources(pipeline, "Who closed the harbour?")
    pipeline.rebuild()
    assert "harbour.txt" not in sources(pipeline, "Who closed the harbour?")


def test_a_file_deleted_between_listing_and_reading_costs_one_file(place):
    # So many passages that the first files are committed before the last one is read ahead.
    for number in range(9):
        lines = [f"The weir of Tarn holds {100 * number + n} eels.\n\n" for n in range(30)]
        place.write(f"{number}.txt", "".join(lines))
    last = place.write("last.txt", "The weir of Karsk holds no eel.\n")
    pipeline = place.open(chunk_tokens=16, chunk_overlap_tokens=0, parse_workers=1)
    report = pipeline.index(show=lambda _: last.unlink(missing_ok=True))
    assert not last.exists()
    assert len(report.new) == 9
    assert [source for source, _ in report.failed] == ["last.txt"]
    after = pipeline.index()
    assert len(after.unchanged) == 9
    assert len(pipeline.store.documents.records()) == 9


def test_a_kind_of_file_that_is_not_read_is_counted_and_not_failed(place):
    four(place)
    place.write("film.mkv", b"\x1aE\xdf\xa3")
    place.write("noend", "text without an ending\n")
    report = place.open().index()
    assert sorted(report.unsupported) == ["film.mkv", "noend"]
    assert (report.failed, report.errors) == ([], [])


def test_every_file_of_a_root_stands_in_exactly_one_list(place):
    four(place)
    place.write("README.md", "How this folder is used.\n")
    place.write(".hidden.txt", "A dot.\n")
    place.write("empty.txt", "")
    place.write("broken.html", b"\x00\x00\x00")
    place.write("picture.png", b"\x89PNG")
    place.write("sub/README.md", "A README further down is a document: the weir of Tarn.\n")
    pipeline = place.open()
    for _ in range(2):
        found = listed(pipeline.index())
        on_disk = sorted(
            path.relative_to(place.corpus).as_posix()
            for path in place.corpus.rglob("*")
            if path.is_file()
        )
        assert sorted(found.elements()) == on_disk


def test_samples_answer_while_the_corpus_is_empty_and_leave_when_it_is_not(place, sources):
    place.write("sample.txt", FERRY, folder=place.samples)
    place.write("README.md", "Drop documents here.\n")
    pipeline = place.open()
    report = pipeline.index()
    assert report.new == ["sample.txt"]
    assert report.notices
    assert "ample" in pipeline.ask("Who sold the ferry of Karsk?").notices[0]
    place.write("harbour.txt", HARBOUR)
    report = pipeline.index()
    assert any("sample" in notice for notice in report.notices)
    assert sources(pipeline, "Who sold the ferry?") == ["harbour.txt"]
    assert pipeline.ask("Who closed the harbour of Velm?").notices == ()
    assert [record.source for record in pipeline.store.documents.records()] == ["harbour.txt"]


def test_samples_stay_while_the_corpus_holds_only_files_that_cannot_be_read(place, sources):
    place.write("sample.txt", FERRY, folder=place.samples)
    pipeline = place.open()
    pipeline.index()
    place.write("broken.txt", "\n")
    pipeline.index()
    assert sources(pipeline, "Who sold the ferry?") == ["sample.txt"]


def test_nothing_to_index_is_an_error_that_says_what_to_do(place):
    with pytest.raises(ConfigurationError, match="rag index"):
        place.open().index()


@pytest.mark.parametrize("how", ["missing", "emptied"])
def test_a_root_that_is_missing_or_empty_is_an_error_and_removes_nothing(place, sources, how):
    folder = place.home / "folder"
    place.write("harbour.txt", HARBOUR, folder=folder)
    place.write("ferry.txt", FERRY)
    pipeline = place.open()
    pipeline.index([folder])
    pipeline.index()
    shutil.rmtree(folder)
    if how == "emptied":
        folder.mkdir()
    for yes in (False, True):
        report = pipeline.index(options=SyncOptions(yes=yes))
        assert len(report.errors) == 1
        assert str(folder) in report.errors[0]
        assert report.removed == []
        assert report.unchanged == ["ferry.txt"]
        assert "harbour.txt" in sources(pipeline, "Who closed the harbour?")


def test_a_path_that_is_not_there_is_an_error_and_removes_nothing(place):
    four(place)
    pipeline = place.open()
    pipeline.index()
    with pytest.raises(ConfigurationError, match="not there"):
        pipeline.index([place.corpus / "nothing"])
    assert len(pipeline.store.documents.records()) == 4


def test_removing_more_than_half_of_a_root_has_to_be_confirmed(place, sources):
    four(place)
    pipeline = place.open()
    pipeline.index()
    for name in ("harbour.txt", "granary.md", "sub/ferry.txt"):
        (place.corpus / name).unlink()
    report = pipeline.index()
    assert report.removed == []
    assert "--yes" in report.errors[0]
    assert "harbour.txt" in sources(pipeline, "Who closed the harbour?")
    report = pipeline.index(options=SyncOptions(yes=True))
    assert (len(report.removed), report.errors) == (3, [])
    assert sources(pipeline, "Who closed the harbour?") == ["sub/lantern.html"]


def test_removing_just_half_of_a_root_needs_no_confirmation(place):
    four(place)
    pipeline = place.open()
    pipeline.index()
    shutil.rmtree(place.corpus / "sub")
    report = pipeline.index()
    assert sorted(report.removed) == ["sub/ferry.txt", "sub/lantern.html"]
    assert report.errors == []


def test_part_of_a_known_root_is_synced_without_touching_the_rest(place):
    four(place)
    pipeline = place.open()
    pipeline.index()
    place.write("sub/ferry.txt", FERRY + "It was green.\n")
    (place.corpus / "harbour.txt").unlink()
    report = pipeline.index([place.corpus / "sub"])
    assert report.changed == ["sub/ferry.txt"]
    assert report.unchanged == ["sub/lantern.html"]
    assert report.removed == []
    assert len(pipeline.store.roots.all()) == 1
    assert pipeline.index().removed == ["harbour.txt"]


def test_a_file_of_a_root_inside_an_older_root_belongs_to_the_inner_one(place, sources):
    outer = place.corpus.parent
    place.write("outside.txt", HARBOUR, folder=outer)
    place.write("inside.txt", GRANARY)
    pipeline = place.open()
    pipeline.index([outer])
    pipeline.index()  # the corpus folder becomes a root of its own
    place.write("late.txt", FERRY)
    report = pipeline.index([place.corpus / "late.txt"])
    assert report.new == ["late.txt"]
    assert "late.txt" in sources(pipeline, "What colour was the ferry?")


def test_a_link_that_leaves_the_root_is_not_followed(place):
    four(place)
    outside = place.write("secret.txt", "The vault of Hollin Cross is open.\n", folder=place.home)
    (place.corpus / "link.txt").symlink_to(outside)
    (place.corpus / "folder").symlink_to(place.home, target_is_directory=True)
    (place.corpus / "dangling.txt").symlink_to(place.home / "nowhere")
    report = place.open().index()
    assert len(report.new) == 4
    assert sorted(report.ignored) == ["dangling.txt", "folder", "link.txt"]


def test_links_that_lead_to_themselves_are_passed_over(place):
    four(place)
    (place.corpus / "loop.txt").symlink_to("loop.txt")
    (place.corpus / "round").symlink_to(".", target_is_directory=True)
    report = place.open().index()
    assert len(report.new) == 4
    assert sorted(report.ignored) == ["loop.txt", "round"]


def test_a_named_pipe_is_passed_over_and_does_not_hang(place):
    four(place)
    os.mkfifo(place.corpus / "pipe.txt")
    report = place.open().index()
    assert report.ignored == ["pipe.txt"]
    assert len(report.new) == 4


def test_file_names_of_any_bytes_are_indexed_shown_and_found_again(place):
    names = [
        b"caf\xe9.txt",
        b"new\nline.txt",
        b"\x1b[31mred.txt",
        "ü–日本.txt".encode(),
        b"a'b\"c;d%_.txt",
        b" lead and trail .txt",
        b"semi#hash.txt",
    ]
    for number, name in enumerate(names):
        path = os.fsencode(place.corpus) + b"/" + name
        with open(path, "w") as file:  # noqa: PTH123 (a path of bytes)
            file.write(f"The weir of Tarn number {number} was measured by Judge Tamsin Roe.\n")
    pipeline = place.open()
    assert len(pipeline.index().new) == len(names)
    assert len(pipeline.index().unchanged) == len(names)
    from rag.render import answer_text, document_text, report_text

    answer = pipeline.ask("Who measured the weir of Tarn?")
    shown = answer_text(answer) + report_text(pipeline.index())
    for record in pipeline.store.documents.records():
        shown += document_text(record, None)
    assert "\x1b" not in shown
    assert pipeline.store.answers.get(answer.id).to_dict() == answer.to_dict()
    os.unlink(os.fsencode(place.corpus) + b"/" + names[0])  # noqa: PTH108
    assert len(pipeline.index().removed) == 1


def test_a_name_of_bytes_and_the_same_name_written_as_an_escape_are_two_documents(place):
    for name in (b"caf\xe9.txt", b"caf\\xe9.txt"):
        path = os.fsencode(place.corpus) + b"/" + name
        with open(path, "w") as file:  # noqa: PTH123
            file.write(f"The weir of Tarn, {len(name)} bytes.\n")
    report = place.open().index()
    assert len(report.new) + len(report.failed) + len(report.ignored) == 2


@pytest.mark.parametrize("heal", ["index", "ask"])
def test_deleted_indexes_are_made_again_without_embedding(
    place, state_of, check_state, sources, heal
):
    four(place)
    pipeline = place.open()
    pipeline.index()
    before = state_of(pipeline)
    pipeline.close()
    for folder in place.data.glob("index-*"):
        shutil.rmtree(folder)
    n_texts = place.model.embeddings.n_texts
    pipeline = place.open()
    if heal == "index":
        assert pipeline.index().n_embedded == 0
    assert sources(pipeline, "Who closed the harbour?")[0] == "harbour.txt"
    assert place.model.embeddings.n_texts == n_texts
    after = state_of(pipeline)
    check_state(after)
    assert after == before


@pytest.mark.parametrize(
    ("part", "heal"),
    [
        ("words", "index"),
        ("vectors", "ask"),
        ("words/meta.json", "ask"),
        ("vectors/chroma.sqlite3", "index"),
    ],
)
def test_one_deleted_index_is_made_again(place, state_of, check_state, sources, part, heal):
    four(place)
    pipeline = place.open()
    pipeline.index()
    before = state_of(pipeline)
    pipeline.close()
    (folder,) = place.data.glob("index-*")
    lost = folder / part
    shutil.rmtree(lost) if lost.is_dir() else lost.unlink()
    pipeline = place.open()
    if heal == "index":
        assert pipeline.index().n_embedded == 0
    assert sources(pipeline, "Who closed the harbour?")[0] == "harbour.txt"
    after = state_of(pipeline)
    check_state(after)
    assert after == before


@pytest.mark.parametrize(
    ("how", "heal"),
    [
        ("truncated", "index"),
        ("garbage", "index"),
        ("garbage", "ask"),
        ("empty", "ask"),
        ("without its collection", "index"),
    ],
)
def test_a_damaged_vector_index_is_made_again(place, state_of, check_state, sources, how, heal):
    four(place)
    pipeline = place.open()
    pipeline.index()
    pipeline.close()
    (file,) = place.data.glob("index-*/vectors/chroma.sqlite3")
    match how:
        case "truncated":
            os.truncate(file, file.stat().st_size // 2)
        case "garbage":
            file.write_bytes(b"no database" * 500)
        case "empty":
            file.write_bytes(b"")
        case _:
            with sqlite3.connect(file) as connection:
                connection.execute("DELETE FROM collections")
            connection.close()
    pipeline = place.open()
    if heal == "index":
        assert pipeline.index().n_embedded == 0
    assert sources(pipeline, "Who closed the harbour?")[0] == "harbour.txt"
    check_state(state_of(pipeline))


def test_damaged_word_files_are_made_again(place, state_of, check_state, sources):
    four(place)
    pipeline = place.open()
    pipeline.index()
    pipeline.close()
    (folder,) = place.data.glob("index-*/words")
    for file in folder.glob("*"):
        if file.suffix in (".idx", ".term", ".pos", ".store"):
            file.write_bytes(b"\x00" * 10)
    pipeline = place.open()
    assert pipeline.index().n_embedded == 0
    assert sources(pipeline, "Who closed the harbour?")[0] == "harbour.txt"
    check_state(state_of(pipeline))


def test_other_settings_are_refused_until_a_rebuild_and_the_old_index_answers_meanwhile(
    place, write_corpus, state_of, check_state, sources
):
    write_corpus(place.corpus, 4, sentences=20)
    old = place.open()
    n_chunks = old.index().n_chunks
    new = place.open(chunk_tokens=60)
    for use in (new.index, lambda: new.search("harbour"), lambda: new.ask("harbour")):
        with pytest.raises(IndexMismatchError, match="rag index --rebuild"):
            use()
    answered = []

    def ask_the_old(_state):
        answered.append(bool(old.search("Who closed the harbour?").passages))

    report = new.rebuild(show=ask_the_old)
    assert answered
    assert all(answered)
    assert report.n_chunks > n_chunks
    assert sources(new, "Who closed the harbour?")
    with pytest.raises(IndexMismatchError, match="rag index --rebuild"):
        old.search("Who closed the harbour?")
    assert new.index().n_embedded == 0
    check_state(state_of(new))


def test_a_corrected_title_enters_the_passages_with_the_next_run(place, record_of):
    four(place)
    pipeline = place.open()
    pipeline.index()
    pipeline.describe(record_of(pipeline, "sub/ferry.txt"), {"title": "The Karsk bargain"})
    report = pipeline.index()
    assert (len(report.unchanged), report.n_embedded) == (4, 1)
    found = pipeline.search("bargain").passages[0]
    assert (found.source, found.title) == ("sub/ferry.txt", "The Karsk bargain")
    assert found.lexical > 0
    assert pipeline.index().n_embedded == 0


def test_the_data_folder_inside_a_root_is_not_indexed(place):
    data = place.corpus / ".rag"
    four(place)
    plain = place.corpus / "store"
    for folder in (data, plain):
        pipeline = place.open(data_dir=folder)
        assert len(pipeline.index([place.corpus]).new) == 4
        assert len(pipeline.index().unchanged) == 4
        pipeline.close()
        shutil.rmtree(folder)

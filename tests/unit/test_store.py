import hashlib
import sqlite3
import stat
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.dates import Published
from rag.errors import NotFoundError, StoreError
from rag.store import IndexRecord, Root, Store, document_id, open_store, version_id
from rag.types import (
    Answer,
    AnswerSentence,
    Block,
    Chunk,
    Citation,
    Document,
    DocumentRecord,
    Fact,
    Filters,
    Metadata,
    Page,
    Passage,
)

FINGERPRINT = {"model": "m@1", "chunker": 1}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def root(store: Store) -> Root:
    return store.roots.add("/docs", sample=False)


@pytest.fixture
def index(store: Store) -> IndexRecord:
    return store.chunks.new_index(FINGERPRINT, current=True)


def document(text: str, **facts: str | Sequence[str]) -> Document:
    stated = tuple(
        Fact(field, value, "file", "front matter")
        for field, values in facts.items()
        for value in ([values] if isinstance(values, str) else values)
    )
    return Document(
        text=text,
        blocks=(Block("paragraph", 0, len(text)),),
        facts=stated,
        media_type="text/markdown",
    )


def sha(data: str) -> str:
    return hashlib.sha256(data.encode()).hexdigest()


def put(
    store: Store, root: Root, source: str, made: Document, *, data: str | None = None
) -> tuple[str, str]:
    with store.database.transaction() as connection:
        return store.documents.put(
            connection,
            root,
            source,
            replace(made, loader="markdown/1"),
            file_sha256=sha(made.text if data is None else data),
        )


def chunk(document: str, version: str, start: int, end: int) -> Chunk:
    return Chunk(f"{document}-{version[:6]}-{start}", document, version, start, end, "", None)


def index_chunks(store: Store, index: IndexRecord, identity: str, chunks: Sequence[Chunk]) -> None:
    keys = [f"key-{made.id}" for made in chunks]
    with store.database.transaction() as connection:
        store.chunks.replace(connection, index, identity, chunks, keys)
        store.chunks.put_vectors(
            connection,
            "m@1",
            {key: np.array([1.0, number], np.float32) for number, key in enumerate(keys)},
        )


def carry_out(store: Store, index: IndexRecord) -> None:
    store.chunks.carried_out(index, store.chunks.orders(index, 1000))


def orders(store: Store, index: IndexRecord) -> list[tuple[str, str]]:
    return [(order.action, order.chunk) for order in store.chunks.orders(index, 1000)]


def answer(identity: str, *, quotes: Mapping[str, str], withheld: bool = False) -> Answer:
    """An answer that quotes these documents (id → version)."""
    cited = tuple(
        Citation(
            number=number,
            document=quoted,
            version=version,
            chunk="c",
            source="a.md",
            title=None,
            publisher=None,
            published=None,
            published_precision=None,
            url=None,
            page=None,
            page_end=None,
            start=0,
            end=3,
            quote="The “bridge”\n😀",
        )
        for number, (quoted, version) in enumerate(quotes.items(), start=1)
    )
    sentences = (AnswerSentence("The bridge.", "answer", tuple(one.number for one in cited)),)
    passage = Passage(
        1, 0.1 + 0.2, 1 / 3, 14.2, "d", "v", "c", "a.md", None, None, None, None, None, None, None,
        0, 3, "The", None, ((0, 3),), True,
    )  # fmt: skip
    return Answer(
        id=identity,
        question="What?",
        query="What?",
        asked_at="2026-11-22T09:00:00Z",
        mode="extractive",
        model=None,
        abstained=withheld,
        reason="none" if withheld else None,
        confidence=0.1 + 0.2,
        threshold=0.5,
        notices=("a",),
        short_answer=None,
        sentences=() if withheld else sentences,
        citations=() if withheld else cited,
        passages=(passage,),
        dropped=(),
        seconds={"retrieve": 0.02},
        withheld=sentences if withheld else (),
        withheld_citations=cited if withheld else (),
        settings={"k": 10},
    )


def found(store: Store, identity: str) -> DocumentRecord:
    return store.documents.record(identity)


# Identity


def test_a_document_is_its_root_and_path_and_a_version_its_text():
    assert document_id("/docs", "a.md") == sha("/docs\0a.md")[:12]
    assert document_id("/docs", "a.md") != document_id("/docs/a", ".md")
    assert version_id("é") == hashlib.sha256(b"\xc3\xa9").hexdigest()


def test_a_path_that_is_no_text_still_has_an_identity():
    assert len(document_id("/docs", b"caf\xe9.txt".decode("utf-8", "surrogateescape"))) == 12


# Documents and versions


def test_a_document_comes_back_as_it_was_put(store: Store, root: Root):
    text = "Ein Satz. 😀 東京\n"
    made = Document(
        text=text,
        blocks=(Block("heading", 0, 9, 2), Block("paragraph", 10, 14)),
        facts=(
            Fact("title", "The bridge", "file", "front matter"),
            Fact("title", "Ein Satz.", "page", "first heading"),
            Fact("authors", "Anna Berg", "file"),
            Fact("authors", "Karl Holm", "file"),
            Fact("published", "May 2026", "file"),
            Fact("language", "de", "page", "detected"),
        ),
        media_type="text/markdown",
        pages=(Page(1, 0, 10, "i"), Page(2, 10, 15)),
    )
    identity, version = put(store, root, "a/b.md", made)
    assert (identity, version) == (document_id("/docs", "a/b.md"), version_id(text))
    assert found(store, identity) == DocumentRecord(
        id=identity,
        root="/docs",
        source="a/b.md",
        state="current",
        version=version,
        media_type="text/markdown",
        metadata=Metadata(
            title="The bridge",
            authors=("Anna Berg", "Karl Holm"),
            published=Published("2026-05", "month"),
            language="de",
        ),
        n_chunks=0,
        n_chars=15,
        n_pages=2,
        sample=False,
    )
    stored = store.documents.text(version)
    assert (stored.text, stored.blocks, stored.pages) == (made.text, made.blocks, made.pages)
    assert store.documents.text_of(version) == store.documents.fresh_text_of(version) == text


def test_what_is_not_stated_is_unknown(store: Store, root: Root):
    identity, _ = put(store, root, "a.md", document("Text."))
    assert found(store, identity).metadata == Metadata()


def test_a_changed_file_is_a_new_version_and_the_old_one_stays_readable(store: Store, root: Root):
    identity, old = put(store, root, "a.md", document("Old."))
    again, new = put(store, root, "a.md", document("New."))
    assert again == identity
    assert found(store, identity).version == new
    assert store.documents.text_of(old) == "Old."
    assert store.documents.text_of(new) == "New."
    assert {row["version"] for row in store.documents.versions_of(identity)} == {old, new}


def test_putting_the_same_twice_changes_nothing(store: Store, root: Root):
    identity, version = put(store, root, "a.md", document("Text.", title="T"))
    before = (found(store, identity), store.documents.facts(identity))
    assert put(store, root, "a.md", document("Text.", title="T")) == (identity, version)
    assert (found(store, identity), store.documents.facts(identity)) == before
    assert len(store.documents.versions_of(identity)) == 1


def test_two_documents_may_share_a_version(store: Store, root: Root):
    one, version = put(store, root, "a.md", document("Text.", title="A"))
    other, same = put(store, root, "b.md", document("Text.", title="B"))
    assert version == same
    assert one != other
    assert found(store, one).metadata.title == "A"
    assert found(store, other).metadata.title == "B"


def test_an_unknown_version_is_not_found(store: Store):
    with pytest.raises(NotFoundError, match="version 000000000000 is not in the store"):
        store.documents.text("0" * 64)
    with pytest.raises(LookupError):
        store.documents.text_of("0" * 64)


def test_a_document_is_found_by_id_beginning_path_or_title(store: Store, root: Root):
    identity, _ = put(store, root, "a/b.md", document("Text.", title="The bridge"))
    put(store, root, "c.md", document("Other.", title="The ferry"))
    for name in (identity, identity[:6], "a/b.md", "The bridge"):
        assert found(store, name).id == identity


@pytest.mark.parametrize("name", ["", "%", "____", "%%%%", "x' OR 1=1 --", "nothing like it"])
def test_a_name_of_nothing_is_not_found(store: Store, root: Root, name: str):
    put(store, root, "a.md", document("Text."))
    with pytest.raises(NotFoundError, match="`rag list` shows those there are"):
        store.documents.record(name)


def test_a_name_of_two_documents_is_refused_with_their_ids(store: Store, root: Root):
    one, _ = put(store, root, "a.md", document("A.", title="Same"))
    other, _ = put(store, root, "b.md", document("B.", title="Same"))
    with pytest.raises(NotFoundError) as caught:
        store.documents.record("Same")
    assert "names 2 documents" in str(caught.value)
    assert one in str(caught.value)
    assert other in str(caught.value)


def test_a_document_in_the_answers_goes_before_a_removed_one_of_its_name(store: Store, root: Root):
    old, _ = put(store, root, "a.md", document("A.", title="Same"))
    new, _ = put(store, root, "b.md", document("B.", title="Same"))
    store.remove(old)
    assert found(store, "Same").id == new


def test_a_file_that_cannot_be_read_keeps_its_last_version(store: Store, root: Root):
    identity, version = put(store, root, "a.md", document("Text.", title="T"))
    store.documents.put_failed(root, "a.md", file_sha256="f" * 64, loader="l", error="torn")
    record = found(store, identity)
    assert (record.state, record.version, record.error) == ("failed", version, "torn")
    assert record.metadata.title == "T"
    put(store, root, "a.md", document("Text."))
    assert (found(store, identity).state, found(store, identity).error) == ("current", None)


def test_a_file_that_could_never_be_read_has_no_version(store: Store, root: Root):
    store.documents.put_failed(root, "a.md", file_sha256=None, loader=None, error="torn")
    (record,) = store.documents.records()
    assert (record.state, record.version, record.n_chars) == ("failed", None, 0)


def test_roots_are_remembered_once_and_in_order(store: Store):
    first = store.roots.add("/one", sample=True)
    store.roots.add("/two", sample=False)
    assert store.roots.add("/one", sample=False) == first
    assert [held.path for held in store.roots.all()] == ["/one", "/two"]
    assert store.roots.claim("/one").sample is False


# What is known about a document


def test_a_person_s_word_goes_before_the_file_s(store: Store, root: Root):
    identity, _ = put(store, root, "a.md", document("Text.", title="Wrong", authors=["A", "B"]))
    store.documents.describe(identity, {"title": ["Right"], "authors": ["C"]})
    metadata = found(store, identity).metadata
    assert (metadata.title, metadata.authors) == ("Right", ("C",))


def test_a_correction_survives_a_new_version_of_the_file(store: Store, root: Root):
    identity, _ = put(store, root, "a.md", document("Old.", title="Wrong"))
    store.documents.describe(identity, {"title": ["Right"]})
    put(store, root, "a.md", document("New.", title="Wrong again", publisher="Orsk Post"))
    metadata = found(store, identity).metadata
    assert (metadata.title, metadata.publisher) == ("Right", "Orsk Post")


def test_a_person_may_say_that_a_field_is_unknown(store: Store, root: Root):
    identity, _ = put(
        store, root, "a.md", document("Text.", title="T", authors="A", published="2026-05-04")
    )
    store.documents.describe(identity, {"published": [None], "authors": [None], "title": [None]})
    assert found(store, identity).metadata == Metadata()
    put(store, root, "a.md", document("New.", title="T", authors="A", published="2026-05-04"))
    assert found(store, identity).metadata == Metadata()


def test_all_that_was_ever_stated_is_kept_with_its_origin(store: Store, root: Root):
    identity, _ = put(store, root, "a.md", document("Old.", title="First"))
    store.documents.describe(identity, {"title": ["Mine"]})
    store.documents.describe(identity, {"title": ["Mine again"]})
    put(store, root, "a.md", document("New.", title="Second"))
    history = store.documents.facts(identity)
    assert [(row["value"], row["origin"], row["superseded_at"] is None) for row in history] == [
        ("First", "file", False),
        ("Mine", "user", False),
        ("Mine again", "user", True),
        ("Second", "file", True),
    ]
    assert all(row["recorded_at"] for row in history)
    assert history[0]["detail"] == "front matter"


def test_a_fact_that_the_file_no_longer_states_is_unknown_again(store: Store, root: Root):
    identity, _ = put(store, root, "a.md", document("Old.", publisher="Orsk Post"))
    put(store, root, "a.md", document("New."))
    assert found(store, identity).metadata.publisher is None


def test_a_date_is_kept_with_its_precision(store: Store, root: Root):
    identity, _ = put(store, root, "a.md", document("Text.", published="2026"))
    assert found(store, identity).metadata.published == Published("2026", "year")
    store.documents.describe(identity, {"published": ["4 May 2026"]})
    assert found(store, identity).metadata.published == Published("2026-05-04", "day")


def test_a_date_that_can_be_read_in_two_ways_is_unknown(store: Store, root: Root):
    identity, _ = put(store, root, "a.md", document("Text.", published="03/04/2026"))
    assert found(store, identity).metadata.published is None


def test_only_a_new_title_makes_the_passages_stale(store: Store, root: Root):
    identity, _ = put(store, root, "a.md", document("Text.", title="T"))
    store.documents.describe(identity, {"publisher": ["Orsk Post"], "title": ["T"]})
    assert store.documents.known(root)["a.md"].stale is False
    store.documents.describe(identity, {"title": ["New"]})
    assert store.documents.known(root)["a.md"].stale is True
    with store.database.transaction() as connection:
        store.documents.no_longer_stale(connection, identity)
    assert store.documents.known(root)["a.md"].stale is False


def test_the_title_to_embed_is_a_person_s_or_the_new_file_s(store: Store, root: Root):
    identity, _ = put(store, root, "a.md", document("Text.", title="Old"))
    stated = [Fact("title", "New", "file")]
    assert store.documents.title_for(identity, stated) == "New"
    store.documents.describe(identity, {"title": ["Mine"]})
    assert store.documents.title_for(identity, stated) == "Mine"
    store.documents.describe(identity, {"title": [None]})
    assert store.documents.title_for(identity, stated) is None
    assert store.documents.title_for("never seen", stated) == "New"


def test_a_person_s_words_follow_a_renamed_document(store: Store, root: Root):
    old, _ = put(store, root, "a.md", document("Text.", title="File"))
    store.documents.describe(old, {"title": ["Mine"]})
    new, _ = put(store, root, "b.md", document("Text.", title="File"))
    with store.database.transaction() as connection:
        store.documents.copy_user_facts(connection, old, new)
    assert found(store, new).metadata.title == "Mine"


# Removing and forgetting


def test_a_removed_document_leaves_the_answers_but_its_text_stays(
    store: Store, root: Root, index: IndexRecord
):
    identity, version = put(store, root, "a.md", document("Text."))
    index_chunks(store, index, identity, [chunk(identity, version, 0, 5)])
    carry_out(store, index)
    store.remove(identity)
    assert store.documents.records() == []
    assert found(store, identity).state == "removed"
    assert store.documents.text_of(version) == "Text."
    assert store.chunks.count(index) == 0
    assert orders(store, index) == [("remove", f"{identity}-{version[:6]}-0")]


def test_forgetting_leaves_a_tombstone_and_nothing_else(
    store: Store, root: Root, index: IndexRecord
):
    identity, version = put(store, root, "a.md", document("Secret.", title="Hidden"), data="bytes")
    store.originals.keep(b"bytes", sha("bytes"))
    index_chunks(store, index, identity, [chunk(identity, version, 0, 7)])
    carry_out(store, index)
    store.answers.put(answer("a1", quotes={identity: version}))
    original = store.originals.path(sha("bytes"))
    assert original.read_bytes() == b"bytes"

    assert store.forget([found(store, identity)]) == {identity: ["a1"]}

    with pytest.raises(NotFoundError):
        store.documents.text(version)
    assert not original.exists()
    assert store.documents.facts(identity) == []
    assert store.documents.versions_of(identity) == []
    assert store.chunks.count(index) == 0
    assert store.chunks.known_vectors("m@1", [f"key-{identity}-{version[:6]}-0"]) == set()
    assert orders(store, index) == [("remove", f"{identity}-{version[:6]}-0")]
    known = store.documents.known(root)["a.md"]
    assert (known.state, known.version) == ("forgotten", None)
    record = found(store, identity)
    assert record.metadata == Metadata()


def test_nothing_of_a_forgotten_text_is_left_on_the_disk_after_a_purge(store: Store, root: Root):
    # Long enough to have pages of its own.
    secret = "Zanzibar-4711 " * 5_000
    identity, _ = put(store, root, "a.md", document(secret, title="Zanzibar-4711 title"))
    store.forget([found(store, identity)])
    store.database.purge()
    for path in store.data_dir.rglob("*"):
        if path.is_file():
            assert b"Zanzibar-4711" not in path.read_bytes(), path


def test_forgetting_one_document_keeps_what_another_shares(
    store: Store, root: Root, index: IndexRecord
):
    store.originals.keep(b"Text.", sha("Text."))
    one, version = put(store, root, "a.md", document("Text."))
    other, _ = put(store, root, "b.md", document("Text."))
    shared = {"same": np.array([1.0, 0.0], np.float32)}
    with store.database.transaction() as connection:
        for identity in (one, other):
            made = [chunk(identity, version, 0, 5)]
            store.chunks.replace(connection, index, identity, made, ["same"])
        store.chunks.put_vectors(connection, "m@1", shared)

    store.forget([found(store, one)])

    assert store.documents.text_of(version) == "Text."
    assert store.originals.path(sha("Text.")).read_bytes() == b"Text."
    assert store.chunks.known_vectors("m@1", ["same"]) == {"same"}
    assert store.chunks.count(index) == 1
    store.forget([found(store, other)])
    with pytest.raises(NotFoundError):
        store.documents.text_of(version)
    assert not store.originals.path(sha("Text.")).exists()


def test_forgetting_takes_the_old_versions_too(store: Store, root: Root):
    identity, old = put(store, root, "a.md", document("Old."))
    _, new = put(store, root, "a.md", document("New."))
    store.forget([found(store, identity)])
    for version in (old, new):
        with pytest.raises(NotFoundError):
            store.documents.fresh_text_of(version)


def test_forgetting_a_copy_keeps_an_old_version_that_the_other_once_had(store: Store, root: Root):
    one, shared = put(store, root, "a.md", document("Shared."))
    other, _ = put(store, root, "b.md", document("Shared."))
    put(store, root, "b.md", document("Newer."))
    store.forget([found(store, one)])
    assert store.documents.text_of(shared) == "Shared."
    assert found(store, other).state == "current"


def test_a_forgotten_document_can_be_read_again(store: Store, root: Root):
    identity, version = put(store, root, "a.md", document("Text.", title="T"))
    store.forget([found(store, identity)])
    assert put(store, root, "a.md", document("Text.", title="T")) == (identity, version)
    assert found(store, identity).state == "current"
    assert found(store, identity).metadata.title == "T"
    assert store.documents.text_of(version) == "Text."


def test_a_root_goes_with_the_tombstones_of_its_documents(store: Store, root: Root):
    identity, _ = put(store, root, "a.md", document("Text."))
    store.forget([found(store, identity)])
    store.roots.drop("/docs")
    assert store.roots.all() == []
    with pytest.raises(NotFoundError):
        store.documents.record(identity)


# Originals


def test_the_same_bytes_are_kept_once(store: Store):
    store.originals.keep(b"bytes", sha("bytes"))
    store.originals.keep(b"bytes", sha("bytes"))
    (path,) = [found for found in (store.data_dir / "originals").rglob("*") if found.is_file()]
    assert path == store.originals.path(sha("bytes"))
    assert path.read_bytes() == b"bytes"


def test_an_original_that_cannot_be_kept_is_a_store_error(store: Store):
    (store.data_dir / "originals").write_bytes(b"in the way")
    with pytest.raises(StoreError, match="an original cannot be kept"):
        store.originals.keep(b"bytes", sha("bytes"))


# Answers


@pytest.mark.parametrize("withheld", [False, True])
def test_an_answer_comes_back_identical(store: Store, withheld: bool):
    given = answer("abcdef012345", quotes={"d1": "v1", "d2": "v2"}, withheld=withheld)
    store.answers.put(given)
    assert store.answers.get("abcdef012345") == given
    assert store.answers.get("abcd") == given
    assert store.answers.count() == 1


def test_an_answer_is_found_by_a_unique_beginning_of_its_id_alone(store: Store):
    for identity in ("abcd00000001", "abcd00000002"):
        store.answers.put(answer(identity, quotes={}))
    with pytest.raises(NotFoundError, match="several answers begin with 'abcd'"):
        store.answers.get("abcd")
    assert store.answers.get("abcd00000002").id == "abcd00000002"
    for name in ("", "abc", "%%%%", "abcd%", "zzzz"):
        with pytest.raises(NotFoundError, match="no answer is called"):
            store.answers.get(name)


def test_the_latest_answers_come_first(store: Store):
    for identity, asked_at in (("a", "2026-01-02"), ("b", "2026-01-03"), ("c", "2026-01-01")):
        store.answers.put(replace(answer(identity, quotes={}), asked_at=asked_at))
    assert [row["id"] for row in store.answers.recent()] == ["b", "a", "c"]
    assert [row["id"] for row in store.answers.recent(limit=1)] == ["b"]
    assert store.answers.recent()[0]["abstained"] is False


def test_answers_that_quote_a_document_are_listed_withheld_ones_too(store: Store):
    store.answers.put(answer("a1", quotes={"d1": "v1", "d2": "v2"}))
    store.answers.put(replace(answer("a2", quotes={"d1": "v9"}, withheld=True), asked_at="2027"))
    assert store.answers.quoting("d1") == ["a1", "a2"]
    assert store.answers.quoting("d2") == ["a1"]
    assert store.answers.quoting("d3") == []


# Chunks, the outbox, generations


@pytest.fixture
def three(store: Store, root: Root, index: IndexRecord) -> list[Chunk]:
    """The chunks of one document, ordered but not carried out."""
    identity, version = put(store, root, "a.md", document("One. Two. Three."))
    chunks = [chunk(identity, version, start, start + 4) for start in (0, 5, 10)]
    index_chunks(store, index, identity, chunks)
    return chunks


def test_new_chunks_are_ordered_and_not_yet_searchable(
    store: Store, index: IndexRecord, three: list[Chunk]
):
    assert orders(store, index) == [("add", made.id) for made in three]
    assert store.chunks.n_orders(index) == 3
    assert store.chunks.count(index) == 3
    assert store.chunks.allowed(index, Filters(), 10) == set()
    assert store.chunks.generation(index.id) == 0


def test_orders_that_were_carried_out_are_struck_and_open_a_generation(
    store: Store, index: IndexRecord, three: list[Chunk]
):
    first = store.chunks.orders(index, 2)
    store.chunks.carried_out(index, first)
    assert store.chunks.generation(index.id) == 1
    assert orders(store, index) == [("add", three[2].id)]
    assert store.chunks.allowed(index, Filters(), 1) == {three[0].id, three[1].id}
    assert store.chunks.allowed(index, Filters(), 0) == set()
    carry_out(store, index)
    assert store.chunks.generation(index.id) == 2
    assert store.chunks.allowed(index, Filters(), 1) == {three[0].id, three[1].id}
    assert len(store.chunks.allowed(index, Filters(), 2)) == 3


def test_replacing_orders_only_what_changes(store: Store, index: IndexRecord, three: list[Chunk]):
    carry_out(store, index)
    identity, version = three[0].document, three[0].version
    new = chunk(identity, version, 12, 16)
    index_chunks(store, index, identity, [three[0], new])
    gone = sorted([three[1].id, three[2].id])
    assert orders(store, index) == [*(("remove", name) for name in gone), ("add", new.id)]
    assert store.chunks.allowed(index, Filters(), 1) == {three[0].id}


def test_replacing_by_the_same_chunks_orders_nothing(
    store: Store, index: IndexRecord, three: list[Chunk]
):
    carry_out(store, index)
    index_chunks(store, index, three[0].document, three)
    assert orders(store, index) == []
    assert len(store.chunks.allowed(index, Filters(), 1)) == 3


def test_a_chunk_added_and_removed_before_the_indexes_followed_ends_removed(
    store: Store, index: IndexRecord, three: list[Chunk]
):
    store.remove(three[0].document)
    actions = orders(store, index)
    assert actions[:3] == [("add", made.id) for made in three]
    assert sorted(actions[3:]) == sorted(("remove", made.id) for made in three)
    carry_out(store, index)
    assert orders(store, index) == []
    assert store.chunks.allowed(index, Filters(), 9) == set()
    assert store.chunks.by_id(index, [made.id for made in three]) == {}


def test_a_chunk_removed_and_added_again_ends_searchable(
    store: Store, index: IndexRecord, three: list[Chunk]
):
    carry_out(store, index)
    index_chunks(store, index, three[0].document, three[1:])
    index_chunks(store, index, three[0].document, three)
    assert orders(store, index) == [("remove", three[0].id), ("add", three[0].id)]
    # Taken out of the indexes first: until it is in again, it is not to be found.
    assert three[0].id not in store.chunks.allowed(index, Filters(), 9)
    carry_out(store, index)
    assert three[0].id in store.chunks.allowed(index, Filters(), 9)


def test_ordering_all_starts_anew(store: Store, index: IndexRecord, three: list[Chunk]):
    carry_out(store, index)
    store.chunks.order_all(index)
    assert orders(store, index) == [("add", made.id) for made in three]
    assert store.chunks.allowed(index, Filters(), 9) == set()


def test_chunks_are_found_with_their_document(store: Store, index: IndexRecord, three: list[Chunk]):
    store.documents.describe(three[0].document, {"title": ["Mine"]})
    located = store.chunks.by_id(index, [three[1].id, "unknown"])
    assert set(located) == {three[1].id}
    only = located[three[1].id]
    assert only.chunk == three[1]
    assert (only.source, only.metadata.title, only.sample) == ("a.md", "Mine", False)


def test_vectors_come_back_as_they_were(store: Store, index: IndexRecord, three: list[Chunk]):
    vectors = store.chunks.vectors(index, [three[2].id, three[0].id, "unknown"])
    assert {name: list(vector) for name, vector in vectors.items()} == {
        three[0].id: [1.0, 0.0],
        three[2].id: [1.0, 2.0],
    }
    ((ids, matrix),) = store.chunks.all_vectors(index)
    assert ids == sorted(made.id for made in three)
    assert matrix.shape == (3, 2)
    assert matrix.dtype == np.float32
    assert store.chunks.known_vectors("m@1", [f"key-{three[0].id}", "no"]) == {f"key-{three[0].id}"}
    assert store.chunks.known_vectors("other@1", [f"key-{three[0].id}"]) == set()


def test_vectors_that_no_chunk_uses_are_swept(store: Store, index: IndexRecord, three: list[Chunk]):
    index_chunks(store, index, three[0].document, three[:1])
    assert store.chunks.sweep_vectors() == 2
    assert store.chunks.sweep_vectors() == 0
    assert store.chunks.known_vectors("m@1", [f"key-{made.id}" for made in three]) == {
        f"key-{three[0].id}"
    }


def test_an_index_is_built_beside_the_current_one_and_takes_its_place(
    store: Store, index: IndexRecord, three: list[Chunk]
):
    beside = store.chunks.new_index({**FINGERPRINT, "model": "m@2"}, current=False)
    assert (beside.state, beside.directory) == ("building", "index-2")
    assert beside.fingerprint == {"model": "m@2", "chunker": 1}
    assert store.chunks.current_index() == index
    index_chunks(store, beside, three[0].document, three[:1])
    assert (store.chunks.count(index), store.chunks.count(beside)) == (3, 1)
    assert found(store, three[0].document).n_chunks == 3
    store.chunks.promote(beside)
    current = store.chunks.current_index()
    assert current is not None
    assert current.id == beside.id
    assert store.chunks.generation(index.id) is None
    assert found(store, three[0].document).n_chunks == 1
    store.chunks.drop_index(index)
    assert [held.id for held in store.chunks.indexes()] == [beside.id]
    assert store.chunks.count(index) == 0
    assert store.chunks.n_orders(index) == 0


def test_before_the_first_index_there_is_none(store: Store):
    assert store.chunks.current_index() is None


# Filters


@pytest.fixture
def library(store: Store, root: Root, index: IndexRecord) -> dict[str, str]:
    """Documents with one chunk each; name → the chunk's id."""
    sources = {
        "year": document("Year.", published="2023", publisher="Orsk Post", language="en"),
        "month": document("Month.", published="2023-05", publisher="ORSK POST", language="de"),
        "day": document("Day.", published="2023-05-31", publisher="Straße", language="en"),
        "time": document("Time.", published="2024-01-01T00:30:00Z"),
        "undated": document("Undated.", publisher="Orsk Post"),
    }
    ids = {}
    sources["undated"] = replace(sources["undated"], media_type="text/html")
    for name, made in sources.items():
        identity, version = put(store, root, f"{name}.md", made)
        one = chunk(identity, version, 0, len(made.text))
        index_chunks(store, index, identity, [one])
        ids[name] = one.id
    carry_out(store, index)
    return ids


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(), "year month day time undated"),
        (Filters(publishers=("orsk post",)), "year month undated"),
        (Filters(publishers=("STRASSE",)), "day"),
        (Filters(publishers=("Orsk",)), ""),
        (Filters(publishers=("Orsk Post", "straße")), "year month day undated"),
        (Filters(languages=("en",)), "year day"),
        (Filters(languages=("en", "de")), "year month day"),
        (Filters(media_types=("text/html",)), "undated"),
        (Filters(publishers=("orsk post",), languages=("de",)), "month"),
        # A date known to the year overlaps any range in that year; undated ones are left out.
        (Filters(since="2023-06-01"), "year time"),
        (Filters(since="2023-05-31"), "year month day time"),
        (Filters(until="2023-01-01"), "year"),
        (Filters(until="2023-05-01"), "year month"),
        (Filters(since="2023-05-10", until="2023-05-20"), "year month"),
        (Filters(since="2024-01-01", until="2024-01-01"), "time"),
        (Filters(since="2024-01-02"), ""),
        (Filters(until="2022-12-31"), ""),
        (Filters(since="1000-01-01", until="3000-01-01"), "year month day time"),
        (Filters(publishers=("x' OR 1=1 --",)), ""),
    ],
)
def test_filters_allow_the_chunks_of_the_documents_that_pass(
    store: Store, index: IndexRecord, library: dict[str, str], filters: Filters, names: str
):
    expected = {library[name] for name in names.split()}
    assert store.chunks.allowed(index, filters, 99) == expected


def test_documents_are_filtered_by_id(store: Store, index: IndexRecord, library: dict[str, str]):
    identity = document_id("/docs", "day.md")
    assert store.chunks.allowed(index, Filters(documents=(identity,)), 99) == {library["day"]}


def test_undated_documents_left_out_are_counted_among_those_that_pass_otherwise(
    store: Store, index: IndexRecord, library: dict[str, str]
):
    assert store.chunks.n_undated(index, Filters(since="2023-01-01")) == 1
    assert store.chunks.n_undated(index, Filters(publishers=("orsk post",), since="2023")) == 1
    assert store.chunks.n_undated(index, Filters(languages=("en",), since="2023-01-01")) == 0


def test_facets_count_the_documents_of_each_value(store: Store, library: dict[str, str]):
    assert store.chunks.facets("language") == {"en": 2, "de": 1}
    assert store.chunks.facets("media_type") == {"text/markdown": 4, "text/html": 1}
    with pytest.raises(ValueError, match="title"):
        store.chunks.facets("title; DROP TABLE documents")


# The file


def test_the_data_folder_is_for_its_owner_alone(tmp_path: Path):
    folder = tmp_path / "a" / "data"
    open_store(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_data_folder_that_was_open_to_others_is_closed_to_them(tmp_path: Path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    open_store(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_what_is_stored_is_there_when_it_is_opened_again(tmp_path: Path):
    with open_store(tmp_path) as opened:
        _, version = put(opened, opened.roots.add("/d", sample=True), "a", document("T."))
    with open_store(tmp_path) as opened:
        assert opened.documents.text_of(version) == "T."
        assert opened.roots.all()[0].sample is True
        assert opened.database.check() is None


def test_a_transaction_is_rolled_back_whole(store: Store, root: Root, index: IndexRecord):
    identity, _ = put(store, root, "a.md", document("Old.", title="Old"))
    before = (found(store, identity), store.documents.facts(identity))

    def interrupted() -> None:
        new = document("New.", title="New")
        with store.database.transaction() as connection:
            _, version = store.documents.put(connection, root, "a.md", new, file_sha256="f")
            made = [chunk(identity, version, 0, 4)]
            store.chunks.replace(connection, index, identity, made, ["k"])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (found(store, identity), store.documents.facts(identity)) == before
    assert store.chunks.count(index) == 0
    assert store.chunks.n_orders(index) == 0
    with pytest.raises(NotFoundError):
        store.documents.text_of(version_id("New."))
    put(store, root, "a.md", document("New."))  # the connection goes on


def test_a_full_disk_is_a_store_error(store: Store, root: Root):
    pages = store.database.connection().execute("PRAGMA page_count").fetchone()[0]
    store.database.connection().execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="full"):
        put(store, root, "a.md", document("long " * 100_000))


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path):
    open_store(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "store.sqlite3")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path)
    message = str(caught.value)
    assert "newer Attest (schema 99" in message
    assert "upgrade Attest or name another RAG_DATA_DIR" in message


def test_a_file_that_is_no_database_is_a_store_error_with_a_remedy(tmp_path: Path):
    (tmp_path / "store.sqlite3").write_bytes(b"this is no database" * 1000)
    with pytest.raises(StoreError, match=r"store\.sqlite3: file is not a database; run `rag doc"):
        open_store(tmp_path)
    assert (tmp_path / "store.sqlite3").read_bytes().startswith(b"this is no database")


def test_a_damaged_page_is_a_store_error_and_the_check_names_it(tmp_path: Path):
    with open_store(tmp_path) as opened:
        held = opened.roots.add("/d", sample=False)
        for number in range(50):
            put(opened, held, f"{number}.md", document(f"{number} " * 5_000))
        opened.database.purge()
    path = tmp_path / "store.sqlite3"
    data = bytearray(path.read_bytes())
    half = len(data) // 2
    data[half:] = b"\xff" * (len(data) - half)  # texts; the tables themselves stay readable
    path.write_bytes(bytes(data))
    with open_store(tmp_path) as opened:
        assert opened.database.check() is not None
        with pytest.raises(StoreError, match=r"malformed; run `rag doctor`"):
            opened.database.rows("SELECT text FROM versions")


def test_a_data_folder_that_cannot_be_made_is_a_store_error_with_a_remedy(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="name another with RAG_DATA_DIR"):
        open_store(tmp_path / "file" / "data")


def test_two_threads_write_and_read_one_store(store: Store, root: Root):
    problems: list[BaseException] = []
    barrier = threading.Barrier(2)

    def work(name: str) -> None:
        try:
            barrier.wait(timeout=10)
            for number in range(15):
                identity, version = put(store, root, f"{name}{number}", document(f"{name}{number}"))
                assert store.documents.text_of(version) == f"{name}{number}"
                store.answers.put(answer(f"{name}{number}", quotes={identity: version}))
        except BaseException as error:  # noqa: BLE001 (shown by the assertion below)
            problems.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert problems == []
    assert len(store.documents.records()) == 30
    assert store.answers.count() == 30


def test_a_reader_sees_one_state_while_another_thread_writes(store: Store, root: Root):
    with store.database.snapshot() as connection:
        before = connection.execute("SELECT count(*) FROM documents").fetchone()[0]
        writer = threading.Thread(target=put, args=(store, root, "a.md", document("Text.")))
        writer.start()
        writer.join(timeout=30)
        assert connection.execute("SELECT count(*) FROM documents").fetchone()[0] == before == 0
    assert len(store.documents.records()) == 1


def test_a_store_opened_twice_sees_what_the_other_wrote(tmp_path: Path):
    with open_store(tmp_path) as one, open_store(tmp_path) as other:
        held = one.roots.add("/d", sample=False)
        _, old = put(one, held, "a", document("Old."))
        assert other.documents.text_of(old) == "Old."
        one.forget(one.documents.records())
        with pytest.raises(NotFoundError):
            other.documents.fresh_text_of(old)

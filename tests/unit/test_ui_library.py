"""The library's pages in their states, over a made-up store: no model takes part."""

import threading
import time
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from rag.dates import Published
from rag.pipeline import build_pipeline
from rag.settings import load_settings
from rag.types import Block, Chunk, Document, DocumentRecord, Fact, Flag, Metadata, Page
from rag.ui import charts, document, known, library, reading, state, words

HOSTILE = '<script>alert(1)</script>![](https://evil.example/x.png)"'
ARABIC = "انهار الرصيف في صباح الثلاثاء."
LONG = "The quay gave way at nine. "


@pytest.fixture(autouse=True)
def _own_caches():
    library.documents.clear()
    document._painted.clear()
    state.jobs.clear()


@pytest.fixture
def pipeline(tmp_path):
    settings = load_settings(
        None, data_dir=tmp_path / "data", corpus_dir=tmp_path / "corpus", samples_dir=tmp_path
    )
    with build_pipeline(settings) as built:
        built.load = lambda: None
        yield built


def put(pipeline, source, text, *facts, **fields):
    """A document in the store, indexed as one passage."""
    store = pipeline.store
    root = store.roots.add("/made/up", sample=False)
    index = store.chunks.current_index() or store.chunks.new_index({"model": "no"}, current=True)
    made = Document(
        text=text,
        blocks=fields.pop("blocks", (Block("paragraph", 0, len(text)),)),
        facts=tuple(Fact(name, value, "file", "front matter") for name, value in facts),
        **{"media_type": "text/plain", **fields},
    )
    with store.database.transaction() as connection:
        identity, version = store.documents.put(
            connection, root, source, made, file_sha256=f"{abs(hash(source)):064x}"[:64]
        )
        chunk = Chunk(f"c-{source}", identity, version, 0, len(text), "")
        store.chunks.replace(connection, index, identity, [chunk], [f"k-{source}"])
    return identity


def page_over(pipeline, **parameters):
    def script(pipeline):
        from rag.ui import draw, library

        draw.styles()
        library.show(pipeline)

    app = AppTest.from_function(script, args=(pipeline,), default_timeout=20)
    for name, value in parameters.items():
        app.query_params[name] = str(value)
    return app.run()


def drawn(app):
    assert not app.exception
    return "\n".join(node.proto.body for node in app.get("html"))


def record(**known):
    fields = {"n_pages": 0, "state": "current", "media_type": "text/plain", "source": "a.txt"}
    fields |= {name: known.pop(name) for name in list(known) if name in fields}
    return DocumentRecord(
        id="d1",
        root="/r",
        version="v",
        metadata=Metadata(**known),
        n_chunks=3,
        n_chars=9,
        sample=False,
        **fields,
    )


def test_without_documents_the_page_says_how_to_add_some(pipeline):
    app = page_over(pipeline)
    assert "No document yet." in drawn(app)
    assert app.file_uploader[0].label == "Add documents"


def test_the_list_shows_what_is_known_and_names_what_is_not(pipeline):
    put(pipeline, "log.txt", LONG, ("title", HOSTILE), ("published", "1911-11"))
    put(pipeline, "bare.txt", LONG + "Again.")
    app = page_over(pipeline)
    lines = app.dataframe[0].value.to_dict("records")
    assert {line["File"]: line["Published"] for line in lines} == {
        "log.txt": "1911-11",
        "bare.txt": "unknown",
    }
    assert {line["Title"] for line in lines} == {HOSTILE, "Untitled"}
    html = drawn(app)
    assert "2 documents" in html
    assert "Dated to the month or closer: 1; date unknown: 1." in html
    assert "<script>alert" not in html


def test_words_without_their_accents_find_documents(pipeline):
    put(pipeline, "a.txt", LONG, ("title", "Émeutes à Zürich"))
    put(pipeline, "b.txt", LONG + "b", ("publisher", "Harbour Board"))
    app = page_over(pipeline)
    app.text_input(key="library-query").set_value("zurich emeutes").run()
    assert [line["File"] for line in app.dataframe[0].value.to_dict("records")] == ["a.txt"]
    assert "1 of 2 documents" in drawn(app)


def test_states_and_kinds_restrict_the_list():
    some = [
        record(title="A"),
        record(title="B", media_type="application/pdf"),
        record(title="C", state="failed"),
    ]
    assert [one.metadata.title for one in library.matching(some, "", kinds=["PDF"])] == ["B"]
    assert [one.metadata.title for one in library.matching(some, "", states=["failed"])] == ["C"]


def test_a_list_that_changed_is_read_anew(pipeline):
    put(pipeline, "a.txt", LONG)
    app = page_over(pipeline)
    identity = put(pipeline, "b.txt", LONG + "b")
    app.run()
    assert len(app.dataframe[0].value) == 2
    pipeline.describe(pipeline.store.documents.record(identity), {"title": "Described"})
    app.run()
    assert "Described" in list(app.dataframe[0].value["Title"])


def test_failed_files_stay_listed_with_their_reason_until_dealt_with(pipeline):
    root = pipeline.store.roots.add("/made/up", sample=False)
    pipeline.store.documents.put_failed(
        root,
        f"{HOSTILE}.pdf",
        file_sha256=None,
        loader=None,
        error=f"encrypted: {words.ASKS_PASSWORD}",
    )
    app = page_over(pipeline)
    html = drawn(app)
    assert "encrypted: type its password" in html
    assert "rag index" not in html
    assert "<script>alert" not in html
    assert [one.label for one in app.text_input if "Password" in one.label]
    labels = [button.label for button in app.button]
    assert "Try again" in labels
    assert "Forget" in labels


def test_a_document_shows_its_words_facts_and_what_to_look_at(pipeline):
    identity = put(
        pipeline,
        "log.txt",
        f"{LONG}{HOSTILE}",
        ("title", f"Log {HOSTILE}"),
        flags=(Flag("instructions", 0, 5, f"The {HOSTILE}"),),
        notes=("Half of it was left out.",),
    )
    html = drawn(page_over(pipeline, document=identity))
    assert "publisher unknown" in html
    assert "The quay gave way at nine." in html
    assert "the file, front matter, noted" in html
    assert "<strong>published</strong>: unknown" in html
    assert "Text that speaks to a machine instead of a person, <a " in html
    assert "&amp;at=0&amp;to=5" in html
    assert "characters 0 to 5</a>: " in html
    assert "Half of it was left out." in html
    assert "<script>alert" not in html
    assert "<img" not in html


def test_a_link_to_a_place_marks_it_and_brings_it_into_view(pipeline):
    text = "\n\n".join(f"Paragraph {number} of the log. {LONG * 20}" for number in range(60))
    identity = put(
        pipeline, "log.txt", text, blocks=tuple(_paragraphs(text)), media_type="text/plain"
    )
    start = text.index("Paragraph 41 of the log.")
    app = page_over(pipeline, document=identity, at=start, to=start + 24)
    html = drawn(app)
    assert '<mark id="attest-found"><bdi dir="ltr">Paragraph 41 of the log.</bdi></mark>' in html
    assert "scrollIntoView" in html
    assert app.session_state["document-piece"] > 0
    previous = next(one for one in app.button if one.label == "Previous part")
    previous.click().run()
    assert "attest-found" not in drawn(app).replace("getElementById('attest-found')", "")


def _paragraphs(text):
    start = 0
    for part in text.split("\n\n"):
        yield Block("paragraph", start, start + len(part))
        start += len(part) + 2


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"document": "nonesuch"}, "no document is called"),
        ({"document": "log.txt", "at": "99999"}, "The link names character 99,999"),
        ({"document": "log.txt", "at": "x", "to": "-1"}, "The quay gave way"),
        ({"document": "log.txt", "at": "5", "to": "2"}, "The quay gave way"),
        ({"document": "log.txt", "version": "0" * 64}, "is not kept any more"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_clear_line(pipeline, parameters, said):
    put(pipeline, "log.txt", LONG)
    assert said in drawn(page_over(pipeline, **parameters))


def test_a_former_version_says_that_it_is_one(pipeline):
    identity = put(pipeline, "log.txt", LONG)
    before = pipeline.store.documents.record(identity).version
    put(pipeline, "log.txt", "All is well.")
    html = drawn(page_over(pipeline, document=identity, version=before))
    assert "This is a former version: the" in html
    assert "The quay gave way at nine." in html


def test_a_former_version_says_when_the_change_was_seen():
    kept = [
        {"version": "a", "first_seen": "2024-01-01T08:00:00Z", "last_seen": "2024-01-02T08:00:00Z"},
        {"version": "b", "first_seen": "2024-03-05T09:30:00Z", "last_seen": "2024-03-06T08:00:00Z"},
    ]
    assert "the source changed on 5 March 2024, 09:30 UTC" in document._former(kept, "a")
    assert document._former(kept, "b") == ("This is a former version: the file has changed since.")


def test_the_words_of_another_document_are_not_shown_under_this_ones_title(pipeline):
    put(pipeline, "log.txt", LONG)
    other = pipeline.store.documents.record(put(pipeline, "b.txt", "All is well.")).version
    html = drawn(page_over(pipeline, document="log.txt", version=other))
    assert "is not kept any more, or never was one." in html
    assert "All is well." not in html


def test_a_file_that_was_never_read_says_why_and_shows_no_text(pipeline):
    root = pipeline.store.roots.add("/made/up", sample=False)
    pipeline.store.documents.put_failed(
        root, "a.pdf", file_sha256=None, loader=None, error="damaged: no PDF"
    )
    html = drawn(page_over(pipeline, document="a.pdf"))
    assert "This file could not be read: damaged: no PDF" in html


def test_more_places_than_are_counted_are_said_to_be_more(pipeline):
    identity = put(pipeline, "log.txt", "a " * (reading.MAX_FOUND + 5))
    app = page_over(pipeline, document=identity)
    app.text_input(key="document-words").set_value("A").run()
    assert "1 of the first 1,000 places" in drawn(app)


def test_empty_lines_at_the_top_of_a_text_do_not_move_what_is_marked(pipeline):
    identity = put(pipeline, "log.txt", f"\n\n{LONG}")
    html = drawn(page_over(pipeline, document=identity, at=6, to=10))
    assert '<mark id="attest-found"><bdi dir="ltr">quay</bdi></mark>' in html
    assert '<bdi dir="ltr">The </bdi>' in html


def test_words_are_found_counted_and_gone_through(pipeline):
    text = "\n\n".join(f"The quay, part {number}. {LONG * 20}" for number in range(40))
    identity = put(pipeline, "log.txt", text, blocks=tuple(_paragraphs(text)))
    app = page_over(pipeline, document=identity)
    app.text_input(key="document-words").set_value("THE QUAY, part").run()
    html = drawn(app)
    assert "1 of 40 places" in html
    assert html.count('id="attest-found"') == 1
    for _ in range(30):
        next(one for one in app.button if one.label == "Next match").click()
        app.run()
    assert "31 of 40 places" in drawn(app)
    assert app.session_state["document-piece"] > 0
    assert '</mark><bdi dir="ltr"> 30. The quay' in drawn(app)
    app.text_input(key="document-words").set_value("harbour").run()
    assert "do not stand in it" in drawn(app)


def test_pages_are_shown_one_at_a_time_with_what_is_printed_on_them(pipeline):
    identity = put(
        pipeline,
        "report.pdf",
        "First page.\n\nSecond page.",
        pages=(Page(1, 0, 11, "i"), Page(2, 13, 25)),
        media_type="application/pdf",
    )
    app = page_over(pipeline, document=identity)
    html = drawn(app)
    assert "First page." in html
    assert "Second page." not in html
    assert "The original is not kept, so there are no pictures of its pages." in html
    next(one for one in app.button if one.label == "Next page").click().run()
    assert "Second page." in drawn(app)
    # The address goes along: a reload, which is a session of its own, shows the page again.
    assert app.query_params["at"] in ("13", ["13"])
    assert "Second page." in drawn(page_over(pipeline, document=identity, at=13))
    box = next(one for one in app.selectbox if one.label == "Go to page")
    assert box.options == ["page 1 (printed i)", "page 2"]


def test_text_from_right_to_left_is_shown_so(pipeline):
    identity = put(pipeline, "ar.txt", ARABIC)
    html = drawn(page_over(pipeline, document=identity))
    assert 'dir="rtl" class="attest-text"' in html


def test_a_correction_is_saved_with_its_origin_and_a_bad_date_is_named(pipeline):
    identity = put(pipeline, "log.txt", LONG, ("publisher", "Wrong"), ("title", "Log"))
    app = page_over(pipeline, document=identity)
    boxes = {one.label: one for one in app.text_input}
    boxes["Published"].set_value("03/04/2024")
    save = next(one for one in app.button if one.label == "Save")
    save.click().run()
    assert "no date that can be read in one way" in drawn(app)
    boxes = {one.label: one for one in app.text_input}
    boxes["Published"].set_value("2024-03")
    boxes["Publisher"].set_value("")
    boxes["Authors"].set_value("A. Author; B. Author")
    next(one for one in app.button if one.label == "Save").click().run()
    held = pipeline.store.documents.record(identity).metadata
    assert held.published == Published("2024-03", "month")
    assert held.publisher is None
    assert held.authors == ("A. Author", "B. Author")
    assert held.title == "Log"
    assert "by hand, noted" in drawn(app)


def test_a_correction_while_documents_are_indexed_waits_its_turn_and_nobody_for_it(pipeline):
    identity = put(pipeline, "log.txt", LONG)
    go = threading.Event()
    app = page_over(pipeline, document=identity)
    state.jobs().start("indexing", "a long run", lambda _: (str(go.wait(20)),))
    boxes = {one.label: one for one in app.text_input}
    boxes["Publisher"].set_value("Harbour Board")
    boxes["Published"].set_value("soon")
    next(one for one in app.button if one.label == "Save").click().run()
    assert "no date that can be read in one way" in drawn(app)
    boxes = {one.label: one for one in app.text_input}
    boxes["Published"].set_value("")
    next(one for one in app.button if one.label == "Save").click().run()
    assert "saved once the indexing that is under way is done" in drawn(app)
    assert pipeline.store.documents.record(identity).metadata.publisher is None
    go.set()
    deadline = time.monotonic() + 20
    while pipeline.store.documents.record(identity).metadata.publisher is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert pipeline.store.documents.record(identity).metadata.publisher == "Harbour Board"


def test_what_is_left_as_it_is_stays():
    before = {"title": "A", "publisher": "", "authors": "B; C"}
    assert known.changes(before, dict(before)) == ({}, [], [])
    assert known.changes(before, {"title": " ", "publisher": "P", "authors": "B"}) == (
        {"publisher": "P"},
        ["B"],
        ["title"],
    )


def test_months_count_what_is_dated_to_the_month_or_closer():
    some = [
        record(published=Published("2024-03-12", "day")),
        record(published=Published("2024-03", "month")),
        record(published=Published("2023", "year")),
        record(),
    ]
    assert charts.months(some) == ({"2024-03": 2}, 1, 1)


def test_publishers_beyond_the_first_are_summed_and_the_unknown_are_last():
    some = [record(publisher=f"P{number}") for number in range(20)]
    some += [record(publisher="Big"), record(publisher="Big"), record()]
    rows = charts.by_publisher(some)
    assert rows[0] == ("Big", 2)
    assert rows[-2] == ("6 others", 6)
    assert rows[-1] == (charts.UNKNOWN, 1)


@pytest.mark.parametrize(
    ("media_type", "said"),
    [("application/pdf", "PDF"), ("x/new-kind", "x/new-kind"), (None, "unknown")],
)
def test_a_kind_is_said_as_people_call_it(media_type, said):
    assert words.kind(media_type) == said


def test_what_to_look_at_is_said_in_a_few_words():
    flagged = replace(
        record(),
        flags=(Flag("hidden", 0, 1, "a"), Flag("hidden", 2, 3, "b")),
        notes=("n",),
    )
    assert words.to_look_at(flagged) == "hidden (2), 1 note"

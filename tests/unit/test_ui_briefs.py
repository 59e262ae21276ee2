"""The page of briefs in its states; no embedding model takes part."""

import pytest
from streamlit.testing.v1 import AppTest

import kept_briefs as kept
from rag.brief import editing
from rag.brief.citing import resolver
from rag.pipeline import build_pipeline
from rag.settings import load_settings
from rag.ui import state
from rag.ui.brief_editing import neighbour

HOSTILE = '<script>alert(1)</script>![](https://evil.example/x.png)"'


@pytest.fixture(autouse=True)
def _own_caches(monkeypatch):
    monkeypatch.setattr(state, "owner", lambda: "")  # as on a page that this machine alone reaches
    for cache in (state.service, state.warm_up, state.choices, state.jobs):
        cache.clear()


@pytest.fixture
def pipeline(tmp_path, monkeypatch):
    for name, folder in (("DATA", "data"), ("CORPUS", "corpus"), ("SAMPLES", "samples")):
        monkeypatch.setenv(f"RAG_{name}_DIR", str(tmp_path / folder))
    monkeypatch.chdir(tmp_path)
    with build_pipeline(load_settings(None)) as built:
        yield built


def drawn(pipeline, **address):
    """The page alone, as `app.py` would run it at its address."""

    def script():
        from rag.ui import briefs, draw
        from rag.ui import state as shared

        draw.styles()
        briefs.show(shared.service())

    app = AppTest.from_function(script, default_timeout=30)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def html(app):
    return "\n".join(element.proto.body for element in app.get("html"))


def test_without_a_brief_the_page_says_what_one_is(pipeline):
    app = drawn(pipeline)
    assert "A brief is made of answers and of your own text" in html(app)


def test_a_brief_is_begun_with_its_heads_and_opened(pipeline):
    app = drawn(pipeline)
    app.text_input[0].set_value("Velm in spring")
    app.text_input[1].set_value("Ada Berg")
    app.text_input[2].set_value("25 November 2026")
    next(button for button in app.button if button.label == "Begin").click()
    app.run()
    [row] = pipeline.store.briefs.all("")
    brief = pipeline.store.briefs.get(row.id)
    assert (brief.title, brief.author, brief.date) == ("Velm in spring", "Ada Berg", "2026-11-25")
    assert app.query_params["brief"] == row.id


def test_what_cannot_be_begun_is_said(pipeline):
    app = drawn(pipeline)
    app.text_input[0].set_value("Velm")
    app.text_input[2].set_value("soon")
    next(button for button in app.button if button.label == "Begin").click()
    app.run()
    assert "is no date that can be read" in html(app)
    assert pipeline.store.briefs.all() == []


def test_an_unknown_brief_in_the_address_is_said(pipeline):
    assert "no brief is called" in html(drawn(pipeline, brief="nothing"))


def test_a_brief_is_shown_with_places_and_keys_and_foreign_text_stays_text(pipeline):
    store = pipeline.store
    harbour, _ = kept.fill(store)
    answer = kept.harbour_answer(store, harbour)
    brief = kept.saved(
        store,
        lambda one: editing.add_answer(one, answer, HOSTILE),
        lambda one: editing.add_text(one, HOSTILE, resolver(store)),
        title=HOSTILE,
        handling=HOSTILE,
    )
    shown = html(drawn(pipeline, brief=brief.id))
    [key] = brief.citations()
    assert f"[@{key}]" in shown
    assert "Velm Gazette, “Harbour notice” (3 May 2021)" in shown
    assert "<script>alert" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_an_edit_of_a_version_that_is_not_the_latest_is_said_and_undoes_nothing(pipeline):
    store = pipeline.store
    harbour, _ = kept.fill(store)
    brief = kept.saved(
        store, lambda one: editing.add_answer(one, kept.harbour_answer(store, harbour), "One")
    )
    app = drawn(pipeline, brief=brief.id)
    editing.save(store, editing.renamed(brief, "1", "Meanwhile"))
    remove = next(button for button in app.button if button.key == "remove-1")
    remove.click()
    app.run()
    assert "was changed meanwhile" in html(app)
    assert [one.heading for one in store.briefs.get(brief.id).sections] == ["Meanwhile"]


@pytest.mark.parametrize(
    ("place", "step", "to"),
    [
        ("2", -1, "1"),
        ("1", 1, "2"),
        ("1.2", -1, "1.1"),
        ("1.1", 1, "1.2"),
        ("1.2", 1, "2.1"),
        ("2.1", -1, "1"),
    ],
)
def test_a_part_moves_past_the_end_of_its_section(pipeline, place, step, to):
    resolve = resolver(pipeline.store)
    brief = pipeline.store.briefs.new("B")
    for section, text in (("A", "1"), ("A", "2"), ("B", "3")):
        brief = editing.add_text(
            brief
            if any(one.heading == section for one in brief.sections)
            else editing.add_section(brief, section).brief,
            text,
            resolve,
            section,
        ).brief
    assert neighbour(brief, place, step) == to


def written(app, item, version, text):
    """Type a text into a part's box and save it."""
    key = f"words-{item.id}-{version}"
    next(area for area in app.text_area if area.key == key).set_value(text)
    form = f"form-{item.id}"
    next(one for one in app.button if one.label == "Save" and one.proto.form_id == form).click()
    app.run()


@pytest.mark.parametrize("same_part", [False, True])
def test_words_typed_while_another_saved_are_kept_and_overwrite_nothing(pipeline, same_part):
    store, resolve = pipeline.store, resolver(pipeline.store)
    brief = kept.saved(
        store,
        lambda one: editing.add_section(one, "A"),
        lambda one: editing.add_text(one, "First.", resolve),
        lambda one: editing.add_text(one, "Second.", resolve),
    )
    app = drawn(pipeline, brief=brief.id)
    editing.save(store, editing.with_text(brief, "1.1" if same_part else "1.2", "Theirs.", resolve))
    written(app, brief.sections[0].items[0], brief.version, "Mine.")
    texts = [item.text for item in store.briefs.get(brief.id).items()]
    if same_part:
        assert texts == ["Theirs.", "Second."]
        assert "was changed meanwhile" in html(app)
        assert [block.value for block in app.code] == ["Mine."]
    else:
        assert texts == ["Mine.", "Theirs."]

"""The page in its states, drawn from made-up values: no embedding model takes part."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.errors import ConfigurationError
from rag.pipeline import build_pipeline
from rag.settings import load_settings
from rag.store.documents import Root
from rag.types import (
    Answer,
    AnswerSentence,
    Block,
    CheckedSentence,
    Chunk,
    Citation,
    Document,
    Dropped,
    Fact,
    Passage,
    Writing,
)
from rag.ui import state

APP = str(Path(__file__).parents[2] / "app.py")
LEAD = "The lamp went out at nine."
LEANING = "It was never lit again."
TEXT = f"Keeper's log, Gull Rock.\n\n{LEAD} {LEANING}\n\nThe boat came on <b>Friday</b>."
HOSTILE = '<script>alert(1)</script>![](https://evil.example/x.png)"'


@pytest.fixture(autouse=True)
def _own_caches(monkeypatch):
    monkeypatch.setattr(state, "owner", lambda: "")  # as on a page that this machine alone reaches
    state.service.clear()
    state.warm_up.clear()
    state.choices.clear()
    state.jobs.clear()


@pytest.fixture
def pipeline(tmp_path):
    """A service whose store holds one document, without ever having loaded a model."""
    settings = load_settings(
        None, data_dir=tmp_path / "data", corpus_dir=tmp_path / "corpus", samples_dir=tmp_path
    )
    with build_pipeline(settings) as built:
        built.load = lambda: None  # the made-up index below is none
        yield built


@pytest.fixture
def kept(pipeline):
    """An answer in the store, with the document it cites."""
    store = pipeline.store
    root: Root = store.roots.add("/made/up", sample=False)
    document = Document(
        text=TEXT,
        blocks=(Block("paragraph", 0, len(TEXT)),),
        facts=(Fact("title", f"The log {HOSTILE}", "file"), Fact("publisher", HOSTILE, "file")),
        media_type="text/plain",
    )
    index = store.chunks.new_index({"model": "none"}, current=True)
    with store.database.transaction() as connection:
        identity, version = store.documents.put(
            connection, root, "log.txt", document, file_sha256="0" * 64
        )
        chunk = Chunk("c1", identity, version, 0, len(TEXT), "")
        store.chunks.replace(connection, index, identity, [chunk], ["k1"])
    given = made_up(identity, version)
    store.answers.put(given)
    return given


def made_up(document, version):
    source = {
        "document": document,
        "version": version,
        "chunk": "c1",
        "source": "log.txt",
        "title": f"The log {HOSTILE}",
        "publisher": None,
        "published": "1911-11",
        "published_precision": "month",
        "url": None,
        "page": 4,
        "page_end": 5,
    }

    def citation(number, quote):
        start = TEXT.index(quote)
        return Citation(number=number, start=start, end=start + len(quote), quote=quote, **source)

    passage = Passage(
        rank=1, score=0.9, dense=0.5, lexical=7.25, start=0, end=len(TEXT), text=TEXT, **source
    )
    return Answer(
        id="a1b2c3d4e5f6",
        question="When did the lamp go out?",
        query="When did the lamp go out?",
        asked_at="2026-11-22T09:00:00Z",
        mode="extractive",
        model=None,
        abstained=False,
        reason=None,
        confidence=0.8,
        threshold=0.5,
        notices=("Sample documents: put your own into the corpus folder.",),
        short_answer=None,
        sentences=(
            AnswerSentence(LEAD, "context", (1,)),
            AnswerSentence(LEANING, "answer", (2,), needs_context=True),
        ),
        citations=(citation(1, LEAD), citation(2, LEANING)),
        passages=(
            replace(passage, used=True),
            replace(
                passage,
                rank=2,
                chunk="c2",
                start=26,
                end=52,
                text=TEXT[26:52],
                matches=((4, 8),),
                why_not_used=f"it is {HOSTILE}",
            ),
        ),
        dropped=(Dropped("[9]", "no passage has this number"),),
        seconds={"retrieve": 0.02, "answer": 0.05},
    )


def page_over(pipeline, **parameters):
    def script(pipeline):
        from rag.ui import ask

        ask.show(pipeline)

    app = AppTest.from_function(script, args=(pipeline,), default_timeout=20)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def drawn(app):
    """All markup of ours on the page, in order."""
    assert not app.exception
    return "\n".join(node.proto.body for node in app.get("html"))


def test_before_anything_is_indexed_the_page_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("RAG_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RAG_CORPUS_DIR", str(tmp_path / "corpus <b>"))
    monkeypatch.chdir(tmp_path)  # no .env of the person who runs the tests
    app = AppTest.from_file(APP, default_timeout=20).run()
    assert "Nothing is indexed yet" in drawn(app)
    assert "corpus &lt;b&gt;" in drawn(app)
    assert [button.label for button in app.button] == ["Index now"]
    assert app.title[0].value == "Attest"
    assert "Offline: nothing leaves this machine." in drawn(app)


def test_with_nothing_to_index_the_error_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("RAG_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RAG_SAMPLES_DIR", str(tmp_path / "none"))
    monkeypatch.chdir(tmp_path)
    app = AppTest.from_file(APP, default_timeout=60).run()
    next(one for one in app.button if one.label == "Index now").click().run()
    deadline = time.monotonic() + 60
    while "there is nothing to index" not in drawn(app):
        assert time.monotonic() < deadline
        time.sleep(0.1)
        app.run()
    next(one for one in app.button if one.label == "Put away").click().run()
    assert "there is nothing to index" not in drawn(app)


def test_a_setting_that_is_none_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("RAG_KAY", "3")
    monkeypatch.chdir(tmp_path)
    app = AppTest.from_file(APP, default_timeout=20).run()
    assert "RAG_KAY is no setting" in drawn(app)


def test_a_kept_answer_comes_back_by_its_address_without_being_asked_again(pipeline, kept):
    app = page_over(pipeline, answer=kept.id)
    html = drawn(app)
    assert f'<h2 dir="ltr"><bdi dir="ltr">{kept.question}</bdi></h2>' in html
    assert f"kept as {kept.id}" in html
    assert pipeline.store.answers.count() == 1


def test_an_answer_has_its_chips_in_reading_order_and_its_notices(pipeline, kept):
    html = drawn(page_over(pipeline, answer=kept.id))
    assert html.index('href="#attest-source-1"') < html.index('href="#attest-source-2"')
    assert "Sample documents" in html
    assert "1 citation of the draft did not hold" in html


def test_the_short_answer_comes_first_with_the_chip_of_its_sentence(pipeline, kept):
    assert "attest-short" not in drawn(page_over(pipeline, answer=kept.id))
    short = replace(kept, id="b1b2c3d4e5f6", short_answer="never lit <b>")
    held = replace(short.sentences[1], text="It was never lit <b> again.")
    pipeline.store.answers.put(replace(short, sentences=(short.sentences[0], held)))
    html = drawn(page_over(pipeline, answer=short.id))
    first = html.index('class="attest-short"')
    assert "never lit &lt;b&gt;" in html[first : first + 200]
    assert 'href="#attest-source-2"' in html[first : first + 400]
    assert first < html.index("attest-sentence")


def written(kept):
    """The kept answer as a chat model would have written it, one sentence of it left out."""
    rows = (
        CheckedSentence(LEAD, (1,), "supported", 0.9, shown=True),
        CheckedSentence(HOSTILE, (1,), "contradicted", 0.6, ('"9" is not there <i>',)),
    )
    return replace(
        kept,
        id="c1b2c3d4e5f6",
        mode="chat",
        model="fake:model <b>",
        sentences=(
            AnswerSentence(LEAD, "answer", (1,), "supported"),
            AnswerSentence(LEANING, "answer", (2,), "partly"),
        ),
        writing=Writing("fake:model <b>", "0", (1,), ("reply",), rows),
    )


def test_what_a_model_wrote_shows_its_doubts_and_what_was_left_out(pipeline, kept):
    given = written(kept)
    pipeline.store.answers.put(given)
    app = page_over(pipeline, answer=given.id)
    html = drawn(app)
    assert html.count("(the sources may not say all of this)") == 1
    labels = [one.label for one in app.expander]
    assert "Left out of what the model wrote: 1 sentence" in labels
    assert "The sources say otherwise: &quot;9&quot; is not there &lt;i&gt;." in html
    assert "Written by fake:model &lt;b&gt;, every sentence checked" in html
    assert HOSTILE not in html


def test_an_answer_is_heard_while_it_is_written():
    def script():
        from rag.asking import Found
        from rag.types import CheckedSentence
        from rag.ui.live import Live
        from rag.writing import Settled, Token

        for events in (
            [],
            [Found(())],
            [Found(()), Token("The lamp <b>")],
            [Found(()), Settled(CheckedSentence("It went out <i>.", (1,), "supported", 0.9))],
        ):
            live = Live("When <u>?", "Reading the corpus")
            live.hear(events)
            live.draw()

    html = drawn(AppTest.from_function(script, default_timeout=20).run())
    assert html.count("When &lt;u&gt;?") == 4
    assert "Reading the corpus…" in html
    assert "The model reads…" in html
    assert "The model writes; nothing is checked yet." in html
    assert "The lamp &lt;b&gt;" in html
    assert "It went out &lt;i&gt;." in html
    assert "(supported)" in html


def test_context_is_quieter_and_a_leaning_sentence_is_marked(pipeline, kept):
    html = drawn(page_over(pipeline, answer=kept.id))
    assert html.count('class="attest-context"') == 1
    assert html.count("refers to something outside this sentence; its paragraph is shown") == 1


def test_sources_show_the_quote_marked_in_its_surroundings_and_what_is_unknown(pipeline, kept):
    html = drawn(page_over(pipeline, answer=kept.id))
    assert f'<mark><bdi dir="ltr">{LEAD}</bdi></mark>' in html
    assert "Keeper&#x27;s log, Gull Rock." in html
    assert "publisher unknown" in html
    assert "November 1911 (day unknown)" in html
    assert "pages 4–5" in html


def test_what_was_not_used_is_below_with_its_scores_reason_and_matches(pipeline, kept):
    app = page_over(pipeline, answer=kept.id)
    assert app.expander[0].label == "Retrieved, not used (1)"
    below = app.expander[0].get("html")[0].proto.body
    assert "rank 2 · score 0.90 · dense 0.50 · lexical 7.2" in below
    assert '<mark><bdi dir="ltr">lamp</bdi></mark>' in below


def test_text_of_sources_is_never_markup_nor_markdown(pipeline, kept):
    app = page_over(pipeline, answer=kept.id)
    html = drawn(app)
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    # Everything that Streamlit would read as Markdown is ours.
    for node in (*app.markdown, *app.caption, *app.expander):
        assert "evil.example" not in getattr(node, "value", "") + getattr(node, "label", "")


def test_a_citation_that_no_longer_holds_is_said_to_and_its_words_are_not_shown(pipeline, kept):
    wrong = replace(kept.citations[1], quote="It was lit again.", end=kept.citations[1].end - 6)
    broken = replace(
        kept,
        id="broken000000",
        sentences=(kept.sentences[0], replace(kept.sentences[1], text="It was lit again.")),
        citations=(kept.citations[0], wrong),
        passages=(),
    )
    pipeline.store.answers.put(broken)
    html = drawn(page_over(pipeline, answer=broken.id))
    assert "This citation no longer holds: the words are not those of the source" in html
    assert "1 sentence not shown" in html
    assert LEAD in html
    assert 'href="#attest-source-2"' not in html


def test_of_a_forgotten_document_no_words_are_shown(pipeline, kept):
    pipeline.store.forget([pipeline.store.documents.record(kept.citations[0].document)])
    index = pipeline.store.chunks.current_index()
    other = Document("Other.", (Block("paragraph", 0, 6),), (), "text/plain")
    root = pipeline.store.roots.add("/made/up", sample=False)
    with pipeline.store.database.transaction() as connection:
        identity, version = pipeline.store.documents.put(
            connection, root, "other.txt", other, file_sha256="1" * 64
        )
        chunk = Chunk("c9", identity, version, 0, 6, "")
        pipeline.store.chunks.replace(connection, index, identity, [chunk], ["k9"])
    html = drawn(page_over(pipeline, answer=kept.id))
    assert "This citation no longer holds: the text it quotes is not in the store" in html
    assert "This passage is not in the store any more." in html
    assert LEAD not in html
    assert LEANING not in html


def test_abstaining_says_why_how_sure_and_shows_the_nearest_passages(pipeline, kept):
    abstained = replace(
        kept,
        id="abstained000",
        abstained=True,
        reason="The corpus does not say: the nearest passages hold few of the words.",
        confidence=0.31,
        sentences=(),
        citations=(),
        withheld=kept.sentences,
        withheld_citations=kept.citations,
    )
    pipeline.store.answers.put(abstained)
    app = page_over(pipeline, answer=abstained.id)
    html = drawn(app)
    assert "The corpus does not say" in html
    assert "The nearest passages hold few of the words." in html
    assert "Confidence 0.31; an answer is given from 0.50." in html
    assert "The nearest passages</h3>" in html
    assert "attest-chip" not in html


def test_filters_of_the_address_are_in_force_and_named(pipeline, kept):
    app = page_over(
        pipeline, answer=kept.id, publisher=[HOSTILE, "Unheard of"], since="1911", type="text/plain"
    )
    assert app.multiselect(key="publishers").value == [HOSTILE, "Unheard of"]
    assert app.text_input(key="since").value == "1911"
    html = drawn(app)
    assert "Unheard of; type text/plain; from 1911." in html
    assert "<script" not in html


def test_clearing_the_filters_clears_them_all(pipeline, kept):
    app = page_over(pipeline, publisher="Unheard of", since="1911")
    next(button for button in app.button if button.label == "Clear filters").click().run()
    assert "No filters in force: searching 1 document." in drawn(app)
    assert not app.query_params


def test_a_filter_that_is_no_date_is_one_clear_line_and_nothing_is_asked(pipeline, kept):
    app = page_over(pipeline, q="When?", since="![x](https://evil.example/x.png)")
    html = drawn(app)
    assert "which is no date; write 2023, 2023-10 or 2023-10-07." in html
    assert pipeline.store.answers.count() == 1
    assert not app.markdown or "evil" not in app.markdown[0].value


def test_a_document_that_is_not_there_is_one_line(pipeline, kept):
    app = page_over(pipeline, answer="nothing", document="no-such-document")
    html = drawn(app)
    assert "The answer nothing is not kept here" in html
    assert "Only document no-such-document." in html


def test_other_questions_of_a_conversation_are_lines_that_open_them(pipeline, kept):
    store = pipeline.store
    held = store.conversations.add(kept.id, to=None, owner="")
    for number in range(6):
        later = replace(kept, id=f"later{number:07d}", question=f"Then {HOSTILE} {number}?")
        store.answers.put(later)
        store.conversations.add(later.id, to=held, owner="")
    app = page_over(pipeline, answer=later.id)
    assert app.query_params["answer"] == later.id
    html = drawn(app)
    assert "In this conversation" in html
    labels = [one.label for one in app.button if one.key and one.key.startswith("turn-")]
    assert len(labels) == 4
    assert "4?" in labels[0]
    assert all("\\<script\\>" in label for label in labels)
    assert "2 more" in [one.label for one in app.expander]
    app.button(key="turn-button-later0000003").click().run()
    assert "kept as later0000003" in drawn(app)
    assert app.query_params["answer"] == "later0000003"
    assert app.query_params["conversation"] == held
    assert store.answers.count() == 7


def test_an_address_of_a_conversation_opens_its_last_answer(pipeline, kept):
    held = pipeline.store.conversations.add(kept.id, to=None, owner="")
    assert f"kept as {kept.id}" in drawn(page_over(pipeline, conversation=held))


def test_an_address_of_a_conversation_that_is_gone_is_an_empty_page(pipeline, kept):
    html = drawn(page_over(pipeline, conversation="gone"))
    assert "No filters in force" in html
    assert "kept as" not in html


def test_conversations_are_listed_only_once_they_are_asked_for(pipeline, kept):
    store = pipeline.store
    held = store.conversations.add(kept.id, to=None, owner="")
    store.conversations.rename(held, "![x](https://evil.example/x.png) **bold**")
    app = page_over(pipeline)
    assert not [one for one in app.button if one.key == f"open-{held}"]
    app.session_state["history"] = True
    app.run()
    assert "\\!\\[x\\]" in app.button(key=f"open-{held}").label
    app.button(key=f"open-{held}").click().run()
    assert f"kept as {kept.id}" in drawn(app)
    next(one for one in app.button if one.label == "New conversation").click().run()
    assert "kept as" not in drawn(app)
    assert not app.query_params


def test_an_answer_made_within_other_filters_says_so(pipeline, kept):
    within = replace(kept, id="within000000", settings={"filters": {"publishers": ["A <b>"]}})
    pipeline.store.answers.put(within)
    html = drawn(page_over(pipeline, answer=within.id))
    assert "Asked within other filters: Only publisher A &lt;b&gt;." in html
    html = drawn(page_over(pipeline, answer=within.id, publisher="A <b>"))
    assert "Asked within other filters" not in html


def test_what_a_chip_shows_is_the_quote_and_where_it_is_from(pipeline, kept):
    html = drawn(page_over(pipeline, answer=kept.id))
    first = html.index('class="attest-tip"')
    tip = html[first : first + 900]
    assert "November 1911 (day unknown), pages 4–5, about 115 years old when asked" in tip
    assert LEAD in tip
    assert 'href="library?document=' in html


def test_an_error_while_asking_is_one_line_and_is_not_tried_again_by_itself(pipeline, kept):
    asked = []

    def failing(question, **_):
        asked.append(question)
        raise ConfigurationError("the key <b> was refused; correct it")

    pipeline.ask = failing
    app = page_over(pipeline, q="When?")
    assert "the key &lt;b&gt; was refused" in drawn(app)
    app.run()
    assert asked == ["When?"]
    next(one for one in app.button if one.label == "Ask again").click().run()
    assert asked == ["When?", "When?"]


def test_a_question_is_asked_once_and_joins_its_conversation(pipeline, kept):
    asked = []

    def answering(question, *, filters, watch):
        asked.append((question, filters))
        made = replace(kept, id=f"made{len(asked):08d}", question=question)
        pipeline.store.answers.put(made)
        return made

    pipeline.ask = answering
    app = page_over(pipeline)
    app.chat_input[0].set_value("  First?  ").run()
    assert "kept as made00000001" in drawn(app)
    app.chat_input[0].set_value("Second?").run()
    app.run()
    assert [question for question, _ in asked] == ["First?", "Second?"]
    (held,) = pipeline.store.conversations.all("")
    assert held.title == "First?"
    assert pipeline.store.conversations.answers(held.id) == ["made00000001", "made00000002"]
    app.text_input(key="since").set_value("1911").run()
    assert asked[2][0] == "Second?"
    assert asked[2][1].since == "1911"
    assert pipeline.store.conversations.answers(held.id) == ["made00000001", "made00000003"]
    assert app.query_params["since"] == "1911"

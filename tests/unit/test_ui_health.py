"""The page of settings and health: what is in force and what is wrong, and nothing secret."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from rag.doctor import Findings, reached
from rag.pipeline import build_pipeline
from rag.settings import Settings, load_settings
from rag.ui import health

SECRET = "sk-very-secret-0123456789"
HOSTILE = "<script>alert(1)</script>![x](https://evil.example/x.png)"


@pytest.fixture(autouse=True)
def _own_caches():
    health.examined.clear()


@pytest.fixture
def pipeline_with(tmp_path):
    opened = []

    def make(**settings):
        given = {"data_dir": tmp_path / "data", "corpus_dir": tmp_path / "corpus", **settings}
        opened.append(build_pipeline(load_settings(None, **given)))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def page_over(pipeline):
    def script(pipeline):
        from rag.ui import health

        health.show(pipeline)

    app = AppTest.from_function(script, args=(pipeline,), default_timeout=60).run()
    ends = time.monotonic() + 60
    while "Examining" in drawn(app) and time.monotonic() < ends:
        time.sleep(0.1)
        app.run()
    return app


def drawn(app):
    assert not app.exception
    return "\n".join(node.proto.body for node in app.get("html"))


def everything(app):
    """All that is sent to a browser."""
    return drawn(app) + "".join(
        str(getattr(node, "proto", "")) for node in (*app.button, *app.expander, *app.markdown)
    )


def test_what_is_in_force_is_said_in_words(pipeline_with, tmp_path):
    app = page_over(pipeline_with(k=7))
    html = drawn(app)
    assert "Offline: nothing leaves this machine." in html
    assert "No problem was found." in html
    assert str(tmp_path / "data") in html
    assert "Size on disk" in html
    assert "none: the sources&#x27; own sentences" in html
    assert "Streamlit" in html
    assert "Examined " in html


def test_settings_stand_with_what_they_mean_and_what_the_default_is(pipeline_with):
    app = page_over(pipeline_with(k=7))
    html = drawn(app)
    assert "Nothing is changed here" in html
    assert "RAG_K</span>" in html
    assert "passages retrieved for a question" in html
    assert html.index("RAG_K<") < html.index("RAG_DENSE_WEIGHT")  # what was set comes first
    left = len(Settings.model_fields) - 3
    assert [one.label for one in app.expander] == [f"Left at their defaults ({left})"]


def test_problems_come_first_each_with_its_remedy():
    def script(found):
        from rag.ui import health

        health.findings(found)

    given = Findings({"store": {"documents": HOSTILE}}, [f"{HOSTILE} could not be read; mend it"])
    app = AppTest.from_function(script, args=(given,), default_timeout=60).run()
    html = drawn(app)
    assert html.index("1 problem") < html.index("Documents and answers")
    assert "could not be read; mend it" in html
    assert "<script" not in html
    assert not app.markdown


def test_a_chat_model_that_cannot_be_had_is_a_problem(pipeline_with):
    html = drawn(page_over(pipeline_with(chat_model="openai:some-model")))
    assert "1 problem" in html
    assert "OPENAI_API_KEY" in html
    assert "which does not answer" in html


def test_a_key_in_the_environment_never_shows(pipeline_with, monkeypatch):
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "LANGSMITH_API_KEY", "AWS_SECRET"):
        monkeypatch.setenv(name, SECRET)
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://somebody:{SECRET}@127.0.0.1:9/v1")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", f"https://somebody:{SECRET}@traces.example/{SECRET}")
    pipeline = pipeline_with(chat_model="openai:some-model", tracing=True, chat_max_retries=0)
    app = page_over(pipeline)
    assert "127.0.0.1:9" in drawn(app)
    assert "traces.example" in drawn(app)
    assert SECRET not in everything(app)


def test_tracing_names_the_host_alone(pipeline_with, monkeypatch):
    monkeypatch.setenv("LANGSMITH_ENDPOINT", "https://me:word@traces.example:8/path?key=1")
    assert list(reached(load_settings(None, tracing=True))) == ["https://traces.example:8"]


def test_one_examination_serves_everybody_until_another_is_asked_for(pipeline_with):
    pipeline = pipeline_with()
    first = health.examined(pipeline, "here")
    assert health.examined(pipeline, "here") is first
    health.examined.clear()
    assert health.examined(pipeline, "here") is not first
    health.examined(pipeline, "here").result()
    first.result()


def test_values_are_said_in_one_line():
    values = [None, True, False, ("en", "de"), (), 3]
    assert [health.in_words(one) for one in values] == ["none", "on", "off", "en, de", "none", "3"]

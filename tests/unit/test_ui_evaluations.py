"""The page of evaluations in its states, over made-up run files: nothing is asked."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.errors import RagError
from rag.pipeline import build_pipeline
from rag.settings import load_settings
from rag.ui import evaluating, evaluations, runs, state
from rag.ui.evaluating import LANE, Order
from rag.ui.evaluations import View
from rag.ui.jobs import StoppedError

HOSTILE = '<script>alert(1)</script>![x](https://evil.example/x.png)"'
LAMP = "The lamp failed because its oil had frozen."
TANK = "A second oil tank was ordered."
TEXT = f"The winter came early. {LAMP} {TANK}"


@pytest.fixture(autouse=True)
def _own_caches():
    for cached in (runs.scored, runs._told, evaluations._stored, state.jobs):
        cached.clear()


@pytest.fixture
def pipeline(tmp_path):
    settings = load_settings(
        None,
        data_dir=tmp_path / "data",
        corpus_dir=tmp_path / "corpus",
        samples_dir=tmp_path / "seeds" / "documents",
    )
    with build_pipeline(settings) as built:
        yield built


@pytest.fixture
def made(pipeline, tmp_path):
    """A set in the place of the samples, and three runs: whole, of another k, stopped."""
    folder = tmp_path / "seeds"
    (folder / "documents").mkdir(parents=True)
    (folder / "documents" / "log.txt").write_text(TEXT, encoding="utf-8")
    questions = [
        {"id": name, "question": asked, "answers": [], "answerable": False, "evidence": []}
        for name, asked in (("q1", "?"), ("q2", "?"))
    ]
    lines = "\n".join(json.dumps(one) for one in questions)
    (folder / "questions.jsonl").write_text(f"{lines}\n", encoding="utf-8")
    rows = [
        row("right", "Why did the lamp fail?", LAMP),
        row("wrong", f"What was ordered? {HOSTILE}", LAMP, wanted=TANK),
        row("withheld", "What was ordered by 1912?", TANK, abstained=True),
        row("none", "Who was king?", None),
    ]
    write(pipeline, folder, "first", rows)
    write(pipeline, folder, "second", [row("right", "Why did the lamp fail?", TANK, wanted=LAMP)])
    write(pipeline, folder, "stopped", rows[:2])
    return folder


def row(name, question, cited, *, wanted=None, abstained=False):
    """A question whose answer cites these words and that wanted others, if any."""

    def span(words):
        return {
            "document": "log.txt",
            "start": TEXT.index(words),
            "end": TEXT.index(words) + len(words),
        }

    evidence = wanted or cited
    citation = {"number": 1, "source": "log.txt", "quote": cited, "title": HOSTILE, "page": None}
    citation |= span(cited) if cited else {}
    held = [citation] if cited else []
    sentences = [{"text": cited, "role": "answer", "citations": [1]}] if cited else []
    answer = {
        "abstained": abstained or cited is None,
        "reason": f"The corpus does not say: {HOSTILE}",
        "confidence": 0.3 if abstained or cited is None else 0.8,
        "threshold": 0.4,
        "mode": "extractive",
        "model": None,
        "short_answer": None,
        "notices": [],
        "dropped": [],
        "sentences": [] if abstained else sentences,
        "citations": [] if abstained else held,
        "withheld": sentences if abstained else [],
        "withheld_citations": held if abstained else [],
    }
    said = [] if abstained or not cited else [span(cited)]
    gold = [{"quote": evidence, "grade": 1, **span(evidence)}] if evidence else []
    return {
        "id": name,
        "gold": {
            "question": question,
            "answers": [evidence] if evidence else [],
            "answerable": evidence is not None,
            "evidence": gold,
            "tags": [f"tag {HOSTILE}"],
        },
        "ranking": [{"rank": 1, "score": 0.5, "dense": 0.4, "lexical": 2.0, **span(LAMP)}],
        "answer": answer,
        "checks": {"citations": [True] * len(said), "withheld": [True] if abstained else []},
        "cited": said,
        "seconds": {"total": 0.25},
        "tokens": {"prompt": 0, "completion": 0},
        "error": None,
    }


def write(pipeline, folder, name, rows, **header):
    from evals.running import runs_folder
    from evals.sets import load_set

    loaded = load_set(folder, check_quotes=False)
    path = runs_folder(pipeline.settings) / f"{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = {
        "kind": "attest run",
        "schema": 1,
        "set": {"name": f"harbour {HOSTILE}", "folder": str(folder), "hash": loaded.hash},
        "settings": {"k": 100},
        "mode": "ask",
        "limit": None,
        "seed": 0,
        "asked": ["right"] if name == "second" else ["right", "wrong", "withheld", "none"],
        "started_at": "2026-11-24T10:00:00Z",
        "models": {"embedding": f"model {HOSTILE}"},
        **header,
    }
    text = "".join(f"{json.dumps(one)}\n" for one in (head, *rows))
    path.write_text(text, encoding="utf-8")
    return path


def page_over(pipeline, **address):
    def script(pipeline):
        from rag.ui import evaluations

        evaluations.show(pipeline)

    app = AppTest.from_function(script, args=(pipeline,), default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    return settled(app.run())


def settled(app):
    """The page once nothing is waited for."""
    ends = time.monotonic() + 60
    while "…</bdi></p>" in drawn(app) and time.monotonic() < ends:
        time.sleep(0.1)
        app.run()
    return app


def drawn(app):
    assert not app.exception
    return "\n".join(node.proto.body for node in app.get("html"))


def button(app, label):
    return next(one for one in app.button if one.label == label)


def test_without_runs_the_page_offers_the_samples_and_says_what_to_do(pipeline, tmp_path):
    app = page_over(pipeline)
    assert "No run is stored yet." in drawn(app)
    assert app.expander[0].label == "Start a run"
    assert "attribution" in " ".join(app.selectbox(key="evaluation-set").options)


def test_a_run_is_told_in_sentences_and_measures_with_intervals(pipeline, made):
    app = page_over(pipeline, run="first")
    html = drawn(app)
    assert "Of 3 answerable questions, 2 were answered" in html
    assert "All 2 citations held when their quotes were read again" in html
    assert "95 % interval" in html
    assert "<code>abstention.auroc</code>" in html
    assert "The ring marks the threshold in force, 0.40" in html
    assert "What the measures mean" in html
    assert app.get("vega_lite_chart")


def test_the_table_has_the_questions_the_worst_first(pipeline, made):
    app = page_over(pipeline, run="first")
    table = app.dataframe[0].value
    assert list(table["Id"]) == ["wrong", "withheld", "none", "right"]
    assert list(table["Outcome"])[1:] == [
        "withheld though answerable",
        "rightly withheld",
        "right",
    ]
    assert list(table["Confidence"]) == [0.8, 0.3, 0.3, 0.8]


def test_questions_are_filtered_by_words_and_by_outcome(pipeline, made):
    app = page_over(pipeline, run="first")
    app.text_input(key="evaluation-text").set_value("ORDERED").run()
    assert list(app.dataframe[0].value["Id"]) == ["wrong", "withheld"]
    app.multiselect(key="evaluation-outcomes").set_value(["withheld"]).run()
    assert list(app.dataframe[0].value["Id"]) == ["withheld"]
    app.text_input(key="evaluation-text").set_value("nowhere").run()
    assert "0 questions" in drawn(app)


def test_an_open_question_shows_what_was_wanted_said_and_retrieved(pipeline, made):
    app = page_over(pipeline, run="first", question="wrong")
    html = drawn(app)
    assert "The answer does not hold an accepted answer." in html
    assert f'<mark><bdi dir="ltr">{LAMP}</bdi></mark>' in html
    assert f'<mark><bdi dir="ltr">{TANK}</bdi></mark>' in html
    assert "The winter came early." in html  # the surroundings of a quote
    assert "Held when it was read again; not on the gold evidence" in html
    assert "unchanged since the run" in html
    assert "Retrieved (1)" in [one.label for one in app.expander]


def test_a_withheld_question_says_why_and_folds_its_draft(pipeline, made):
    app = page_over(pipeline, run="first", question="withheld")
    html = drawn(app)
    assert "Withheld: confidence 0.30 &lt; 0.40." in html
    assert "The draft that was withheld" in [one.label for one in app.expander]


def test_the_buttons_lead_through_the_questions(pipeline, made):
    app = page_over(pipeline, run="first")
    settled(button(app, "Open the first question").click().run())
    assert app.query_params["question"] == "wrong"
    settled(button(app, "Next question").click().run())
    assert app.query_params["question"] == "withheld"
    settled(button(app, "Previous question").click().run())
    assert app.query_params["question"] == "wrong"
    assert button(app, "Previous question").disabled


def test_where_the_set_has_changed_quotes_stand_alone(pipeline, made):
    (made / "documents" / "log.txt").write_text("Other words.", encoding="utf-8")
    html = drawn(page_over(pipeline, run="first", question="right"))
    assert "has changed since it was asked." in html
    assert f'<mark><bdi dir="ltr">{LAMP}</bdi></mark>' in html
    assert "The winter came early." not in html


def test_two_runs_are_compared(pipeline, made):
    app = page_over(pipeline, run="first", **{"with": "second"})
    html = drawn(app)
    assert app.selectbox(key="evaluation-with").value == "second"
    assert "1 questions stand in both." in html
    assert list(app.dataframe[0].value.columns)[1] == "Outcome A"


def test_names_that_are_unknown_are_one_clear_line(pipeline, made):
    html = drawn(page_over(pipeline, run=HOSTILE))
    assert "There is no run" in html
    assert "<script" not in html
    html = drawn(page_over(pipeline, run="first", question=HOSTILE))
    assert "This run has no question" in html
    html = drawn(page_over(pipeline, run="../../first"))
    assert "There is no run" in html


def test_a_file_that_is_no_run_any_more_is_one_line(pipeline, made):
    from evals.running import runs_folder

    path = runs_folder(pipeline.settings) / "first.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"ranking"', '"rank"', 1))
    app = page_over(pipeline)
    with pytest.raises(RagError, match="line 2"):
        runs.scored((evaluations._file(str(path)),)).result()
    assert not app.exception


def test_a_run_that_was_stopped_says_so_and_can_go_on(pipeline, made):
    app = page_over(pipeline, run="stopped")
    assert "Unfinished: 2 of 4 questions are in this run file." in drawn(app)
    assert button(app, "Go on with it")
    assert "Go on with it" not in [one.label for one in page_over(pipeline, run="first").button]


def test_text_of_sets_and_questions_is_never_markup_nor_markdown(pipeline, made):
    for address in ({"run": "first"}, {"run": "first", "question": "wrong"}):
        app = page_over(pipeline, **address)
        html = drawn(app)
        assert "&lt;script&gt;alert(1)" in html
        assert "<script" not in html
        assert "<img" not in html
        for node in (*app.markdown, *app.caption, *app.expander, *app.button, *app.tabs):
            assert "evil.example" not in f"{getattr(node, 'value', '')}{getattr(node, 'label', '')}"


def test_the_address_keeps_the_view(pipeline, made):
    app = page_over(pipeline, run="first", question="right")
    view = View("first", question="right")
    assert app.session_state["evaluation"] == view
    assert evaluations.view_of(evaluations.address_of(view)) == view
    assert evaluations.address_of(View()) == {}


def test_a_folder_that_is_no_set_is_one_line_and_starts_nothing(pipeline, made, tmp_path):
    app = page_over(pipeline)
    app.text_input(key="evaluation-folder").set_value(str(tmp_path / "no <b>"))
    button(app, "Start").click().run()
    assert "is not a folder; give that of an evaluation set" in drawn(app)
    assert "<b>" not in drawn(app)
    assert state.jobs().all(LANE) == []


def test_work_is_listed_with_its_progress_for_every_session(pipeline, made):
    told = []

    def work(step):
        step(0.25, "Asking: 1 of 4")
        told.append(1)
        while True:
            time.sleep(0.02)
            step(0.25, "Asking: 1 of 4")

    job = state.jobs().start(LANE, f"harbour {HOSTILE}", work, about="first")
    until(lambda: bool(told))
    app = page_over(pipeline)
    assert "harbour &lt;script&gt;" in drawn(app)
    assert ": running" in drawn(app)
    button(app, "Stop").click().run()
    until(lambda: state.jobs().all(LANE)[0].finished)
    app.run()
    assert "Stopped." in drawn(app)
    settled(button(app, "Open the run").click().run())
    assert app.query_params["run"] == "first"
    button(app, "Dismiss").click().run()
    assert state.jobs().all(LANE) == []
    assert job.about == "first"


def until(holds):
    ends = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.02)


# The process of a run, with a command in its place that says what it is told to.


def process(monkeypatch, code):
    monkeypatch.setattr(evaluating, "command", lambda order: [sys.executable, "-c", code])


ORDER = Order(Path("set"), Path("run.jsonl"))


def step_line(stage, done, of):
    return f"print('{json.dumps({'stage': stage, 'done': done, 'of': of})}', flush=True)"


def test_steps_of_the_process_become_shares_and_lines(pipeline, monkeypatch):
    process(monkeypatch, f"import time; {step_line('asking', 3, 4)}; time.sleep(1.5)")
    heard = []
    evaluating.work(ORDER, pipeline.settings)(lambda share, line: heard.append((share, line)))
    assert (0.0, "Starting") in heard
    assert (0.75, "Asking: 3 of 4") in heard


def test_a_process_that_fails_says_its_last_complaint(pipeline, monkeypatch):
    code = "print('indexing'); print('rag: the set is broken; mend it'); raise SystemExit(1)"
    process(monkeypatch, code)
    with pytest.raises(RagError, match=r"^the set is broken; mend it$"):
        evaluating.work(ORDER, pipeline.settings)(lambda share, line: None)


def test_questions_that_failed_are_told_of_a_run_that_was_made(pipeline, monkeypatch):
    said = "print('rag: question q1: no such host'); raise SystemExit(1)"
    process(monkeypatch, f"{step_line('asking', 4, 4)}; {said}")
    work = evaluating.work(ORDER, pipeline.settings)
    assert work(lambda share, line: None) == ("question q1: no such host",)


def test_stopping_ends_the_process(pipeline, monkeypatch, tmp_path):
    mark = tmp_path / "pid"
    code = f"import os, pathlib, time; pathlib.Path({str(mark)!r}).write_text(str(os.getpid()))"
    process(monkeypatch, f"{code}; time.sleep(60)")

    def step(share, line):
        if mark.exists() and mark.read_text():
            raise StoppedError

    with pytest.raises(StoppedError):
        evaluating.work(ORDER, pipeline.settings)(step)
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_a_run_ends_by_itself_when_nobody_listens_any_more():
    code = "from rag.cli.evaluation import _tell; import time\n"
    code += "while True: _tell('asking', 1, 2); time.sleep(0.02)"
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) as left:
        assert json.loads(left.stderr.readline()) == {"stage": "asking", "done": 1, "of": 2}
        left.stderr.close()
        assert left.wait(30) != 0


def test_the_command_holds_no_setting_and_the_environment_holds_those_in_force(tmp_path):
    settings = load_settings(None, data_dir=tmp_path, k=7, embedding_languages="en, de")
    order = replace(ORDER, limit=3, seed=2, mode="search")
    command = evaluating.command(order)
    assert command[-7:-2] == ["--limit", "3", "--search", "--out", "run.jsonl"]
    assert str(tmp_path) not in " ".join(command)
    environment = evaluating.environment(settings)
    assert environment["RAG_DATA_DIR"] == str(tmp_path)
    assert environment["RAG_K"] == "7"
    assert environment["RAG_EMBEDDING_LANGUAGES"] == "en,de"
    assert "RAG_CHAT_MODEL" not in environment


def test_a_new_run_has_a_name_of_its_own(tmp_path):
    first = evaluating.new_run(tmp_path, "harbour")
    first.touch()
    assert evaluating.new_run(tmp_path, "harbour") != first

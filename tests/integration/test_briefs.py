"""Briefs as a person makes them: on the command line over a real index, and with a chat model."""

import json
import zipfile

import pytest

from chat_server import ChatServer, fails, says
from rag.brief.composing import compose
from rag.brief.outline import make_brief, outline_of

pytestmark = pytest.mark.integration

HARBOUR = """---
title: Harbour notice
publisher: Velm Gazette
published: 2021-05-03
---

Captain Orla Venn closed the harbour of Velm on 2 May 2021. Nine ferries were sent to Karsk.
"""
MILL = "# The mill of Karsk\n\nThe mill of Karsk burned down in 1907. Its owner was Jonas Pell.\n"
OUTLINE = """
title: Velm and Karsk
author: Ada Berg
date: 2026-11-25
sections:
  - heading: The harbour
    questions:
      - Who closed the harbour of Velm?
  - heading: The mill
    text: "It burned down in 1907. [@mill.md:22-60]"
    questions:
      - When did the mill of Karsk burn down?
      - What did the emperor of Mars eat for breakfast?
"""


@pytest.fixture(scope="module")
def indexed(module_place):
    module_place.write("harbour.md", HARBOUR)
    module_place.write("mill.md", MILL)
    module_place.open().index()
    return module_place


@pytest.fixture
def rag(indexed, capsys, monkeypatch):
    """Runs a command in this process; its output, or what it says on standard error."""
    from rag.cli import main

    for name, value in indexed.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(indexed.home)

    def run(*arguments, status=0):
        monkeypatch.setattr("sys.argv", ["rag", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        assert (ended.value.code or 0) == status, told.err
        return told.out if status == 0 else told.err or told.out

    return run


def begun(rag, title):
    made = json.loads(rag("brief", "new", title, "--author", "Ada Berg", "--json"))
    return made["id"]


def test_a_brief_is_made_edited_shown_exported_and_verified(rag, indexed, tmp_path):
    brief = begun(rag, "Velm")
    said = rag("brief", "add", brief, "Who closed the harbour of Velm?", "--section", "Harbour")
    assert said.startswith(f"brief {brief}, version 2: answer to “Who closed")
    asked = json.loads(rag("ask", "When did the mill of Karsk burn down?", "--json"))
    rag("brief", "add", brief, asked["id"])
    words = tmp_path / "words.md"
    words.write_text(f"It burned down in 1907. [@{asked['id']}#1]\n")
    rag("brief", "add", brief, "--text", words, "--section", "Harbour")
    rag("brief", "edit", brief, "--handling", "Internal", "--date", "2026-11-25")
    rag("brief", "edit", brief, "--at", "2", "--to", "1")
    shown = rag("brief", "show", brief)
    assert shown.index("1  When did the mill") < shown.index("2  Harbour")
    assert "Ada Berg · 2026-11-25 · Internal" in shown
    assert "Source summary statement" in shown
    notes = [row["note"] for row in json.loads(rag("brief", "show", brief, "--versions", "--json"))]
    assert notes[:2] == ["section 2 moved to 1", "date, handling set"]
    assert "Velm" in rag("brief", "list")
    for end, begin in (
        ("md", b"# Velm"),
        ("html", b"<!doctype html>"),
        ("docx", b"PK"),
        ("pdf", b"%PDF"),
        ("csl.json", b"["),
        ("ris", b"TY  -"),
        ("bib", b"@"),
    ):
        path = tmp_path / f"velm.{end}"
        assert str(path) in rag("brief", "export", brief, "-o", path, "--quotes")
        first = path.read_bytes()
        assert first.lower().startswith(begin.lower())
        rag("brief", "export", brief, "-o", path, "--quotes")
        assert path.read_bytes() == first
    assert "2 of 2 citations hold" in rag("brief", "verify", brief)
    bundle = tmp_path / "velm.zip"
    told = rag("brief", "export", brief, "--bundle", "-o", bundle)
    digest = told.split("digest to publish: ")[1].strip()
    assert digest in rag("brief", "verify", bundle)
    assert json.loads(rag("brief", "verify", bundle, "--json"))["digest"] == digest


def test_verifying_a_bundle_needs_no_store(rag, indexed, tmp_path, monkeypatch):
    brief = begun(rag, "Elsewhere")
    rag("brief", "add", brief, "Who closed the harbour of Velm?")
    bundle = tmp_path / "b.zip"
    rag("brief", "export", brief, "--bundle", "-o", bundle)
    monkeypatch.setenv("RAG_DATA_DIR", str(tmp_path / "nothing"))
    assert "1 of 1 citations hold" in rag("brief", "verify", bundle)
    assert not (tmp_path / "nothing").exists()
    with zipfile.ZipFile(bundle) as zipped:
        files = {name: zipped.read(name) for name in zipped.namelist()}
    [text] = [name for name in files if name.startswith("texts/")]
    files[text] = files[text].replace(b"2 May", b"3 May")
    with zipfile.ZipFile(bundle, "w") as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    told = rag("brief", "verify", bundle, status=1)
    assert f"NOT AS MADE: {text} was altered" in told
    assert "DOES NOT HOLD: note 1, Harbour notice" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "nothing"), "no brief is called 'nothing'"),
        (("add", "nothing", "Q?"), "no brief is called 'nothing'"),
        (("export", "nothing"), "no brief is called"),
        (("verify", "nothing"), "no brief is called"),
        (("verify", "nothing.zip"), "nothing.zip is no evidence bundle"),
        (("make", "nothing.yaml"), "the outline nothing.yaml cannot be read"),
        (("new", " "), "a brief's title has 1 to 500 characters"),
        (("new", "T", "--date", "soon"), "'soon' is no date"),
    ],
)
def test_unknown_names_are_one_clear_line(rag, arguments, said):
    told = rag("brief", *arguments, status=1)
    assert said in told
    assert told.count("\n") == 1


def test_bad_input_is_one_clear_line_and_leaves_no_file(rag, indexed, tmp_path):
    brief = begun(rag, "Bad input")
    for form in ("md", "html", "docx", "pdf"):
        assert "is empty" in rag("brief", "export", brief, "-o", f"x.{form}", status=1)
    assert "cites nothing yet" in rag("brief", "export", brief, "-o", "x.ris", status=1)
    assert "is empty" in rag("brief", "export", brief, "--bundle", "-o", "x.zip", status=1)
    rag("brief", "add", brief, "Who closed the harbour of Velm?")
    for arguments, said in (
        (("-o", "no/where/x.md"), "there is no folder no/where"),
        (("-o", "."), "is no form of a brief"),
        (("-o", str(tmp_path), "--format", "md"), "is a folder"),
        (("-o", "x.doc"), "'.doc' is no form of a brief"),
        (("-o", "x.docx", "--template", "no.docx"), "the template no.docx cannot be read"),
        (("-o", "x.md", "--template", "no.docx"), "a template is for docx"),
        (("-o", "x.md", "--style", "mla"), "'mla' is no style of references"),
        (("-o", "x.pdf", "--font", "No Such Family"), "No Such Family"),
        (("-o", "x.md", "--version", "77"), "and no 77"),
    ):
        told = rag("brief", "export", brief, *arguments, status=1)
        assert said in told
        assert told.count("\n") == 1
    assert "no answer is called" in rag("brief", "add", brief, "0123456789ab", status=1)
    assert "and no 9" in rag("brief", "edit", brief, "--at", "9", "--remove", status=1)
    words = tmp_path / "words.md"
    words.write_text("Cited [@ffffffff] here.")
    told = rag("brief", "add", brief, "--text", words, status=1)
    assert "[@ffffffff] names no citation" in told
    assert not [path for path in indexed.home.iterdir() if path.name.startswith(("x", "."))]
    assert not list(tmp_path.glob(".*"))


def test_a_citation_whose_document_was_forgotten_is_told(rag, indexed):
    indexed.write("gone.md", "# Gone\n\nThe lamp of Orrin was lit in 1888.\n")
    indexed.open().index()
    brief = begun(rag, "Forgetting")
    rag("brief", "add", brief, "When was the lamp of Orrin lit?")
    told = rag("forget", "gone.md", "--yes")
    assert f"gone.md: a brief cites it: {brief}, Forgetting" in told
    told = rag("brief", "verify", brief, status=1)
    assert "withdrawn: the document was forgotten on" in told
    assert "was forgotten" in rag("brief", "export", brief, "--bundle", "-o", "g.zip", status=1)
    assert "Gone" in rag("brief", "export", brief, "-o", "-")
    assert "deleted" in rag("brief", "delete", brief, "--yes")


def test_an_outline_is_asked_whole_and_built_in_one_go(rag, indexed, tmp_path):
    path = tmp_path / "outline.yaml"
    path.write_text(OUTLINE)
    made = json.loads(rag("brief", "make", path, "--json"))
    assert [row["heading"] for row in made["sections"]] == ["The harbour", "The mill"]
    assert made["bottom_line"] is None
    shown = rag("brief", "show", made["id"])
    assert "Questions that the sources do not answer" in shown
    assert "- What did the emperor of Mars eat for breakfast?" in shown
    assert "Questions: 1 of 3 questions asked not answered." in shown


def with_model(indexed, monkeypatch, *script):
    server = ChatServer(script)
    server.__enter__()
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    return server, indexed.open(chat_model="openai:scripted", chat_max_retries=0)


def test_a_chat_model_writes_a_bottom_line_that_is_checked_as_an_answer(indexed, monkeypatch):
    server, pipeline = with_model(
        indexed,
        monkeypatch,
        says("Captain Orla Venn closed the harbour of Velm on 2 May 2021 [1]."),
        says(
            "Captain Orla Venn closed the harbour of Velm [1]. "
            "Nineteen ferries were sent to Karsk [1]."
        ),
        says("A: DROP"),
    )
    outline = outline_of({"title": "Velm", "sections": ["Who closed the harbour of Velm?"]})
    try:
        brief, notices = make_brief(pipeline, outline)
    finally:
        server.__exit__(None, None, None)
    assert notices == ()
    manuscript = compose(brief)
    [block] = manuscript.bottom_line
    assert "".join(getattr(run, "text", "") for run in block.runs) == (
        "Captain Orla Venn closed the harbour of Velm."
    )
    assert [text for text, _ in manuscript.left_out] == ["Nineteen ferries were sent to Karsk."]
    asked = server.requests[1].body["messages"][1]["content"]
    assert "What is the bottom line of a brief on “Velm”?" in asked
    assert brief.bottom_line.answer.question == "Bottom line"
    assert pipeline.store.answers.get(brief.bottom_line.answer.id).passages


def test_a_model_that_fails_costs_the_bottom_line_alone(indexed, monkeypatch):
    server, pipeline = with_model(
        indexed,
        monkeypatch,
        says("Captain Orla Venn closed the harbour of Velm [1]."),
        fails(500),
    )
    outline = outline_of({"title": "Velm", "sections": ["Who closed the harbour of Velm?"]})
    try:
        brief, [notice] = make_brief(pipeline, outline)
    finally:
        server.__exit__(None, None, None)
    assert notice.startswith("There is no bottom line: ")
    assert brief.bottom_line is None
    assert len(brief.citations()) == 1
    assert pipeline.store.briefs.get(brief.id) == brief

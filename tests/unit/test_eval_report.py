"""The report of runs: a page that stands by itself, in which nothing foreign is markup."""

import copy
import hashlib
import json
import math
import os
import re
from base64 import b64encode
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.facts import Row
from evals.report import write_report
from evals.report.markup import Html, element, json_text
from evals.report.outcomes import verdict
from evals.report.words import percent, published, seconds
from evals.scoring import score
from evals.sets import load_set
from rag.errors import ConfigurationError

SCRIPT = "</script><script>alert(1)</script>"
HOSTILE = [
    SCRIPT,
    '"><img src=x onerror=alert(2)>',
    "<!--",
    "]]>",
    "\u202egnp.exe\u2066 \u2028\u2029",
    "' onmouseover='alert(3)",
]
LONG_TITLE = f"A very long title {SCRIPT} of the harbour of Tarn " * 8
LAMP = "The lamp 🪔 failed on 14 November 1911 because its oil had frozen."
TANK = "Inspector Marit Olsund ordered a second oil tank."
ARABIC = "انهار الرصيف في صباح الثلاثاء."
PADDING = "Nothing else of note was written down that week, as far as anybody knows. " * 12
DOCUMENTS = {
    "log.txt": f"{PADDING}𝔊🪔 {LAMP} {PADDING}{SCRIPT} {PADDING}\n",
    "deep/inspection.txt": f"The inspection took two days. {TANK}\n",
    "arabic.txt": f"{ARABIC} {PADDING}\n",
}
ATTACHED = f"From the attachment. {TANK} It was done in spring."
MAIL = "mail.eml/tank.txt"


class Page(HTMLParser):
    """What a browser makes of the page: elements with attributes, visible text, scripts."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.source = path.read_text(encoding="utf-8")
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {"style": "", "script": "", "values": ""}
        self.text = ""
        self.rows: list[str] = []
        self.ids: set[str] = set()
        self._open: list[str] = []
        self._kind = ""
        self.feed(self.source)
        self.close()
        assert self._open == []
        self.values: dict[str, Any] = json.loads(self.inside["values"])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        self.ids |= {given["id"] or ""} if "id" in given else set()
        self._kind = "values" if given.get("type") == "application/json" else tag
        if tag == "tr":
            self.rows.append("")
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        place = self._open[-1] if self._open else ""
        if place in ("style", "script"):
            self.inside[self._kind] += data
            return
        self.text += data
        if "tr" in self._open:
            self.rows[-1] += f" {data}"

    def question(self, name: str) -> dict[str, Any]:
        return next(one for one in self.values["questions"] if one["id"] == name)

    def quote_of(self, item: dict[str, Any]) -> str:
        """The words that the page's script marks for a quote in its surroundings."""
        assert item["why"] == 0
        for first, piece in self.values["documents"][item["document"]]["pieces"]:
            if first <= item["start"] <= item["end"] <= first + len(piece):
                return piece[item["start"] - first : item["end"] - first]
        raise AssertionError("the quote is in no piece")


def span_of(document: str, quote: str) -> dict[str, Any]:
    text = ATTACHED if document == MAIL else DOCUMENTS[document]
    start = text.index(quote)
    return {"document": document, "start": start, "end": start + len(quote)}


def gold(question: str, *evidence: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {
        "question": question,
        "answers": [],
        "answerable": True,
        "evidence": [{"quote": q, "grade": 1, **span_of(d, q)} for d, q in evidence],
        "as_of": None,
        "must_contain": [],
        "should_contain": [],
        "must_not": [],
        "without": [],
        "tags": ["all"],
        **more,
    }


def row(name: str, asked: dict[str, Any], *cited: tuple[str, str], **more: Any) -> dict[str, Any]:
    """A row whose answer cites these quotes, one a sentence; the ranking finds them in order."""
    spans = [span_of(document, quote) for document, quote in cited]
    citations = [
        {
            "number": number,
            "source": document,
            "title": None,
            "publisher": None,
            "published": None,
            "published_precision": None,
            "url": None,
            "page": None,
            "page_end": None,
            "quote": quote,
            "also_in": [],
            **span_of(document, quote),
        }
        for number, (document, quote) in enumerate(cited, 1)
    ]
    return {
        "id": name,
        "gold": asked,
        "ranking": [
            {"rank": rank, "score": 1 / rank, "dense": 0.5, "lexical": 2.0, "page": None, **span}
            for rank, span in enumerate(spans, 1)
        ],
        "answer": {
            "abstained": False,
            "reason": None,
            "confidence": 0.8,
            "threshold": 0.4,
            "mode": "extractive",
            "model": None,
            "short_answer": None,
            "notices": [],
            "dropped": [],
            "sentences": [
                {"text": one["quote"], "role": "answer", "citations": [one["number"]]}
                for one in citations
            ],
            "citations": citations,
            "withheld": [],
            "withheld_citations": [],
        },
        "checks": {"citations": [True] * len(spans), "withheld": []},
        "cited": spans,
        "seconds": {"retrieve": 0.1, "answer": 0.2, "total": 0.3},
        "tokens": {},
        "error": None,
        **more,
    }


def abstained(made: dict[str, Any], confidence: float = 0.31) -> dict[str, Any]:
    """The same row with its answer withheld."""
    made = copy.deepcopy(made)
    answer = made["answer"]
    answer |= {
        "abstained": True,
        "reason": "The corpus does not say: few words.",
        "confidence": confidence,
        "withheld": answer["sentences"],
        "withheld_citations": answer["citations"],
        "sentences": [],
        "citations": [],
    }
    checks = {"citations": [], "withheld": made["checks"]["citations"]}
    return {**made, "checks": checks, "cited": []}


def rows() -> list[dict[str, Any]]:
    lamp = gold("Why did the lamp fail?", ("log.txt", LAMP), answers=["frozen"], tags=["all", "x"])
    tank = gold("Who ordered a tank?", (MAIL, TANK), answers=["Marit Olsund"])
    quay = gold("متى انهار الرصيف؟", ("arabic.txt", ARABIC), answers=["الثلاثاء"])
    never = gold("Who was the mayor?", answerable=False, tags=["none"])
    made = [
        row("right", lamp, ("log.txt", LAMP)),
        row("wrong", lamp, ("deep/inspection.txt", TANK), ("log.txt", LAMP)),
        row("attached", tank, (MAIL, TANK)),
        abstained(row("withheld", quay, ("arabic.txt", ARABIC))),
        row("unfounded", never, ("deep/inspection.txt", TANK)),
        abstained(row("silent", never)),
        {**row("failed", lamp), "answer": None, "error": "The model timed out."},
    ]
    wrong = made[1]
    wrong["answer"]["sentences"].pop()
    wrong["answer"]["citations"].pop()
    wrong["cited"].pop()
    wrong["checks"]["citations"].pop()
    return made


def write_set(folder: Path) -> Path:
    """A set with the documents; its questions are those of the rows, as far as a hash needs."""
    for name, text in DOCUMENTS.items():
        path = folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    mail = EmailMessage()
    mail["Subject"] = "The tank"
    mail["From"] = "a@example.org"
    mail.set_content("See what is attached, it says who ordered what.")
    mail.add_attachment(ATTACHED, filename="tank.txt")
    (folder / "documents" / "mail.eml").write_bytes(mail.as_bytes())
    (folder / "README.md").write_text("---\ntitle: The lamps\njudges: two keepers\n---\n")
    question = {"id": "right", "question": "Why?", "answers": ["frozen"]}
    (folder / "questions.jsonl").write_text(json.dumps(question) + "\n")
    return folder


def write_run(path: Path, folder: Path, made: list[dict[str, Any]], **header: Any) -> Path:
    values = {
        "kind": "attest run",
        "schema": 1,
        "set": {
            "name": "lamps",
            "folder": str(folder),
            "hash": load_set(folder, check_quotes=False).hash,
            "rows": len(made),
        },
        "settings": {"k": 10, "max_sentences": 5},
        "models": {"embedding": "MiniLM"},
        "versions": {"attest": "0.1.0"},
        "machine": {"cpus": 2},
        "failed": [{"document": "broken.pdf", "reason": "the file is damaged"}],
        "unsupported": [],
        "seed": 0,
        "limit": None,
        "asked": [one["id"] for one in made],
        "started_at": "2026-01-02T03:04:05Z",
        **header,
    }
    path.write_text("".join(json.dumps(line) + "\n" for line in (values, *made)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def lamps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("sets") / "lamps")


@pytest.fixture(scope="module")
def run(lamps: Path) -> Path:
    return write_run(lamps.parent / "run.jsonl", lamps, rows())


@pytest.fixture(scope="module")
def page(run: Path) -> Page:
    return Page(write_report([run], run.parent / "report.html"))


@pytest.fixture(scope="module")
def two(lamps: Path, run: Path) -> Page:
    """A second run that answers what the first withheld, and did not ask everything."""
    others = [one for one in rows() if one["id"] not in ("failed", "silent")]
    others[3] = row("withheld", others[3]["gold"], ("arabic.txt", ARABIC))
    asked = [one["id"] for one in rows()]
    changed = {"k": 10, "max_sentences": 2}
    other = write_run(
        lamps.parent / "other.jsonl", lamps, others, settings=changed, asked=asked, failed=[]
    )
    return Page(write_report([run, other], lamps.parent / "two.html"))


def test_the_page_says_what_was_run_and_what_came_of_it(page: Page, run: Path):
    for words in (
        "Evaluation of lamps",
        "(The lamps)",
        "two keepers",
        "2 January 2026, 03:04 UTC",
        "run.jsonl",
        "embedding MiniLM, extractive answers, no chat model",
        "broken.pdf: the file is damaged",
        "7 questions to ask, 5 answerable from the documents and 2 not; 1 failed.",
        "Of 5 answerable questions, 3 were answered: 60\u00a0%",
        "All 4 citations held when their quotes were read again: 100\u00a0%",
        "Of 2 questions that the documents do not answer, 1 was withheld: 50\u00a0%",
    ):
        assert words in page.text
    scores = score(run)
    for name, one in scores.measures.items():
        told = next((text for text in page.rows if f" {name} " in f"{text} "), None)
        assert (told is None) == (not one.n or math.isnan(one.value)), name
        if told and abs(one.value) < 10:
            assert f"{one.value:.3f}" in told
            assert math.isnan(one.low) or f"[{one.low:.3f}, {one.high:.3f}]" in told
    assert {"summary", "run", "risk", "tags", "costs", "questions"} <= page.ids | {"run"}


def test_every_measure_shown_is_explained(page: Page):
    named = set(re.findall(r"[a-z]+\.[a-zA-Z_@.0-9]+", " ".join(page.rows)))
    names = {name for name in named if name.startswith(("retrieval.", "answer.", "citation."))}
    assert len(names) > 20
    for name in names:
        assert page.text.count(name) >= 2  # in the table and in the list of meanings


def test_the_page_loads_nothing_and_runs_its_own_script_alone(page: Page):
    for tag, attributes in page.elements:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form")
        for name, value in attributes.items():
            assert not name.startswith(("on", "src")), (tag, name)
            assert name not in ("style", "action", "poster", "data"), (tag, name)
            assert name != "href" or str(value).startswith("#")
    style, script = page.inside["style"], page.inside["script"]
    assert "url(" not in style
    assert "@import" not in style
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", script)
    policies = [a["content"] or "" for _, a in page.elements if a.get("http-equiv")]
    assert len(policies) == 1
    hashes = [
        f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in (style, script)
    ]
    assert policies[0].startswith(
        f"default-src 'none'; style-src {hashes[0]}; script-src {hashes[1]};"
    )


def test_foreign_text_is_never_markup(tmp_path: Path, lamps: Path, page: Page):
    asked = gold(" ".join(HOSTILE), answers=list(HOSTILE), tags=list(HOSTILE))
    asked |= {"must_contain": [list(HOSTILE)], "must_not": ["alert"], "without": [SCRIPT]}
    made = row(SCRIPT, asked, ("log.txt", SCRIPT))
    citation = made["answer"]["citations"][0]
    citation |= {"title": LONG_TITLE, "publisher": SCRIPT, "url": "javascript:alert(4)"}
    made["answer"] |= {"short_answer": SCRIPT, "notices": [SCRIPT], "model": SCRIPT}
    made["answer"]["dropped"] = [{"mark": "[1]", "reason": SCRIPT}]
    made["seconds"][SCRIPT] = 1.0
    failed = {**row("b\x00\ud800", asked), "answer": None, "error": SCRIPT}
    path = write_run(
        tmp_path / f"{'<script>'}.jsonl",
        lamps,
        [made, failed],
        settings={SCRIPT: HOSTILE},
        models={SCRIPT: SCRIPT},
        versions={SCRIPT: SCRIPT},
        failed=[{"document": SCRIPT, "reason": "\u202e"}, "no object"],
        started_at=SCRIPT,
        set={**json.loads(Path(lamps.parent / "run.jsonl").read_text().splitlines()[0])["set"],
             "name": SCRIPT},
    )  # fmt: skip
    hostile = Page(write_report([path], tmp_path / "report.html"))
    assert {tag for tag, _ in hostile.elements} <= {tag for tag, _ in page.elements}
    assert hostile.source.count("<script") == 2
    assert hostile.inside["script"] == page.inside["script"]
    assert f"Evaluation of {SCRIPT}" in hostile.text
    question = hostile.question(SCRIPT)
    assert question["question"] == " ".join(HOSTILE)
    assert hostile.quote_of(question["runs"][0]["answer"]["citations"][0]) == SCRIPT
    place = question["runs"][0]["answer"]["citations"][0]["document"]
    assert hostile.values["documents"][place]["about"][0]["title"] == LONG_TITLE


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_in_the_page_ends_no_element_and_is_the_same_again(values: Any):
    words = json_text({"values": values})
    assert "<" not in words
    assert "\u2028" not in words
    words.encode("utf-8")
    assert json.loads(json_text(json.loads(words))) == json.loads(words)


def test_markup_takes_nothing_that_loads_or_runs():
    assert element("p", "<b>", Html("<i>")) == "<p>&lt;b&gt;<i></p>"
    for attributes in ({"onclick": "x"}, {"src": "x"}, {"style": "x"}, {"href": "https://x.org"}):
        with pytest.raises(ValueError, match="page"):
            element("a", **attributes)


def test_the_same_runs_give_the_same_bytes(tmp_path: Path, run: Path, page: Page):
    again = write_report([run], tmp_path / "again.html")
    assert again.read_text(encoding="utf-8") == page.source


def test_quotes_are_marked_where_they_stand_in_their_document(page: Page):
    right = page.question("right")
    assert page.quote_of(right["evidence"][0]) == LAMP
    citation = right["runs"][0]["answer"]["citations"][0]
    assert page.quote_of(citation) == LAMP
    assert (citation["held"], citation["good"]) == (True, True)
    held = page.values["documents"][citation["document"]]
    assert held["chars"] == len(DOCUMENTS["log.txt"])
    first, piece = held["pieces"][0]
    assert citation["start"] - first == 300
    assert len(piece) == 300 + len(LAMP) + 300
    # What a draft cites that was withheld, and what is attached to a mail, likewise.
    withheld = page.question("withheld")["runs"][0]["answer"]
    assert page.quote_of(withheld["withheld_citations"][0]) == ARABIC
    assert page.quote_of(page.question("attached")["evidence"][0]) == TANK
    assert "“lamps”, unchanged since the run" in page.text


def test_a_citation_elsewhere_than_the_evidence_is_told(page: Page):
    citation = page.question("wrong")["runs"][0]["answer"]["citations"][0]
    assert page.quote_of(citation) == TANK
    assert citation["good"] is False
    assert page.question("unfounded")["runs"][0]["answer"]["citations"][0]["good"] is None


def test_the_gold_is_marked_in_the_ranking(page: Page):
    ranking = page.question("wrong")["runs"][0]["ranking"]
    assert [(passage[0], passage[8]) for passage in ranking] == [(1, None), (2, "evidence")]
    names = [page.values["documents"][passage[1]]["name"] for passage in ranking]
    assert names == ["deep/inspection.txt", "log.txt"]
    assert ranking[1][2:7] == [*list(span_of("log.txt", LAMP).values())[1:], 0.5, 0.5, 2.0]


def test_each_question_has_its_outcome_and_what_failed(page: Page):
    told = {
        one["id"]: (one["runs"][0]["outcome"], one["runs"][0]["flags"], one["runs"][0]["failed"])
        for one in page.values["questions"]
    }
    assert told["right"] == ("right", [], [])
    assert told["wrong"] == (
        "wrong",
        ["missed"],
        [
            "The answer does not hold an accepted answer.",
            "The evidence was retrieved at rank 2 but not cited.",
        ],
    )
    assert told["withheld"] == (
        "withheld",
        [],
        [
            "Withheld: confidence 0.31 < 0.40.",
            "The withheld draft holds an accepted answer.",
        ],
    )
    assert told["unfounded"] == (
        "unfounded",
        [],
        ["Answered: confidence 0.80 ≥ 0.40, though the documents hold no answer."],
    )
    assert told["silent"] == ("silent", [], [])
    assert told["failed"] == ("failed", [], ["Asking failed: The model timed out."])
    ids = [one["id"] for one in page.values["questions"]]
    assert ids[:4] == ["failed", "unfounded", "wrong", "withheld"]
    assert set(ids[4:]) == {"right", "attached", "silent"}


def verdict_of(made: dict[str, Any], **values: float) -> Any:
    names = (
        *("answer.contains", "answer.must_contain", "answer.must_not", "citation.recall.macro"),
        *("retrieval.quote.RR", "retrieval.document.RR"),
    )
    known = {name: values.get(name.split(".", 1)[1], math.nan) for name in names}
    return verdict(Row(2, made), known, "ask")


def test_what_is_missing_or_banned_is_named():
    asked = gold("Why?", ("log.txt", LAMP), must_contain=[["oil", "fuel"], "ice"])
    asked["must_not"] = ["lamp"]
    found = verdict_of(row("a", asked, ("log.txt", LAMP)), must_contain=0.5, must_not=1)
    assert found.outcome == "wrong"
    assert found.failed == (
        "It does not say “ice”, which it must.",
        "It says “lamp”, which it must not.",
    )


def test_evidence_that_was_not_retrieved_is_told_with_what_was():
    asked = gold("Why?", ("log.txt", LAMP), ("deep/inspection.txt", TANK), answers=["frozen"])
    made = row("a", asked, ("arabic.txt", ARABIC), ("log.txt", DOCUMENTS["log.txt"][:50]))
    assert verdict_of(made, contains=0).failed[1:] == (
        "All pieces of evidence were not among the 2 passages retrieved; another passage of its "
        "document was, at rank 2.",
    )
    made = row("a", asked, ("arabic.txt", ARABIC), ("log.txt", LAMP))
    assert "1 of 2 pieces of evidence was not among the 2" in verdict_of(made, contains=1).failed[0]


def test_a_citation_that_does_not_hold_is_worse_than_a_wrong_answer():
    asked = gold("Why?", ("log.txt", LAMP), answers=["frozen"])
    made = row("a", asked, ("log.txt", LAMP))
    made["checks"]["citations"] = [False]
    found = verdict_of(made, contains=1)
    assert (found.outcome, found.flags, found.order) == ("right", ("broken",), 1)
    assert found.failed[0].startswith("Citation 1 does not hold")


def test_a_question_without_known_answers_is_not_judged():
    made = row("a", gold("Why?", ("log.txt", LAMP)), ("log.txt", LAMP))
    assert verdict_of(made).outcome == "unjudged"


def test_without_the_set_quotes_stand_alone_and_the_page_says_so(tmp_path: Path, run: Path):
    lines = run.read_text(encoding="utf-8").splitlines()
    header = json.loads(lines[0])
    header["set"]["folder"] = str(tmp_path / "gone")
    lost = tmp_path / "lost.jsonl"
    lost.write_text("\n".join([json.dumps(header), *lines[1:]]) + "\n", encoding="utf-8")
    alone = Page(write_report([lost], tmp_path / "report.html"))
    assert "gone any more; quotes stand without their surroundings." in alone.text
    evidence = alone.question("right")["evidence"][0]
    assert (evidence["why"], evidence["quote"]) == (1, LAMP)
    assert all(one["pieces"] == [] for one in alone.values["documents"])
    # Named, it is read again.
    found = Page(write_report([lost], tmp_path / "found.html", folder=run.parent / "lamps"))
    assert found.quote_of(found.question("right")["evidence"][0]) == LAMP


def test_a_set_that_has_changed_is_not_read(tmp_path: Path, run: Path):
    folder = write_set(tmp_path / "lamps")
    log = folder / "documents" / "log.txt"
    log.write_text(log.read_text(encoding="utf-8") + "More.", encoding="utf-8")
    made = Page(write_report([run], tmp_path / "report.html", folder=folder))
    assert "has changed since it was asked; quotes stand without their surroundings." in made.text
    assert made.question("right")["evidence"][0]["quote"] == LAMP
    assert "two keepers" not in made.text


def test_a_folder_that_holds_no_set_is_an_error(tmp_path: Path, run: Path):
    with pytest.raises(ConfigurationError, match="is not a folder"):
        write_report([run], tmp_path / "report.html", folder=tmp_path / "none")
    assert not (tmp_path / "report.html").exists()


def test_a_quote_that_is_not_at_its_place_is_not_marked_there(tmp_path: Path, lamps: Path):
    made = row("a", gold("Why?", ("log.txt", LAMP), answers=["oil"]), ("log.txt", LAMP))
    for span in (made["cited"][0], made["answer"]["citations"][0]):
        span["start"] += 1
        span["end"] += 1
    lost = row("b", gold("Why?", answers=["oil"]), ("log.txt", LAMP))
    for span in (lost["cited"][0], lost["ranking"][0], lost["answer"]["citations"][0]):
        span["document"] = "lost.txt"
    path = write_run(tmp_path / "run.jsonl", lamps, [made, lost])
    told = Page(write_report([path], tmp_path / "report.html"))
    citation = told.question("a")["runs"][0]["answer"]["citations"][0]
    assert (citation["why"], citation["quote"]) == (2, LAMP)
    assert told.quote_of(told.question("a")["evidence"][0]) == LAMP
    assert told.question("b")["runs"][0]["answer"]["citations"][0]["why"] == 3
    assert 'A question names "lost.txt", which the set does not hold.' in told.text


def test_several_runs_stand_side_by_side_with_their_differences(two: Page):
    assert [one["letter"] for one in two.values["runs"]] == ["A", "B"]
    assert {"differences", "risk", "tags"} <= two.ids
    assert "setting max_sentences 5 2" in " ".join(" ".join(two.rows).split())
    assert "5 questions stand in both. 2 in one alone are left out." in two.text
    answered = next(text for text in two.rows if "abstention.answered" in text and "+" in text)
    assert "+0.250" in answered
    withheld = two.question("withheld")
    assert [one["outcome"] for one in withheld["runs"]] == ["withheld", "right"]
    assert [one["outcome"] for one in two.question("silent")["runs"]] == ["silent", "not_run"]
    curves = [a for tag, a in two.elements if tag == "polyline"]
    assert [one["class"] for one in curves] == ["curve run-0", "curve run-1"]


def test_the_curve_marks_the_threshold_in_force_and_has_a_text_alternative(page: Page):
    rings = [a for tag, a in page.elements if "force" in str(a.get("class"))]
    assert len(rings) == 1
    # 4 of 7 questions have a confidence of 0.8, of which one is wrong and one is unanswerable.
    said = "threshold in force, 0.40: 57\u00a0% of the questions reach it, and of these 50\u00a0%"
    assert said in page.text
    charts = [a for tag, a in page.elements if tag == "svg" and a.get("role") == "img"]
    assert len(charts) == 2
    for chart in charts:
        assert set(str(chart["aria-labelledby"]).split()) <= page.ids


def test_runs_without_a_common_question_are_reported_and_not_compared(tmp_path: Path, lamps: Path):
    made = rows()
    paths = [
        write_run(tmp_path / f"{name}.jsonl", lamps, some, asked=[one["id"] for one in made])
        for name, some in (("a", made[:3]), ("b", made[3:]))
    ]
    told = Page(write_report(paths, tmp_path / "report.html"))
    assert "No question has a row in both, so nothing is compared." in told.text
    assert "B has no question in common with A." in told.text


def searched(made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    empty: dict[str, Any] = {"checks": {"citations": [], "withheld": []}, "cited": []}
    return [{**one, **empty, "answer": None, "error": None} for one in made]


def test_a_run_that_only_searched_leaves_out_answers(tmp_path: Path, lamps: Path):
    path = write_run(tmp_path / "run.jsonl", lamps, searched(rows()), mode="search")
    told = Page(write_report([path], tmp_path / "report.html"))
    assert "nothing was answered, only searched for" in told.text
    assert not {"risk", "differences"} & told.ids
    for name in ("answer.contains", "citation.", "abstention."):
        assert name not in told.text
    assert {one["id"]: one["runs"][0]["outcome"] for one in told.values["questions"]} == {
        "right": "first",
        "wrong": "lower",
        "attached": "first",
        "withheld": "first",
        "unfounded": "unjudged",
        "silent": "unjudged",
        "failed": "missing",
    }
    assert told.question("wrong")["runs"][0]["failed"] == ["The evidence was retrieved at rank 2."]
    assert told.quote_of(told.question("wrong")["evidence"][0]) == LAMP


def test_an_imported_run_ranks_documents_alone(tmp_path: Path, lamps: Path):
    made = searched(rows())
    for one in made:
        one["gold"] = copy.deepcopy(one["gold"])
        for item in one["gold"]["evidence"]:
            item |= {"start": None, "end": None}
        one["ranking"] = [
            {"rank": at["rank"], "document": at["document"], "start": 0, "end": 0, "score": 1.0}
            for at in one["ranking"]
        ]
        one |= {"seconds": {}, "tokens": {}}
    header: dict[str, Any] = {"mode": "search", "settings": {}, "models": {}, "versions": {}}
    path = write_run(tmp_path / "run.jsonl", lamps, made, **header, machine={})
    told = Page(write_report([path], tmp_path / "report.html"))
    assert "costs" not in told.ids
    assert told.question("right")["runs"][0]["outcome"] == "first"
    assert told.question("wrong")["runs"][0]["ranking"][1][8] == "document"
    assert told.question("right")["evidence"][0]["quote"] == LAMP
    assert "retrieval.quote" not in " ".join(told.rows)
    # Beside a run that knows the places of the evidence, its question shows them.
    both = Page(write_report([path, lamps.parent / "run.jsonl"], tmp_path / "both.html"))
    assert both.quote_of(both.question("right")["evidence"][0]) == LAMP


def test_a_run_in_which_nothing_was_asked_can_be_reported(tmp_path: Path, lamps: Path):
    path = write_run(tmp_path / "run.jsonl", lamps, [], asked=["a", "b"])
    told = Page(write_report([path], tmp_path / "report.html"))
    assert "2 questions without a row in any run cannot be shown." in told.text
    assert told.values["questions"] == []
    none = write_run(tmp_path / "none.jsonl", lamps, [])
    assert "0 questions to ask." in Page(write_report([none], tmp_path / "report.html")).text


def test_the_worst_questions_are_shown_and_the_rest_is_counted(tmp_path: Path, run: Path):
    told = Page(write_report([run], tmp_path / "report.html", max_questions=3))
    shown = [one["id"] for one in told.values["questions"]]
    assert shown == ["failed", "unfounded", "wrong"]
    assert "4 questions, the best of all, are left out." in told.text
    assert "7 questions to ask" in told.text
    none = Page(write_report([run], tmp_path / "report.html", max_questions=0))
    assert none.values["questions"] == none.values["documents"] == []


def test_what_is_done_is_told(tmp_path: Path, run: Path):
    told: list[tuple[str, int, int]] = []
    write_report([run], tmp_path / "report.html", show=lambda *step: told.append(step))
    assert [(stage, done) for stage, done, total in told if done == total] == [
        *(("scoring", 1), ("reading", 4), ("writing", 1))
    ]


def error_of(runs: list[Path], out: Path, **options: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        write_report(runs, out, **options)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_what_cannot_be_reported_is_one_line(tmp_path: Path, lamps: Path, run: Path):
    out = tmp_path / "report.html"
    other = write_set(tmp_path / "other")
    (other / "documents" / "log.txt").write_text("Another text.")
    stranger = write_run(tmp_path / "stranger.jsonl", other, rows())
    (tmp_path / "text.jsonl").write_text("no run\n")
    assert "name a run file" in error_of([], out)
    assert "report each set by itself" in error_of([run, stranger], out)
    assert "text.jsonl: line 1" in error_of([tmp_path / "text.jsonl"], out)
    assert "cannot be read" in error_of([tmp_path / "none.jsonl"], out)
    assert "give 0 or more" in error_of([run], out, max_questions=-1)
    assert "is a folder" in error_of([run], tmp_path)
    assert "is a run to be reported" in error_of([stranger], stranger)
    before = stranger.read_bytes()
    assert "is a run; name another file" in error_of([run], stranger)
    assert stranger.read_bytes() == before
    assert "is no plain file" in error_of([run], Path(os.devnull))
    assert "cannot be made" in error_of([run], run / "deep" / "report.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("other", "stranger.jsonl", "text.jsonl")
    ]


def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, run: Path):
    out = tmp_path / "report.html"
    out.write_text("old")
    taken = tmp_path / ("n" * 250 + ".html")
    assert "cannot be written" in error_of([run], taken)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    write_report([run], out)
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_of_a_link_its_target_is_written(tmp_path: Path, run: Path):
    target, link = tmp_path / "report.html", tmp_path / "link.html"
    target.write_text("old")
    link.symlink_to(target)
    write_report([run], link)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_share_is_100_percent_only_where_it_is_all():
    shares = (1, 0.9999, 0.996, 0.999999, 0.5, 0.004, 0.0000001, 0)
    assert [percent(share).replace("\u00a0", " ") for share in shares] == [
        *("100 %", "99.99 %", "99.6 %", "more than 99.99 %"),
        *("50 %", "0.4 %", "less than 0.01 %", "0 %"),
    ]


def test_dates_and_times_are_said_as_far_as_they_are_known():
    assert published("2024-03-12T11:20:00+01:00", "time") == "12 March 2024, 11:20"
    assert [published(value, "day") for value in ("2024-03-12", "2024-03", "2024", "soon")] == [
        *("12 March 2024", "March 2024", "2024", "soon")
    ]
    assert published(None, None) is None
    assert [seconds(value).replace("\u00a0", " ") for value in (0.0214, 0.9999, 61.04, 600)] == [
        *("21 ms", "1.0 s", "61.0 s", "10.0 min")
    ]

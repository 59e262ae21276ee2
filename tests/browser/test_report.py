"""The report of runs in a real Chromium, opened as a file.

Skipped where Chromium or Playwright is missing; where CI is set, that is a failure.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.report import write_report
from evals.sets import load_set

pytestmark = pytest.mark.browser

SCRIPT = "</script><script>alert(1)</script><img src='https://evil.example/x.png' onerror=alert(2)>"
LONG_TITLE = f"A very long title of the harbour of Tarn {SCRIPT} " * 8
LAMP = "The lamp 🪔 failed on 14 November 1911 because its oil had frozen."
TANK = "Inspector Marit Olsund ordered a second oil tank."
ARABIC = "انهار الرصيف في صباح الثلاثاء."
PADDING = "Nothing else of note was written down that week, as far as anybody knows. " * 6
DOCUMENTS = {
    "log.txt": f"{PADDING}𝔊🪔 {SCRIPT} \u202egnp.exe {LAMP} \u2066{PADDING}",
    "inspection.txt": f"The inspection took two days. {TANK} It was over in spring.",
    "arabic.txt": f"{ARABIC} {PADDING}",
}


def row(name: str, question: str, document: str, quote: str, *tags: str) -> dict[str, Any]:
    """A question of which this quote is the evidence and the whole answer."""
    start = DOCUMENTS[document].index(quote)
    span = {"document": document, "start": start, "end": start + len(quote)}
    citation = {
        "number": 1,
        "quote": quote,
        "title": LONG_TITLE,
        "publisher": SCRIPT,
        "published": "1911-11-20",
        "published_precision": "day",
        "url": "javascript:alert(3)",
        "source": document,
        "page": 3,
        "page_end": 3,
        "also_in": [],
        "start": span["start"],
        "end": span["end"],
    }
    return {
        "id": name,
        "gold": {
            "question": question,
            "answers": [quote],
            "answerable": True,
            "tags": list(tags),
            "evidence": [{**span, "quote": quote, "grade": 1}],
        },
        "ranking": [
            {"rank": 1, "score": 0.9, "dense": 0.5, "lexical": 3.1, "page": 3, **span},
        ],
        "answer": {
            "abstained": False,
            "confidence": 0.8,
            "threshold": 0.4,
            "reason": None,
            "sentences": [{"text": quote, "role": "answer", "citations": [1]}],
            "citations": [citation],
        },
        "checks": {"citations": [True]},
        "cited": [span],
        "seconds": {"total": 0.2},
        "tokens": {},
        "error": None,
    }


def rows() -> list[dict[str, Any]]:
    made = [
        row("lamp", "Why did the lamp fail?", "log.txt", LAMP, "why", SCRIPT),
        row("tank", f"Who ordered a tank? {SCRIPT}", "inspection.txt", TANK, "who"),
        row("quay", "متى انهار الرصيف؟", "arabic.txt", ARABIC, "when"),
    ]
    tank = made[1]["answer"]
    tank |= {"abstained": True, "confidence": 0.31, "reason": "The corpus does not say: few words."}
    tank |= {"withheld": tank["sentences"], "withheld_citations": tank["citations"]}
    tank |= {"sentences": [], "citations": []}
    made[1] |= {"cited": [], "checks": {"citations": [], "withheld": [True]}}
    return made


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of two runs, of which the second has one question more right."""
    folder = tmp_path_factory.mktemp("report")
    documents = folder / "lamps" / "documents"
    documents.mkdir(parents=True)
    for name, text in DOCUMENTS.items():
        (documents / name).write_text(text, encoding="utf-8")
    question = {"id": "lamp", "question": "Why?", "answers": ["frozen"]}
    (folder / "lamps" / "questions.jsonl").write_text(json.dumps(question))
    first = rows()
    second = [first[0], row("tank", f"Who? {SCRIPT}", "inspection.txt", TANK, "who"), first[2]]
    paths = []
    for name, made in (("first.jsonl", first), (f"{'<b>'}second.jsonl", second)):
        header = {
            "kind": "attest run",
            "schema": 1,
            "settings": {"k": len(paths)},
            "set": {
                "name": SCRIPT,
                "folder": str(folder / "lamps"),
                "hash": load_set(folder / "lamps", check_quotes=False).hash,
            },
            "asked": [one["id"] for one in made],
            "started_at": "2026-01-02T03:04:05Z",
        }
        paths.append(folder / name)
        lines = "".join(json.dumps(line) + "\n" for line in (header, *made))
        paths[-1].write_text(lines, encoding="utf-8")
    return write_report(paths, folder / "report.html")


@pytest.fixture
def open_report(chromium, report):
    """Opens the report in a window; at its end nothing may have been loaded, failed or run."""
    wrong: list[str] = []
    contexts = []

    def opened(fragment: str = "", **options: Any):
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        address = report.as_uri()
        page.on(
            "request",
            lambda asked: wrong.append(asked.url) if asked.url.split("#")[0] != address else None,
        )
        page.on("console", lambda said: wrong.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.goto(address + fragment)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def questions(page):
    return page.locator("details.question")


def test_the_marked_words_are_the_quote_and_the_evidence(open_report):
    page = open_report()
    lamp = questions(page).filter(has_text="Why did the lamp fail?")
    lamp.locator("summary").first.click()
    assert set(lamp.locator("mark.cited").all_text_contents()) == {LAMP}
    assert lamp.locator("mark.gold").all_text_contents() == [LAMP]
    assert "A right" in lamp.locator("summary").first.inner_text()
    around = lamp.locator("blockquote").first.text_content()
    assert SCRIPT in around
    assert around.startswith("… ")
    source = lamp.locator(".source", has_text="[1]").first.inner_text()
    assert "20 November 1911" in source
    assert "page 3" in source
    assert "its check held" in source
    assert "matches the gold" in source
    lamp.get_by_text("The ranking: 1 passage").first.click()
    assert "✓ evidence" in lamp.locator(".ranking").first.inner_text()


def test_what_was_withheld_is_shown_with_why(open_report):
    page = open_report()
    tank = questions(page).filter(has_text="withheld though answerable")
    tank.locator("summary").first.click()
    assert "Withheld: confidence 0.31 < 0.40." in tank.inner_text()
    tank.get_by_text("The draft that was withheld").click()
    assert tank.locator(".draft mark.cited").all_text_contents() == [TANK]


def test_a_chip_leads_to_its_source_by_keyboard(open_report):
    page = open_report()
    lamp = questions(page).filter(has_text="Why did the lamp fail?")
    lamp.locator("summary").first.focus()
    page.keyboard.press("Enter")
    chip = lamp.locator("a.chip").first
    chip.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.className === 'source'")
    assert page.evaluate("document.activeElement.querySelector('mark').textContent") == LAMP


def test_the_list_is_filtered_by_words_tag_and_outcome(open_report):
    page = open_report()
    assert questions(page).count() == 3
    assert "tank?" in questions(page).first.inner_text()  # the worst is first
    page.get_by_label("Words of the question").fill("LAMP fail")
    page.get_by_text("1 of 3 questions").wait_for()
    assert questions(page).count() == 1
    page.get_by_label("Words of the question").fill("")
    page.get_by_label("Tag", exact=True).select_option("when")
    assert "متى" in questions(page).inner_text()
    page.get_by_label("Tag", exact=True).select_option("")
    page.get_by_label("Outcome", exact=True).select_option(label="withheld though answerable")
    assert questions(page).count() == 1
    page.get_by_label("In run").select_option(label="B")
    assert questions(page).count() == 0
    page.get_by_label("In run").select_option("")
    page.get_by_label("Outcome", exact=True).select_option(label="differs between the runs")
    assert questions(page).count() == 1
    page.get_by_label("Outcome", exact=True).select_option("")
    page.get_by_label("Order").select_option("set")
    assert "lamp fail" in questions(page).first.inner_text()


def test_an_outcome_of_the_summary_leads_to_its_questions(open_report):
    page = open_report()
    page.locator("tr[data-outcome=withheld] a").click()
    page.get_by_text("1 of 3 questions").wait_for()
    assert page.get_by_label("Outcome", exact=True).input_value() == "withheld"


def test_a_link_opens_its_question(open_report):
    page = open_report("#q-quay")
    quay = page.locator("details.question[open]")
    quay.wait_for()
    assert quay.locator("mark.gold").all_text_contents() == [ARABIC]
    assert quay.locator("blockquote").first.get_attribute("dir") == "rtl"


def test_tags_are_sorted_by_a_column(open_report):
    page = open_report()
    names = "[...document.querySelectorAll('#tags tbody th')].map((one) => one.textContent)"
    before = page.evaluate(names)
    page.locator("#tags th button", has_text="tag").click()
    assert page.evaluate(names) == sorted(before)
    page.locator("#tags th button", has_text="tag").click()
    assert page.evaluate(names) == sorted(before, reverse=True)
    page.locator("#tags th button", has_text="answered").click()
    assert page.evaluate(names)[-1] == "who"
    assert page.locator("#tags th[aria-sort=descending]").count() == 1


def test_without_javascript_the_summary_tables_and_curves_are_there(open_report):
    page = open_report(java_script_enabled=False)
    for name in ("summary", "runs", "measures", "differences", "risk", "tags", "costs"):
        assert page.locator(f"#{name}").is_visible()
    assert page.locator("#measures tbody tr").count() > 20
    assert page.locator("#risk svg polyline").count() == 2
    assert "cannot be shown without JavaScript" in page.locator("#questions").inner_text()
    assert questions(page).count() == 0


@pytest.mark.parametrize("width", [1400, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window(open_report, width: int, scheme: str):
    page = open_report(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for inner in ("details.question", ".inside details", "details"):
        page.evaluate(f"document.querySelectorAll('{inner}').forEach((one) => one.open = true)")
        page.wait_for_timeout(100)  # they are drawn after they were opened
    assert page.locator(".ranking").count() == 6
    assert page.evaluate("document.documentElement.scrollWidth") <= width

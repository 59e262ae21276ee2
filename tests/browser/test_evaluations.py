"""Evaluations and health in a real Chromium: a run goes on while one is elsewhere."""

import json
import re

import pytest

from desk_browser import Visit, desk

pytestmark = pytest.mark.browser

HOSTILE = "<script>alert(1)</script> ![pixel](https://evil.example/pixel.png)"
LAMP = "The Gull Rock lamp failed on 14 November 1911 because its oil had frozen."
TANK = "Inspector Marit Olsund ordered a second oil tank on 3 March 1912."
DOCUMENTS = {
    "log.md": f"The winter came early to the rock.\n\n{LAMP} The keeper walked for help.\n",
    "inspection.md": f"The inspection took two days.\n\n{TANK} The work was finished in spring.\n",
}
QUESTIONS = [
    {
        "id": "lamp",
        "question": "Why did the Gull Rock lamp fail?",
        "answers": ["its oil had frozen"],
        "answerable": True,
        "evidence": [{"document": "log.md", "quote": LAMP}],
        "tags": ["why"],
    },
    {
        "id": "tank",
        "question": f"Who ordered a second oil tank? {HOSTILE}",
        "answers": ["Marit Olsund"],
        "answerable": True,
        "evidence": [{"document": "inspection.md", "quote": TANK}],
        "tags": ["who"],
    },
    {
        "id": "king",
        "question": "How many astronauts did the Norwegian parliament elect in 2031?",
        "answers": [],
        "answerable": False,
        "evidence": [],
        "tags": ["off-topic"],
    },
]


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    """A tiny set."""
    folder = tmp_path_factory.mktemp("sets") / "harbour"
    (folder / "documents").mkdir(parents=True)
    for name, text in DOCUMENTS.items():
        (folder / "documents" / name).write_text(text, encoding="utf-8")
    lines = "".join(f"{json.dumps(one)}\n" for one in QUESTIONS)
    (folder / "questions.jsonl").write_text(lines, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with desk(tmp_path_factory.mktemp("page"), OPENAI_API_KEY="sk-very-secret") as served:
        yield served


def turn_to(visit, name):
    visit.page.get_by_role("link", name=name, exact=True).click()
    visit.page.get_by_role("heading", name=name, exact=True, level=1).wait_for()


def fit(page, width):
    """The page at this width does not become wider than its window."""
    page.set_viewport_size({"width": width, "height": 900})
    main = "document.querySelector('[data-testid=stMain]')"
    # Not at once: tables of Streamlit follow their window.
    page.wait_for_function(f"{main}.scrollWidth <= {main}.clientWidth", timeout=10_000)


# The tests of this module tell one story and run in this order: the first one makes the run.


def test_a_run_goes_on_while_one_is_elsewhere(visit, harbour):
    page = visit.page
    page.goto(visit.address)
    turn_to(visit, "Evaluations")
    page.get_by_text("No run is stored yet.").wait_for()
    page.get_by_label("or the folder of another set").fill(str(harbour))
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_text("Run of harbour").wait_for()
    turn_to(visit, "Settings and health")
    page.get_by_text("Nothing is changed here").wait_for()
    turn_to(visit, "Evaluations")
    page.get_by_text("Run of harbour: done").wait_for()
    page.get_by_role("button", name="Open the run").click()
    page.get_by_text("3 questions to ask, 2 answerable").wait_for()
    page.wait_for_function("location.search.startsWith('?run=harbour-')")
    assert page.get_by_role("columnheader", name="95 % interval").is_visible()
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_text("Run of harbour").wait_for(state="detached")


def opened(visit):
    page = visit.page
    page.goto(visit.address)
    turn_to(visit, "Evaluations")
    page.get_by_label("Run", exact=True).click()
    page.get_by_role("option").first.click()
    page.get_by_role("tab", name="Questions").click()
    return page


def test_a_question_is_opened_by_keyboard_with_its_answer_and_its_sources(visit):
    page = opened(visit)
    page.get_by_label("Words of the question, its id or a tag").fill("gull rock")
    page.keyboard.press("Enter")
    page.get_by_text("1 question, the worst first.").wait_for()
    page.get_by_role("button", name="Open the first question").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Why did the Gull Rock lamp fail?").wait_for()
    page.get_by_text("unchanged since the run").wait_for()
    page.wait_for_function("location.search.includes('question=lamp')")
    assert page.locator("mark", has_text="frozen").count() >= 2  # cited, and gold
    assert "The winter came early" in page.get_by_role("region", name="Cited").inner_text()


def test_a_row_of_the_table_opens_its_question_and_back_leads_to_the_one_before(visit):
    page = opened(visit)
    page.get_by_role("button", name="Open the first question").wait_for()
    table = page.locator("[data-testid=stDataFrame] canvas").first
    table.scroll_into_view_if_needed()
    # The box before the first row; what scrolls lies over the drawing.
    table.click(position={"x": 18, "y": 52}, force=True)
    page.wait_for_function("location.search.includes('question=')")
    page.get_by_text("unchanged since the run").wait_for()
    first, asked = page.evaluate("location.search"), page.locator("h2").last.inner_text()
    page.get_by_role("button", name="Next question").click()
    page.wait_for_function("before => location.search !== before", arg=first)
    page.locator("h2", has_text=asked).wait_for(state="detached")
    page.go_back()
    page.wait_for_function("before => location.search === before", arg=first)
    page.locator("h2", has_text=asked).wait_for()


def test_a_hostile_question_is_only_text_and_the_page_fits_narrow_ones(visit):
    page = opened(visit)
    page.get_by_label("Words of the question, its id or a tag").fill("oil tank")
    page.keyboard.press("Enter")
    page.get_by_text("1 question, the worst first.").wait_for()
    page.get_by_role("button", name="Open the first question").click()
    page.get_by_role("heading", name=re.compile("Who ordered a second oil tank")).wait_for()
    assert "<script>alert(1)" in page.locator("h2").last.inner_text()
    assert page.locator("[data-testid=stMain] img").count() == 0
    assert page.locator("a[href*=evil]").count() == 0
    for width in (1280, 360):
        fit(page, width)


def test_a_link_leads_to_the_question_and_the_view_is_kept_on_coming_back(visit):
    page = opened(visit)
    page.get_by_role("button", name="Open the first question").click()
    page.wait_for_function("location.search.includes('question=')")
    link = page.evaluate("location.pathname + location.search")
    page.goto(visit.address + link)
    page.get_by_text("unchanged since the run").wait_for()
    turn_to(visit, "Settings and health")
    turn_to(visit, "Evaluations")
    page.get_by_text("unchanged since the run").wait_for()
    page.wait_for_function("link => location.search && link.endsWith(location.search)", arg=link)


def test_the_report_is_downloaded_on_request(visit, tmp_path):
    page = opened(visit)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the report").click()
    path = tmp_path / "report.html"
    download.value.save_as(path)
    assert download.value.suggested_filename.startswith("harbour-")
    assert "Evaluation of harbour" in path.read_text(encoding="utf-8")


def test_two_windows_do_not_see_each_others_run(chromium, visit):
    opened(visit)
    other = Visit(chromium, visit.address)
    other.page.goto(visit.address)
    turn_to(other, "Evaluations")
    other.page.get_by_placeholder("Choose a stored run").wait_for()
    assert other.page.get_by_role("tab").count() == 0
    other.context.close()
    assert other.wrong == []


def test_health_says_what_is_in_force_and_no_secret(visit):
    page = visit.page
    page.goto(visit.address)
    turn_to(visit, "Settings and health")
    page.get_by_text("Offline: nothing leaves this machine.").wait_for()
    page.get_by_text("No problem was found.").wait_for()
    page.get_by_text("RAG_DATA_DIR").wait_for()
    page.get_by_text("Left at their defaults").click()
    page.get_by_text("RAG_ABSTAIN_THRESHOLD").wait_for()
    assert "sk-very-secret" not in page.content()
    page.get_by_role("button", name="Examine again").click()
    page.get_by_text("No problem was found.").wait_for()
    for width in (1280, 360):
        fit(page, width)

"""The library in a real Chromium, over a real index and the real embedding model."""

from collections.abc import Iterator

import pytest

from desk_browser import ROOT, desk

pytestmark = pytest.mark.browser

QUOTE = "The Gull Rock lamp failed because its oil had frozen in the pipe."
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 99
HEAD = "---\ntitle: The keeper's log\npublisher: Lighthouse Bord\n---\n\n"


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("library")
    with desk(folder) as started:
        yield started


# The tests of this module tell one story and run in this order.


def test_files_are_taken_in_each_with_what_became_of_it(visit):
    page = visit.page
    visit.open("/library", heading="Library")
    page.get_by_text("No document yet.").wait_for()
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "log.md", "mimeType": "text/markdown", "buffer": f"{HEAD}{QUOTE}\n".encode()},
            {"name": "../../broken.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 no"},
            {"name": "photo.png", "mimeType": "image/png", "buffer": PICTURE},
            {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
        ]
    )
    page.get_by_text("Not taken: 2 files").wait_for()
    page.get_by_text("photo.png: ").wait_for()
    page.get_by_text("empty.txt: ").wait_for()
    page.get_by_role("heading", name="Could not be read").wait_for()
    page.locator("p", has_text="broken.pdf").first.wait_for()
    page.get_by_text("2 documents", exact=True).wait_for()
    page.reload()
    page.get_by_role("heading", name="Could not be read").wait_for()


def test_a_document_is_opened_read_and_corrected(visit):
    page = visit.page
    visit.open("/library", heading="Library")
    page.get_by_label("Find documents").fill("KEEPER bord")
    page.keyboard.press("Enter")
    page.get_by_text("1 of 2 documents").wait_for()
    page.get_by_label("Open a document").click()
    page.get_by_role("option", name="The keeper's log").click()
    page.get_by_role("heading", name="The keeper's log").wait_for()
    page.get_by_label("Find in this document").fill("OIL had frozen")
    page.keyboard.press("Enter")
    page.get_by_text("1 of 1 place").wait_for()
    assert page.locator("mark").inner_text() == "oil had frozen"

    page.get_by_text("What is known of it, and where from").click()
    page.get_by_text("the file, front matter").first.wait_for()
    page.get_by_label("Publisher").fill("Lighthouse Board")
    page.get_by_label("Published").fill("1911-11-20")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    page.reload()
    page.get_by_text("Lighthouse Board").first.wait_for()
    page.get_by_text("20 November 1911").first.wait_for()


def test_a_source_of_an_answer_leads_to_its_place_in_the_document(visit):
    page = visit.page
    visit.open("/")
    visit.ask("Why did the Gull Rock lamp fail?")
    page.get_by_role("link", name="Whole document: The keeper's log").first.click()
    page.get_by_role("heading", name="The keeper's log").wait_for()
    assert page.locator("#attest-found").inner_text() == QUOTE
    page.wait_for_function(
        "() => { const box = document.getElementById('attest-found').getBoundingClientRect();"
        " return box.top >= 0 && box.bottom <= innerHeight }"
    )
    page.go_back()
    page.get_by_role("article").wait_for()


def test_other_pages_and_back_find_the_answer_and_filters_as_they_were(visit):
    page = visit.page
    visit.open("/")
    visit.ask("Why did the Gull Rock lamp fail?")
    kept = visit.answer_id()
    page.get_by_role("link", name="Library").click()
    page.get_by_role("heading", name="Library").wait_for()
    page.get_by_role("link", name="Ask", exact=True).click()
    page.locator("p", has_text=f"kept as {kept}").wait_for()
    assert visit.answer_id() == kept


def test_a_page_of_a_pdf_is_shown_beside_its_words(visit):
    page = visit.page
    visit.open("/library", heading="Library")
    report = ROOT / "seeds" / "documents" / "quay-inquiry-final-report.pdf"
    page.locator("input[type=file]").set_input_files(report)
    page.get_by_text("3 documents", exact=True).wait_for()
    page.get_by_label("Open a document").click()
    page.get_by_role("option", name="quay-inquiry").click()
    picture = page.get_by_role("img", name="Page 1 as it looks")
    picture.wait_for()
    assert picture.evaluate("image => image.naturalWidth") > 600
    page.get_by_role("button", name="Next page").click()
    page.get_by_role("img", name="Page 2 as it looks").wait_for()


def test_what_is_forgotten_leaves_the_list_and_the_answers(visit):
    page = visit.page
    visit.open("/library", heading="Library")
    page.get_by_role("button", name="Forget", exact=True).click()
    page.get_by_role("dialog").get_by_text("Forget this document").click()
    page.get_by_role("dialog").get_by_role("button", name="Forget").click()
    page.get_by_text("2 documents", exact=True).wait_for()
    page.get_by_role("heading", name="Could not be read").wait_for(state="detached")
    page.get_by_label("Open a document").click()
    page.get_by_role("option", name="The keeper's log").click()
    page.get_by_role("button", name="Forget this document").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("kept answers quote it").wait_for()
    dialog.get_by_text("Forget this document").click()
    dialog.get_by_role("button", name="Forget").click()
    page.get_by_text("1 document", exact=True).wait_for()
    visit.open("/")
    visit.ask("Why did the Gull Rock lamp fail?")
    assert QUOTE not in page.locator("[data-testid=stMain]").inner_text()


def test_a_narrow_page_does_not_scroll_sideways(visit):
    visit.page.set_viewport_size({"width": 360, "height": 800})
    visit.open("/library", heading="Library")
    visit.page.get_by_text("1 document", exact=True).wait_for()
    main = "document.querySelector('[data-testid=stMain]')"
    assert visit.page.evaluate(f"{main}.scrollWidth <= {main}.clientWidth")

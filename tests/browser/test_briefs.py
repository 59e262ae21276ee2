"""Briefs in a real Chromium, over a real index and the real embedding model."""

import zipfile
from collections.abc import Iterator

import pytest

from desk_browser import desk

pytestmark = pytest.mark.browser

QUOTE = "The Gull Rock lamp failed because its oil had frozen in the pipe."
LOG = f"---\ntitle: The keeper's log\npublisher: Lighthouse Board\n---\n\n{QUOTE}\n"


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("briefs")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "log.md").write_text(LOG)
    with desk(folder) as started:
        yield started


def popover(page, name, *, within=None):
    (within or page).get_by_role("button", name=name, exact=True).first.click()
    return page.locator("[data-testid=stPopoverBody]")


# The tests of this module tell one story and run in this order.


def test_an_answer_is_put_into_a_new_brief_from_ask(visit):
    page = visit.page
    visit.open("/")
    page.get_by_role("button", name="Index now").click()
    page.get_by_placeholder("Ask a question in plain words").wait_for()
    visit.ask("Why did the Gull Rock lamp fail?")
    page.get_by_role("button", name="Add to brief").click()
    box = page.get_by_role("dialog")
    box.get_by_label("Or a new one").fill("Gull Rock")
    box.get_by_label("Section", exact=True).fill("The lamp")
    box.get_by_role("button", name="Add", exact=True).click()
    box.get_by_text("Added to Gull Rock.").wait_for()
    box.get_by_role("link", name="Open the brief").click()
    page.get_by_role("heading", name="Gull Rock").wait_for()
    page.get_by_role("heading", name="1. The lamp").wait_for()
    page.get_by_text(QUOTE).wait_for()


def test_text_is_written_and_an_altered_mark_is_named_and_nothing_lost(visit):
    page = visit.page
    visit.open("/briefs", heading="Briefs")
    page.get_by_role("button", name="Gull Rock").click()
    page.get_by_role("heading", name="1. The lamp").wait_for()
    visit.settled()
    key = page.locator("small", has_text="[@").first.inner_text().split("]")[0].strip(" [@")
    altered = f"{key[:-1]}{'0' if key[-1] != '0' else '1'}"
    box = popover(page, "Add text")
    box.get_by_role("textbox", name="Your text").fill(f"The oil froze. [@{altered}]")
    box.get_by_role("button", name="Add", exact=True).click()
    box.get_by_text(f"was it altered from [@{key}]?").wait_for()
    assert (
        box.get_by_role("textbox", name="Your text").input_value() == f"The oil froze. [@{altered}]"
    )
    box.get_by_role("textbox", name="Your text").fill(f"The oil **froze**. [@{key}]")
    box.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("version 3").wait_for()
    visit.settled()
    page.get_by_text("The oil **froze**.").wait_for()
    page.locator(".st-key-Up-1-2 button").first.click()
    page.get_by_text("version 4").wait_for()


def test_the_brief_is_read_exported_and_verified(visit, tmp_path):
    page = visit.page
    visit.open("/briefs", heading="Briefs")
    page.get_by_role("button", name="Gull Rock").click()
    page.get_by_role("heading", name="1. The lamp").wait_for()
    visit.settled()
    page.get_by_role("radio", name="Read").click()
    shown = page.frame_locator("iframe")
    shown.get_by_role("heading", name="Gull Rock", exact=True).wait_for()
    assert shown.locator("strong", has_text="froze").count() == 1
    assert shown.locator("[role=doc-noteref]").count() == 2
    visit.settled()
    page.get_by_role("radio", name="Verify").click()
    page.get_by_text("1 of 1 citation hold.").wait_for()
    page.get_by_text("2 of 2 sentences keep the particulars of what they cite.").wait_for()
    visit.settled()
    page.get_by_role("radio", name="Sources").click()
    page.get_by_text("Source summary statement").wait_for()
    box = popover(page, "Describe")
    box.get_by_label("Kind").fill("station log")
    box.get_by_role("button", name="Save").click()
    page.get_by_text("Kind: station log").wait_for()
    visit.settled()
    box = popover(page, "Export")
    with page.expect_download() as started:
        box.get_by_role("button", name="Download").click()
    path = tmp_path / "brief.docx"
    started.value.save_as(path)
    assert started.value.suggested_filename == "gull-rock.docx"
    with zipfile.ZipFile(path) as zipped:
        assert QUOTE.encode() in zipped.read("word/document.xml")
        assert zipped.read("word/footnotes.xml").count(b"<w:footnote ") == 4


def test_an_earlier_version_is_restored_and_a_brief_deleted(visit):
    page = visit.page
    visit.open("/briefs", heading="Briefs")
    page.get_by_role("button", name="Gull Rock").click()
    page.get_by_role("heading", name="1. The lamp").wait_for()
    visit.settled()
    popover(page, "Versions").get_by_role("button", name="Restore").last.click()
    page.get_by_text("version 6").wait_for()
    page.get_by_role("heading", name="1. The lamp").wait_for(state="detached")
    visit.settled()
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("Delete this brief").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.get_by_role("heading", name="Begin a brief").wait_for()
    page.get_by_role("button", name="Gull Rock").wait_for(state="detached")

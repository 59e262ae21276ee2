"""Asking on the page, in a real Chromium, over a real index and the real embedding model."""

import re
from collections.abc import Iterator

import pytest

from desk_browser import Visit, desk

pytestmark = pytest.mark.browser

QUOTE = "The Gull Rock lamp failed on 14 November 1911 because its oil had frozen in the pipe."
REPLY = "Inspector Marit Olsund ordered a second oil tank for the Gull Rock lamp."
LONG_TITLE = "A very long title about the harbour of Tarn " * 10
DOCUMENTS = {
    "log.md": f"""---
title: The keeper's log
publisher: Lighthouse Board
date: 1911-11-20
---

The winter came early to the rock.

{QUOTE} The keeper walked to the village for help.

The supply boat was late by nine days.
""",
    "inspection.md": f"""---
title: Report of the inspection
publisher: Coast Office
date: 1912-03
---

The inspection took two days.

{REPLY} The work was finished in the spring.
""",
    "hostile.html": f"""<html><head><title>{LONG_TITLE}&lt;script&gt;alert(1)&lt;/script&gt;</title>
<meta name="author" content="![pixel](https://evil.example/author.png)">
<meta property="og:site_name" content="![pixel](https://evil.example/site.png)">
</head><body><article><h1>{LONG_TITLE}</h1>
<script>alert('from the page')</script>
<p>The ferry of Tarn carried forty barrels of salted herring on its last crossing.
&lt;script&gt;alert(2)&lt;/script&gt; &lt;img src=x onerror=alert(3)&gt;
![pixel](https://evil.example/pixel.png) [go](javascript:alert(4))</p>
<p>The harbour of Tarn was closed to the ferry of Tarn during the winter that followed.</p>
<img src="https://evil.example/remote.png"></article></body></html>
""",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """The page over an empty store and a small corpus."""
    folder = tmp_path_factory.mktemp("page")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in DOCUMENTS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    (corpus / "drawing.xyz").write_text("no format we read", encoding="utf-8")
    with desk(folder) as started:
        yield started


# The tests of this module tell one story and run in this order: the first one indexes.


def test_first_run_indexes_the_corpus_and_reports_it(visit):
    visit.open()
    visit.page.get_by_text("Nothing is indexed yet").wait_for()
    assert visit.page.title() == "Attest"
    visit.page.get_by_role("button", name="Index now").click()
    visit.page.get_by_text(re.compile(r"3 new, 1 unsupported\.")).wait_for()
    visit.page.get_by_text("drawing.xyz").wait_for()
    visit.page.get_by_text("No filters in force: searching 3 documents.").wait_for()
    visit.page.get_by_role("button", name="Put away").click()
    visit.page.get_by_text("3 new").wait_for(state="detached")


def test_the_highlighted_text_is_the_quote_and_a_chip_leads_to_it(visit):
    visit.open()
    visit.ask("Why did the Gull Rock lamp fail?")
    page = visit.page
    assert QUOTE in page.get_by_role("article").inner_text()
    assert page.locator("mark", has_text="frozen").first.text_content() == QUOTE
    source = page.locator("section li", has_text="frozen").first.inner_text()
    assert "The keeper's log" in source
    assert "Lighthouse Board · 20 November 1911" in source
    assert "The keeper walked to the village" in source

    chip = page.get_by_role("article").get_by_role("link").first
    number = chip.inner_text().strip("[]")
    chip.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.activeElement.id === 'attest-source-{number}'")
    quoted = page.locator(f"#attest-source-{number}")
    assert quoted.locator("mark").is_visible()
    # Opened there: more of its text, and the answer still beside it.
    assert page.get_by_role("article").is_visible()
    assert "attest-source" in page.url  # the rest of the address is still there
    assert visit.answer_id()


def test_opening_what_was_not_used_asks_nothing_again(visit):
    visit.open()
    visit.ask("Why did the Gull Rock lamp fail?")
    kept = visit.answer_id()
    visit.page.get_by_text("Retrieved, not used").click()
    below = visit.page.locator("details li").first
    below.wait_for()
    assert re.search(r"rank \d+ · score 0\.\d\d · dense -?\d\.\d\d · lexical", below.inner_text())
    assert "Not used:" in below.inner_text()
    assert visit.answer_id() == kept


def test_a_filter_is_in_force_in_the_address_and_in_the_answer(visit):
    visit.open()
    visit.ask("What happened to the Gull Rock lamp?")
    before = visit.answer_id()
    page = visit.page
    page.get_by_label("Publisher").fill("Coast")
    page.get_by_role("option", name="Coast Office").click()
    page.get_by_text("Only publisher Coast Office.").wait_for()
    page.wait_for_function("location.search.includes('publisher=Coast+Office')")
    page.locator("p", has_text="kept as").filter(has_not_text=before).wait_for()
    assert visit.answer_id() != before
    assert "frozen" not in page.locator("[data-testid=stMain]").inner_text()

    link, kept = page.url.replace(visit.address, ""), visit.answer_id()
    visit.open(link)
    page.get_by_text("Only publisher Coast Office.").wait_for()
    page.locator("p", has_text=f"kept as {kept}").wait_for()


def test_a_filter_that_is_no_date_is_said_to_be_none(visit):
    visit.open("/?q=Why+did+the+lamp+fail%3F&since=%21%5Bx%5D%28https%3A%2F%2Fevil.example%2Fx%29")
    visit.page.get_by_text("which is no date; write 2023, 2023-10 or 2023-10-07.").wait_for()


def test_what_the_corpus_does_not_say_is_said_with_the_nearest_passages(visit):
    visit.open()
    visit.ask("How many astronauts did the Norwegian parliament elect in 2031?")
    page = visit.page
    page.get_by_role("heading", name="The corpus does not say").wait_for()
    page.get_by_text("an answer is given from 0.40").wait_for()
    page.get_by_role("heading", name="The nearest passages").wait_for()
    assert page.get_by_role("article").count() == 0


def test_a_reload_keeps_the_answer_and_asks_nothing(visit):
    visit.open()
    visit.ask("Who ordered a second oil tank?")
    kept = visit.answer_id()
    shown = visit.page.get_by_role("article").inner_text()
    assert REPLY in shown
    visit.page.reload()
    visit.page.locator("p", has_text=f"kept as {kept}").wait_for()
    assert visit.page.get_by_role("article").inner_text() == shown
    assert visit.page.locator("h2").inner_text() == "Who ordered a second oil tank?"
    assert visit.answer_id() == kept


def test_back_leads_to_the_answer_before(visit):
    visit.open()
    visit.ask("Who ordered a second oil tank?")
    first = visit.answer_id()
    visit.ask("Why did the Gull Rock lamp fail?")
    visit.page.go_back()
    visit.page.locator("p", has_text=f"kept as {first}").wait_for()
    visit.page.locator("h2", has_text="Who ordered").wait_for()


def test_a_hostile_source_is_only_text(visit):
    visit.open()
    visit.ask("How many barrels of salted herring did the ferry of Tarn carry?")
    page = visit.page
    main = page.locator("[data-testid=stMain]")
    assert "forty barrels" in main.inner_text()
    assert "<script>alert" in main.inner_text()
    assert "![pixel](https://evil.example" in main.inner_text()
    assert page.locator("[data-testid=stMain] img").count() == 0
    page.get_by_label("Documents").fill("Tarn")
    page.get_by_role("option").last.wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Only document").wait_for()
    assert page.locator("img[src*=evil], a[href*=evil], a[href^=javascript]").count() == 0
    for width in (1280, 420):
        page.set_viewport_size({"width": width, "height": 900})
        wider = "() => document.querySelector('[data-testid=stMain]')"
        assert page.evaluate(f"({wider})().scrollWidth <= ({wider})().clientWidth")


def test_two_windows_do_not_see_each_others_questions(chromium, visit):
    visit.open()
    visit.ask("Who ordered a second oil tank?")
    other = Visit(chromium, visit.address)
    other.open()
    other.page.get_by_text("No filters in force").wait_for()
    assert "oil tank" not in other.page.locator("body").inner_text()
    assert other.page.get_by_role("article").count() == 0
    other.context.close()
    assert other.wrong == []


def test_a_chip_shows_the_quote_and_its_source_before_it_is_clicked(visit):
    visit.open()
    visit.ask("Why did the Gull Rock lamp fail?")
    chip = visit.page.get_by_role("article").get_by_role("link").first
    tip = chip.get_by_role("tooltip")
    assert not tip.is_visible()
    chip.hover()
    assert tip.is_visible()
    said = tip.inner_text()
    assert "The keeper's log, Lighthouse Board, 20 November 1911, 115 years old when asked" in said
    assert QUOTE in said
    visit.page.mouse.move(0, 0)
    assert not tip.is_visible()
    visit.page.keyboard.press("Tab")
    chip.focus()
    assert tip.is_visible()


def test_a_conversation_goes_on_survives_a_reload_and_is_found_again(visit):
    page = visit.page
    visit.open()
    visit.ask("Why did the Gull Rock lamp fail?")
    first = visit.answer_id()
    visit.ask("Who ordered a second oil tank?")
    page.get_by_role("heading", name="In this conversation").wait_for()
    page.reload()
    page.get_by_role("button", name="Why did the Gull Rock lamp fail?").click()
    page.locator("p", has_text=f"kept as {first}").wait_for()
    assert visit.answer_id() == first

    page.get_by_role("button", name="New conversation").click()
    page.wait_for_function("!location.search.includes('conversation')")
    page.get_by_role("article").wait_for(state="detached")
    page.get_by_text("Conversations", exact=True).click()
    page.get_by_label("Search conversations").fill("GULL tank")
    page.keyboard.press("Enter")
    row = page.get_by_role("button", name="Why did the Gull Rock lamp fail?").first
    row.wait_for()
    page.get_by_role("button", name="Edit", exact=True).first.click()
    page.get_by_label("Name").fill("The lamp")
    page.get_by_role("button", name="Rename", exact=True).click()
    page.get_by_label("Search conversations").fill("the lamp")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="The lamp", exact=True).click()
    page.get_by_role("article").wait_for()
    page.wait_for_function("location.search.includes('conversation=')")

    page.get_by_role("button", name="Edit", exact=True).first.click()
    page.get_by_text("Delete this conversation and its answers").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("article").wait_for(state="detached")
    visit.open(f"/?answer={first}")
    page.get_by_text(f"The answer {first} is not kept here").wait_for()


def test_an_answer_is_copied_with_its_citations(visit):
    visit.open()
    visit.ask("Who ordered a second oil tank?")
    visit.page.get_by_role("button", name="Copy with citations").click()
    codes = visit.page.locator("[data-testid=stCode]")
    codes.last.wait_for()
    texts = codes.all_inner_texts()
    markdown, plain = (" ".join(text.split()) for text in texts)
    assert f"{REPLY}[^1]" in markdown
    assert "[^1]: Report of the inspection, Coast Office, March 1912 (day unknown)" in markdown
    assert f"{REPLY} [1]" in plain


def test_asking_again_makes_a_new_answer_in_the_place_of_the_old_one(visit):
    visit.open()
    visit.ask("Who ordered a second oil tank?")
    before = visit.answer_id()
    visit.page.get_by_role("button", name="Ask again").click()
    visit.page.locator("p", has_text="kept as").filter(has_not_text=before).wait_for()
    assert visit.answer_id() != before
    assert visit.page.get_by_role("heading", name="In this conversation").count() == 0

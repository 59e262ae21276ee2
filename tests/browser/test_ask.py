"""The page in a real Chromium, over a real index and the real embedding model.

Skipped where Chromium or Playwright is missing; where CI is set, that is a failure.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
# The first question waits for the embedding model, on a machine that may be busy.
WAIT_MS = 90_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

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
def chromium():
    """A running Chromium."""

    def missing(what: str) -> None:
        if os.environ.get("CI"):
            pytest.fail(f"{what}, and CI is set: the browser tests must run here")
        pytest.skip(what)

    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright for Python is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        missing(f"none of {', '.join(names)} is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """The page, started as a person starts it, over an empty store and a small corpus."""
    folder = tmp_path_factory.mktemp("page")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in DOCUMENTS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    (corpus / "drawing.xyz").write_text("no format we read", encoding="utf-8")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("RAG_")},
        "RAG_DATA_DIR": str(folder / "data"),
        "RAG_CORPUS_DIR": str(corpus),
    }
    log = (folder / "streamlit.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _await_port(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.seek(0)
        said = log.read()
        log.close()
    assert "Traceback" not in said, said


def _await_port(port: int, process: subprocess.Popen) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        assert process.poll() is None, "streamlit stopped"
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"streamlit did not listen within {START_SECONDS} s")


class Visit:
    """One person's browser window, and what it did that it should not."""

    def __init__(self, browser, address: str) -> None:
        self.address = address
        self.wrong: list[str] = []
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("request", self._requested)
        self.page.on("websocket", self._requested)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script error: {error}"))
        self.page.on("dialog", self._dialog)

    def open(self, path: str = "/") -> None:
        self.page.goto(self.address + path)
        self.page.get_by_role("heading", name="Attest", exact=True).wait_for()

    def ask(self, question: str) -> None:
        before = self.answer_id()
        self.page.get_by_label("Question").fill(question)
        self.page.keyboard.press("Enter")
        self.page.wait_for_function(
            "before => { const now = new URL(location).searchParams.get('answer');"
            " return now && now !== before }",
            arg=before,
        )
        self.page.locator("h2", has_text=question).wait_for()
        self.page.locator("p", has_text=f"kept as {self.answer_id()}").wait_for()

    def answer_id(self) -> str | None:
        return parse_qs(urlsplit(self.page.url).query).get("answer", [None])[0]

    def _requested(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.wrong.append(f"request to {request.url}")

    def _said(self, message) -> None:
        if message.type == "error":
            self.wrong.append(f"console: {message.text}")

    def _dialog(self, dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture
def visit(chromium, address):
    """A window of its own; at its end nothing may have left loopback, failed or popped up."""
    made = Visit(chromium, address)
    yield made
    made.context.close()
    assert made.wrong == []


# The tests of this module tell one story and run in this order: the first one indexes.


def test_first_run_indexes_the_corpus_and_reports_it(visit):
    visit.open()
    visit.page.get_by_text("Nothing is indexed yet").wait_for()
    assert visit.page.title() == "Attest"
    visit.page.get_by_role("button", name="Index now").click()
    visit.page.get_by_text(re.compile(r"3 new, 1 unsupported\.")).wait_for()
    visit.page.get_by_text("drawing.xyz").wait_for()
    visit.page.get_by_text("No filters in force: searching 3 documents.").wait_for()


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
    assert visit.page.get_by_label("Question").input_value() == "Who ordered a second oil tank?"
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
    assert other.page.get_by_label("Question").input_value() == ""
    assert other.page.get_by_role("article").count() == 0
    other.context.close()
    assert other.wrong == []

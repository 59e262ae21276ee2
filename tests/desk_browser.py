"""The desk in a real Chromium: the server as a person starts it, and a window of theirs.

Shared by the tests in `tests/browser`. Where Chromium or Playwright is missing they are skipped;
where CI is set, that is a failure.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

ROOT = Path(__file__).parents[1]
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


@contextmanager
def running_chromium() -> Iterator:
    """A Chromium that Playwright drives; the test is skipped, or fails in CI, without one."""

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


@contextmanager
def desk(folder: Path, **settings: str) -> Iterator[str]:
    """The address of a desk whose data lie in `folder`/data and its corpus in `folder`/corpus.

    `settings` are further environment variables. At its end its log must hold no traceback.
    """
    (folder / "corpus").mkdir(exist_ok=True)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("RAG_")},
        "RAG_DATA_DIR": str(folder / "data"),
        "RAG_CORPUS_DIR": str(folder / "corpus"),
        **settings,
    }
    log = (folder / "streamlit.log").open("w+")
    process = _started(port, environment, log)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.seek(0)
        said = log.read()
        log.close()
    assert "Traceback" not in said, said


def _started(port: int, environment: Mapping[str, str], log) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"],
        cwd=ROOT,
        env=dict(environment),
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        assert process.poll() is None, "streamlit stopped"
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.1)
    process.kill()
    pytest.fail(f"streamlit did not listen within {START_SECONDS} s")


class Visit:
    """One person's browser window, and what it did that it should not.

    `wrong` holds requests to other hosts, errors of scripts and of the console, dialogs.
    """

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

    def open(self, path: str = "/", *, heading: str = "Attest") -> None:
        """Open a page of the desk and wait for its heading."""
        self.page.goto(self.address + path)
        self.page.get_by_role("heading", name=heading, exact=True).wait_for()
        self.settled()

    def settled(self) -> None:
        """Wait until the page is drawn whole: what is opened before that closes again."""
        self.page.wait_for_function(
            "() => document.querySelector('[data-testid=stApp]')"
            "?.getAttribute('data-test-script-state') === 'notRunning'"
        )

    def type_question(self, question: str) -> None:
        """Send a question without waiting for what comes of it."""
        box = self.page.get_by_placeholder("Ask a question in plain words")
        box.fill(question)
        box.press("Enter")

    def ask(self, question: str) -> None:
        """Ask, and wait until the answer is shown and kept."""
        before = self.answer_id()
        self.type_question(question)
        self.page.wait_for_function(
            "before => { const now = new URL(location).searchParams.get('answer');"
            " return now && now !== before }",
            arg=before,
        )
        self.page.locator("h2", has_text=question).wait_for()
        self.page.locator("p", has_text=f"kept as {self.answer_id()}").wait_for()
        self.settled()

    def answer_id(self) -> str | None:
        """The id of the answer that the address names."""
        return parse_qs(urlsplit(self.page.url).query).get("answer", [None])[0]

    def _requested(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.wrong.append(f"request to {request.url}")

    def _said(self, message) -> None:
        # Opened at the address of a page, Streamlit asks beneath it for its server, then above.
        place = urlsplit(message.location.get("url", "")).path
        looked_for = place.endswith(("/_stcore/health", "/_stcore/host-config"))
        if message.type == "error" and not (looked_for and "404" in message.text):
            self.wrong.append(f"console: {message.text}")

    def _dialog(self, dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

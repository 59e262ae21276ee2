"""What the page costs whoever sits before it, and twenty who do at once.

    python -m evals.bench.desk DATA_DIR --questions FILE [--people 20]

DATA_DIR holds an indexed store, FILE questions (JSON lines with `question`). The server is started
as `rag app` starts it; a real Chromium on the same machine opens the page, so its own work is in
every figure. First paint is until the heading stands there, an answer until it can be read.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, sync_playwright

from evals.bench.record import interval, once, record
from rag.launch import streamlit_command
from rag.settings import Settings, load_settings
from rag.store import open_store

COMMAND = "python -m evals.bench.desk"
VISITS = 9
WAIT_MS = 120_000
# Whether an answer other than that of this id can be read.
ANSWERED = (
    "before => { const now = new URL(location).searchParams.get('answer');"
    " return !!now && now !== before && document.body.innerText.includes('kept as ' + now) }"
)
PAGES = {"library": "Library", "evaluations": "Evaluations", "health": "Settings and health"}


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--people", type=int, default=20)
    options = parser.parse_args()
    rows = options.questions.read_text(encoding="utf-8").splitlines()
    questions = list(dict.fromkeys(json.loads(row)["question"] for row in rows))
    settings = load_settings(None, data_dir=options.data_dir, app_port=_free_port())
    with open_store(settings.data_dir) as store:
        index = store.chunks.current_index()
        n_chunks = 0 if index is None else store.chunks.count(index)
    data = f"{options.data_dir.name}, {n_chunks} passages"
    with _served(settings) as address:
        alone(address, questions, data)
        together(address, questions, options.people, data)


def alone(address: str, questions: Sequence[str], data: str) -> None:
    """One person: each page's first paint, the first answer, answers, a change of filters."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        first = _timed(partial(_open, page, address))
        record("page: first paint of Ask, server just started", once(first), **_about(1, data))
        first = _timed(lambda: ask(page, questions[0]))
        record("page: first answer, models loaded meanwhile", once(first), **_about(1, data))
        paints = [_timed(lambda: _open(browser.new_page(), address)) for _ in range(VISITS)]
        _note("page: first paint of Ask", paints, data)
        for name, heading in PAGES.items():
            spent = [
                _timed(partial(_open, browser.new_page(), f"{address}/{name}", heading))
                for _ in range(VISITS)
            ]
            _note(f"page: first paint of {heading}", spent[1:], data)
        spent = [_timed(partial(ask, page, one)) for one in questions[1:21]]
        _note("page: an answer", spent, data)
        changes = []
        for year in (2000, 2001, 2002, 2003, 2004):
            kept = _answer_id(page)
            box = page.get_by_role("textbox", name="From", exact=True)

            def change(box: Locator = box, year: int = year, kept: str = kept) -> None:
                box.fill(str(year))
                box.press("Enter")
                _answered(page, kept)

            changes.append(_timed(change))
        _note("page: a change of filters, with its answer", changes, data)
        browser.close()


def together(address: str, questions: Sequence[str], people: int, data: str) -> None:
    """Many at once, each in a window of their own: times, and whether they see each other.

    One browser draws all windows, so that its work, and not the server's alone, is shared by them.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        pages = [browser.new_context().new_page() for _ in range(people)]
        paints = [_timed(partial(_open, page, address)) for page in pages]
        _note(f"page: first paint, {people} windows one after the other", paints, data)
        for page in pages:
            _box(page).wait_for(timeout=WAIT_MS)
        asked = {page: questions[number % len(questions)] for number, page in enumerate(pages)}
        started = {}
        for page, question in asked.items():
            _box(page).fill(question)
            started[page] = time.perf_counter()
            _box(page).press("Enter")
        spent: dict[Page, float] = {}
        while len(spent) < people:
            time.sleep(0.2)
            for page in pages:
                if page not in spent and page.evaluate(f"({ANSWERED})('')"):
                    spent[page] = time.perf_counter() - started[page]
        _note(f"page: an answer, {people} people at once", list(spent.values()), data)
        mixed = 0
        for page, question in asked.items():
            seen = page.locator("body").inner_text()
            mixed += question not in seen or any(
                other in seen for other in asked.values() if other != question
            )
        record("page: people who saw another's question", once(mixed), **_about(people, data))
        browser.close()


def ask(page: Page, question: str) -> None:
    """Ask, and wait until the answer can be read."""
    kept = _answer_id(page)
    _box(page).fill(question)
    _box(page).press("Enter")
    _answered(page, kept)


def _box(page: Page) -> Locator:
    return page.get_by_placeholder("Ask a question in plain words")


def _answered(page: Page, before: str) -> None:
    page.wait_for_function(ANSWERED, arg=before, timeout=WAIT_MS)


def _answer_id(page: Page) -> str:
    found: str = page.evaluate("new URL(location).searchParams.get('answer') || ''")
    return found


def _open(page: Page, address: str, heading: str = "Attest") -> None:
    page.goto(address, timeout=WAIT_MS)
    page.get_by_role("heading", name=heading, exact=True).wait_for(timeout=WAIT_MS)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _note(what: str, seconds: Sequence[float], data: str) -> None:
    most = sorted(seconds)[int(0.95 * (len(seconds) - 1))]
    about = _about(len(seconds), data)
    record(f"{what}, median", interval(seconds, statistics.median), **about, p95=round(most, 3))


def _about(n: int, data: str) -> dict[str, Any]:
    return {"unit": "s", "n": n, "data": data, "command": COMMAND}


def _chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None:
        raise SystemExit("no Chromium is installed")
    return found


def _free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def _served(settings: Settings) -> Iterator[str]:
    command, environment = streamlit_command(settings, open_browser=False)
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=quiet)
    try:
        for _ in range(600):
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", settings.app_port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{settings.app_port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


if __name__ == "__main__":
    main()

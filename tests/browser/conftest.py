"""A Chromium and a window for each test; where there is no Chromium see `desk_browser`."""

import pytest

from desk_browser import Visit, running_chromium


@pytest.fixture(scope="module")
def chromium():
    """A running Chromium."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def visit(chromium, address):
    """A window of its own; at its end nothing may have left loopback, failed or popped up."""
    made = Visit(chromium, address)
    yield made
    made.context.close()
    assert made.wrong == []

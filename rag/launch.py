"""The command that starts the page: Streamlit, on loopback, with the page's own configuration."""

import os
import sys
import tomllib
from pathlib import Path
from typing import Any

from rag.errors import ConfigurationError
from rag.settings import Settings


def streamlit_command(
    settings: Settings, *, open_browser: bool
) -> tuple[list[str], dict[str, str]]:
    """The command and the environment of its process.

    Raises:
        ConfigurationError: the page's script is not where it was installed.
    """
    script = Path(__file__).resolve().parent.parent / "app.py"
    if not script.is_file():
        raise ConfigurationError(f"{script} is missing; install Attest again")
    flags = {
        **_configuration(script.parent),
        "server.address": "127.0.0.1",
        "server.port": settings.app_port,
        "browser.gatherUsageStats": False,
        "server.showEmailPrompt": False,
        "server.headless": not open_browser,
    }
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    for name, value in flags.items():
        for item in value if isinstance(value, list) else [value]:
            shown = str(item).lower() if isinstance(item, bool) else str(item)
            command.append(f"--{name}={shown}")
    return command, {**os.environ, "RAG_DATA_DIR": str(settings.data_dir.absolute())}


def _configuration(folder: Path) -> dict[str, Any]:
    """What stands in the file beside the script; Streamlit looks in the working folder only."""
    path = folder / ".streamlit" / "config.toml"
    return _flat(tomllib.loads(path.read_text(encoding="utf-8")), "") if path.is_file() else {}


def _flat(values: dict[str, Any], prefix: str) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            rows |= _flat(value, f"{prefix}{name}.")
        else:
            rows[prefix + name] = value
    return rows

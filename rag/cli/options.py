"""What the commands share: an option, the settings they run under, and how JSON is printed."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rag.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def settings_of(context: typer.Context, **flags: Any) -> "Settings":  # noqa: ANN401 (as load_settings)
    """The settings in force, with flags before everything else; None is no flag."""
    from rag.settings import load_settings

    return load_settings(**{"data_dir": context.obj, **flags})


def print_json(value: object) -> None:
    """A value on standard output, for another program."""
    print(json.dumps(value, ensure_ascii=False, indent=2))

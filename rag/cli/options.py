"""What the commands share: options, the settings they run under, and how JSON is printed."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rag.pipeline import Pipeline
    from rag.settings import Settings
    from rag.types import Filters

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
K = Annotated[int | None, typer.Option("-k", min=1, help="Passages to retrieve.")]
Publishers = Annotated[list[str], typer.Option("--publisher", help="Only this publisher.")]
Documents = Annotated[list[str], typer.Option("--document", help="Only this document.")]
Languages = Annotated[list[str], typer.Option("--language", help="Only this language (en, …).")]
MediaTypes = Annotated[list[str], typer.Option("--type", help="Only this type (text/html, …).")]
Since = Annotated[str | None, typer.Option(help="Published on or after this date.")]
Until = Annotated[str | None, typer.Option(help="Published on or before this date.")]
Words = Annotated[list[str], typer.Argument(metavar="QUESTION", help='"-" reads standard input.')]


def settings_of(context: typer.Context, **flags: Any) -> "Settings":  # noqa: ANN401 (as load_settings)
    """The settings in force, with flags before everything else; None is no flag."""
    from rag.settings import load_settings

    return load_settings(**{"data_dir": context.obj, **flags})


def print_json(value: object) -> None:
    """A value on standard output, for another program."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def pipeline_of(context: typer.Context, **flags: Any) -> "Pipeline":  # noqa: ANN401 (as load_settings)
    """The service under the settings in force."""
    settings = settings_of(context, **flags)
    from rag.pipeline import build_pipeline

    return build_pipeline(settings)


def question_of(words: list[str]) -> str:
    """The words as one question; "-" alone reads standard input."""
    text = " ".join(words)
    return sys.stdin.read() if text == "-" else text


def filters_of(
    publishers: list[str],
    documents: list[str],
    languages: list[str],
    media_types: list[str],
    days: tuple[str | None, str | None],
) -> "Filters":
    """What the options restrict a question to."""
    from rag.types import Filters

    return Filters(
        documents=tuple(documents),
        publishers=tuple(publishers),
        since=days[0],
        until=days[1],
        languages=tuple(languages),
        media_types=tuple(media_types),
    )

"""`rag brief edit`, and what the commands on briefs share: how text is read, and what is said."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.options import Json, pipeline_of, print_json
from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.brief.editing import Edited
    from rag.pipeline import Pipeline
    from rag.types import Brief

Name = Annotated[str, typer.Argument(metavar="BRIEF", help="Its id, or its title.")]
Author = Annotated[str | None, typer.Option(help="Who signs it.")]
Date = Annotated[str | None, typer.Option(help="Its date, 2026-11-25.")]
Handling = Annotated[str | None, typer.Option(help="The line on top of each page.")]
TextFile = Annotated[
    str | None, typer.Option("--text", metavar="FILE", help='Your text in Markdown; "-" reads it.')
]


def edit(
    context: typer.Context,
    name: Name,
    title: Annotated[str | None, typer.Option(help="A new title.")] = None,
    author: Author = None,
    date: Date = None,
    handling: Handling = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="PLACE", help="2: a section, 2.1: what is in it, 0: bottom line."),
    ] = None,
    text: TextFile = None,
    heading: Annotated[
        str | None, typer.Option(help="Of the section at PLACE, or of a new one.")
    ] = None,
    to: Annotated[str | None, typer.Option(metavar="PLACE", help="Move what is at --at.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take out what is at --at.")] = False,
    bottom_line: Annotated[
        bool, typer.Option("--bottom-line", help="Have the chat model write it.")
    ] = False,
    source: Annotated[
        str | None, typer.Option(metavar="DOCUMENT", help="Describe this source:")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="what it is,")] = None,
    originator: Annotated[str | None, typer.Option(help="whose it is,")] = None,
    hand: Annotated[str | None, typer.Option(help="first-hand or relayed,")] = None,
    limits: Annotated[str | None, typer.Option(help="what limits it.")] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Name sources as they are described now.")
    ] = False,
    restore: Annotated[
        int | None, typer.Option(metavar="VERSION", help="Go back to this version.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Change a brief; --at PLACE alone opens its text in $EDITOR."""
    from rag.brief import editing
    from rag.brief.citing import resolver
    from rag.brief.verifying import said_otherwise

    heads = {"title": title, "author": author, "date": date, "handling": handling}
    said = {"kind": kind, "originator": originator, "hand": hand, "limits": limits}
    given = {name: value for name, value in said.items() if value is not None}
    if given and source is None:
        raise typer.BadParameter("--source says which one is described")
    if (to is not None or remove or text) and at is None:
        raise typer.BadParameter("--at says where: 2, 2.1, or 0 for the bottom line")
    notes: list[str] = []
    notices: list[str] = []
    with pipeline_of(context) as pipeline:
        store = pipeline.store
        resolve = resolver(store)
        before = brief = store.briefs.get(name)

        def apply(edited: "Edited") -> None:
            nonlocal brief
            brief = edited.brief
            notes.append(edited.note)
            notices.extend(edited.notices)

        if restore is not None:
            apply(editing.restored(brief, store.briefs.get(brief.id, version=restore)))
        if set_ := {key: value for key, value in heads.items() if value is not None}:
            apply(editing.with_heads(brief, set_))
        if source is not None:
            apply(editing.described(brief, pipeline.document(source).id, given))
        if heading is not None:
            made = editing.add_section(brief, heading)
            apply(made if at is None else editing.renamed(brief, at, heading))
        if at is not None and remove:
            apply(editing.removed(brief, at))
        elif at is not None and to is not None:
            apply(editing.moved(brief, at, to))
        elif at is not None and (text or heading is None):
            words = read_text(text) if text else _typed(_now(brief, at))
            apply(editing.with_text(brief, at, words, resolve))
        if refresh:
            apply(editing.refreshed(store, brief))
        if notes:
            brief = save(pipeline, editing.Edited(brief, "; ".join(notes)))
            notices += said_otherwise(brief, before)
        if bottom_line:
            from rag.brief.outline import kept_answers, write_bottom_line

            brief, more = write_bottom_line(pipeline, brief, kept_answers(store, brief))
            notices += more
            notes += [] if more else ["bottom line written"]
    if brief.version == before.version and not notices:
        raise typer.BadParameter("nothing to change; name an option, such as --title or --at")
    say(brief, "; ".join(notes) or "unchanged", notices, as_json=as_json)


def save(pipeline: "Pipeline", edited: "Edited") -> "Brief":
    """Keep an edited brief as its next version."""
    from rag.brief.editing import save

    return save(pipeline.store, edited)


def read_text(name: str) -> str:
    """The text in a file; "-" reads standard input."""
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8"
        raise ConfigurationError(f"the text {name} cannot be read: {reason}") from error


def say(brief: "Brief", note: str, notices: "Sequence[str]", *, as_json: bool) -> None:
    """Print what was done to a brief, or the brief as JSON; notices go to standard error."""
    if as_json:
        print_json(brief.to_dict())
    else:
        from rag.render import line

        print(f"brief {brief.id}, version {brief.version}: {line(note)}")
    for notice in notices:
        print(f"Note: {' '.join(notice.split())}", file=sys.stderr)


def _now(brief: "Brief", at: str) -> str:
    """The text that stands at a place; empty where a bottom line is to be written."""
    from rag.brief import editing

    if at == editing.BOTTOM and brief.bottom_line is None:
        return ""
    return editing.text_of(editing.item_at(brief, at))


def _typed(text: str) -> str:
    """The text as a person leaves it in $EDITOR."""
    if not sys.stdin.isatty():
        raise typer.BadParameter("--text FILE has the new text; without a terminal none is opened")
    from click import edit as open_editor  # typer has no door to it

    typed = open_editor(text, extension=".md", require_save=False)
    return text if typed is None else typed

"""`rag brief`: answers and an author's text into a brief, out of it, and held against sources."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.brief_editing import Author, Date, Handling, Name, TextFile, edit, read_text, save, say
from rag.cli.options import (
    Documents,
    Json,
    Languages,
    MediaTypes,
    Publishers,
    Since,
    Until,
    filters_of,
    pipeline_of,
    print_json,
)
from rag.errors import ConfigurationError, NotFoundError, StoreError

if TYPE_CHECKING:
    from rag.pipeline import Pipeline
    from rag.types import Answer, Brief, Filters

app = typer.Typer(
    help="Make briefs of answers; export and verify them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command()(edit)
# Times that an addition is made anew when others save meanwhile.
ATTEMPTS = 10
Section = Annotated[
    str | None, typer.Option(help="Into this section: its number or heading; a new one is made.")
]
Style = Annotated[str, typer.Option(help="Of the references: chicago, apa or ieee.")]
Quotes = Annotated[bool, typer.Option("--quotes", help="The exact words into the notes.")]


@app.command()
def new(
    context: typer.Context,
    title: Annotated[str, typer.Argument()],
    author: Author = None,
    date: Date = None,
    handling: Handling = None,
    as_json: Json = False,
) -> None:
    """Begin a brief."""
    from rag.brief.editing import brief_date

    with pipeline_of(context) as pipeline:
        brief = pipeline.store.briefs.new(
            title, author=author, date=brief_date(date) if date else None, handling=handling
        )
    say(brief, "begun", (), as_json=as_json)


@app.command()
def add(
    context: typer.Context,
    name: Name,
    question: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION|ANSWER", help="Asked now, or an answer's id."),
    ] = None,
    section: Section = None,
    text: TextFile = None,
    document: Documents = [],  # noqa: B006 (typer copies it)
    publisher: Publishers = [],  # noqa: B006
    language: Languages = [],  # noqa: B006
    media_type: MediaTypes = [],  # noqa: B006
    since: Since = None,
    until: Until = None,
    as_json: Json = False,
) -> None:
    """Put an answer, or your own text, into a brief."""
    from rag.brief.citing import resolver
    from rag.brief.editing import add_answer, add_text
    from rag.brief.verifying import said_otherwise

    if bool(question) == bool(text):
        raise typer.BadParameter("give a question, an answer's id, or --text FILE")
    filters = filters_of(publisher, document, language, media_type, (since, until))
    with pipeline_of(context) as pipeline:
        store = pipeline.store
        brief = store.briefs.get(name)
        words = read_text(text) if text else ""
        answer = None if text else _answer(pipeline, " ".join(question or []), filters)
        for left in range(ATTEMPTS, 0, -1):  # an addition goes with whatever others saved
            brief = store.briefs.get(brief.id)
            edited = (
                add_text(brief, words, resolver(store), section)
                if answer is None
                else add_answer(brief, answer, section)
            )
            try:
                saved = save(pipeline, edited)
                break
            except StoreError:
                if left == 1:
                    raise
        differing = said_otherwise(saved, brief)
    say(saved, edited.note, (*edited.notices, *differing), as_json=as_json)


@app.command(name="list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """List the briefs, the latest changed first."""
    from dataclasses import asdict

    with pipeline_of(context) as pipeline:
        rows = [asdict(row) for row in pipeline.store.briefs.all()]
    if as_json:
        print_json(rows)
    elif not rows:
        print("no brief yet; `rag brief new TITLE` begins one")
    else:
        from rag.terminal import print_table

        print_table(("id", "version", "changed_at", "n_sections", "n_items", "title"), rows)


@app.command()
def show(
    context: typer.Context,
    name: Name,
    version: Annotated[int | None, typer.Option(help="An earlier one.")] = None,
    versions: Annotated[bool, typer.Option("--versions", help="List its versions.")] = False,
    style: Style = "chicago",
    as_json: Json = False,
) -> None:
    """Show a brief with its places, citations and sources."""
    from rag.brief.composing import Manner

    with pipeline_of(context) as pipeline:
        brief = pipeline.store.briefs.get(name, version=version)
        saved = pipeline.store.briefs.versions(brief.id) if versions else []
    if versions:
        from dataclasses import asdict

        rows = [asdict(row) for row in saved]
        if as_json:
            print_json(rows)
        else:
            from rag.terminal import print_table

            print_table(("version", "saved_at", "note"), rows)
    elif as_json:
        print_json(brief.to_dict())
    else:
        from rag.brief.plain import brief_text

        print(brief_text(brief, Manner(style)))


@app.command()
def export(
    context: typer.Context,
    name: Name,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help='By its end: .docx, .pdf, .ris, …; "-": to the pipe.'),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option("--format", help="md, html, docx, pdf, csl.json, ris or bib."),
    ] = None,
    version: Annotated[int | None, typer.Option(help="An earlier one.")] = None,
    style: Style = "chicago",
    quotes: Quotes = False,
    template: Annotated[
        Path | None, typer.Option(help="A .docx whose styles and page are used.")
    ] = None,
    font: Annotated[str | None, typer.Option(help="The family that a PDF is set in.")] = None,
    bundle: Annotated[
        bool, typer.Option("--bundle", help="A zip with all that proves the brief.")
    ] = False,
    spans_only: Annotated[
        bool, typer.Option("--spans-only", help="The cited words, not whole texts, in the bundle.")
    ] = False,
) -> None:
    """Write a brief to a file, or an evidence bundle."""
    from rag.brief import exporting
    from rag.brief.composing import Manner
    from rag.brief.verifying import verify_in_store

    if spans_only and not bundle:
        raise typer.BadParameter("--spans-only is for --bundle")
    pipe = output is not None and str(output) == "-"
    manner = Manner(style, quotes)
    with pipeline_of(context) as pipeline:
        store = pipeline.store
        brief = store.briefs.get(name, version=version)
        if bundle:
            from rag.brief.bundle import make_bundle

            made = make_bundle(store, brief, manner, spans_only=spans_only)
            kind, data, digest = "zip", made.data, made.digest
        else:
            kind = _form(form, output, pipe=pipe)
            look = exporting.Look(template, font)
            data, digest = exporting.exported(brief, kind, manner, look), None
        open_faults = verify_in_store(store, brief)
    if not open_faults.holds:
        n = sum(not one.holds for one in open_faults.citations) + len(open_faults.sentences)
        print(
            f"Note: {n} of its citations and sentences do not hold now; `rag brief verify "
            f"{brief.id}` names them",
            file=sys.stderr,
        )
    if pipe:
        try:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise ConfigurationError(f"standard output takes no more: {error.strerror}") from error
        return
    path = output or Path(exporting.file_name(brief, kind))
    exporting.write_file(path, lambda: data)
    print(f"{path} ({len(data):,} bytes)")
    if digest is not None:
        print(f"digest to publish: {digest}")


@app.command()
def verify(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="BRIEF|FILE", help="A brief, or a bundle.")],
    version: Annotated[int | None, typer.Option(help="An earlier one.")] = None,
    as_json: Json = False,
) -> None:
    """Check every citation again; exit 1 where one does not hold."""
    path = Path(name)
    if path.suffix.casefold() == ".zip" or os.sep in name or path.is_file():
        from rag.brief.bundle_checks import verify_bundle

        found = verify_bundle(path)
    else:
        from rag.brief.verifying import verify_in_store

        with pipeline_of(context) as pipeline:
            brief = pipeline.store.briefs.get(name, version=version)
            found = verify_in_store(pipeline.store, brief)
    if as_json:
        print_json(found.to_dict())
    else:
        from rag.brief.plain import verification_text

        print(verification_text(found))
    if not found.holds:
        raise typer.Exit(1)


@app.command()
def make(
    context: typer.Context,
    outline: Annotated[Path, typer.Argument(metavar="OUTLINE.yaml")],
    chat_model: Annotated[
        str | None, typer.Option(help='RAG_CHAT_MODEL for this brief; "none": no model.')
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask a whole outline of questions and build the brief."""
    from rag.brief.outline import make_brief, read_outline
    from rag.terminal import step_bar

    read = read_outline(outline)
    with pipeline_of(context, chat_model=chat_model) as pipeline, step_bar() as show_step:
        brief, notices = make_brief(pipeline, read, show=show_step, begun=_begun)
    say(brief, "made", notices, as_json=as_json)


@app.command()
def delete(
    context: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a brief with all its versions for good."""
    with pipeline_of(context) as pipeline:
        brief = pipeline.store.briefs.get(name)
        if not yes and not sys.stdin.isatty():
            raise typer.BadParameter("nobody is there to be asked; --yes deletes it for good")
        if not yes:
            typer.confirm(
                f"Delete {brief.title} and its {brief.version} versions?", abort=True, err=True
            )
        pipeline.store.briefs.delete(brief.id)
    print(f"brief {brief.id} deleted")


def _begun(brief: "Brief") -> None:
    """Name a brief that is being made: it stays as far as it came, whatever ends the making."""
    print(f"brief {brief.id} begun; saved after each section", file=sys.stderr)


def _answer(pipeline: "Pipeline", words: str, filters: "Filters") -> "Answer":
    """The kept answer of this id, or the answer to these words as a question."""
    if " " not in words.strip():
        try:
            return pipeline.store.answers.get(words.strip())
        except NotFoundError:
            if len(words.strip()) == 12 and words.strip().isalnum():  # an id, mistyped
                raise
    return pipeline.ask(words, filters=filters)


def _form(form: str | None, output: Path | None, *, pipe: bool) -> str:
    from rag.brief.exporting import form_of, form_of_file

    if form is not None:
        return form_of(form)
    return "md" if output is None or pipe else form_of_file(output)

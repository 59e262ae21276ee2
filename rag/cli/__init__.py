"""The command `rag`. Everything beyond typer is imported by the command that needs it."""

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from rag.cli import asking, briefs, evaluation
from rag.cli.options import Json, pipeline_of, print_json, settings_of
from rag.errors import NotFoundError, RagError

app = typer.Typer(
    name="rag",
    help="Attest: answers from your own documents, every sentence cited to exact words.",
    no_args_is_help=True,
    # Rich help and tracebacks would take longer to import than all the rest.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(briefs.app, name="brief")
app.add_typer(evaluation.app, name="eval")
app.command()(asking.ask)
app.command()(asking.search)


def main() -> None:
    """Run the command; errors raised on purpose are one line and exit status 1."""
    for stream in (sys.stdout, sys.stderr):  # names may be no UTF-8, a terminal may know ASCII
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except RagError as error:
        sys.stdout.flush()
        print(f"rag: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # `rag list | head`: nobody reads on. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        print(f"attest {version('attest')}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the store lies (RAG_DATA_DIR, default .rag).")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version
    context.obj = data_dir


@app.command()
def index(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Folders or files; none: corpus/ and known roots.")
    ] = None,
    rebuild: Annotated[
        bool, typer.Option(help="Make the indexes anew from the store, by the settings in force.")
    ] = False,
    again: Annotated[bool, typer.Option(help="Read forgotten files again.")] = False,
    retry_failed: Annotated[bool, typer.Option(help="Read failed files again.")] = False,
    yes: Annotated[bool, typer.Option(help="Remove more than half of a folder.")] = False,
    strict: Annotated[bool, typer.Option(help="Exit 1 on unsupported files too.")] = False,
    password: Annotated[
        list[str], typer.Option(help='Of encrypted files; may be repeated; "-" asks for it.')
    ] = [],  # noqa: B006 (typer copies it)
    as_json: Json = False,
) -> None:
    """Sync folders of documents into the index."""
    from rag.ingestion import SyncOptions
    from rag.terminal import asked_password, progress_bar, terminating

    passwords = [asked_password() if word == "-" else word for word in password]
    options = SyncOptions(again, retry_failed, yes, tuple(passwords))
    with terminating(), pipeline_of(context) as pipeline, progress_bar() as show:
        if rebuild:
            report = pipeline.rebuild(show=show)
        else:
            report = pipeline.index(paths or [], options=options, show=show)
    if as_json:
        print_json(report.to_dict())
    else:
        from rag.render import report_text

        print(report_text(report))
    for error in report.errors:
        print(f"rag: {error}", file=sys.stderr)
    if report.failed or report.errors or (strict and report.unsupported):
        raise typer.Exit(1)


@app.command(name="list")
def list_(
    context: typer.Context,
    answers: Annotated[bool, typer.Option(help="List the kept answers instead.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Removed and forgotten documents too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List the documents, or the kept answers."""
    with pipeline_of(context) as pipeline:
        if answers:
            rows = pipeline.store.answers.recent(1_000)
            columns: tuple[str, ...] = ("id", "asked_at", "abstained", "question")
        else:
            states = ("current", "failed") + (("removed", "forgotten") if everything else ())
            rows = [record.to_dict() for record in pipeline.store.documents.records(states=states)]
            columns = ("id", "title", "publisher", "published", "chunks", "state", "look", "source")
    if as_json:
        print_json(rows)
    elif not rows:
        print("nothing yet; `rag index FOLDER` reads documents, `rag ask` answers questions")
    else:
        from rag.render import look
        from rag.terminal import print_table

        print_table(columns, rows if answers else [{**row, "look": look(row)} for row in rows])


@app.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ANSWER[#n]|DOCUMENT")],
    provenance: Annotated[
        bool, typer.Option(help="All that was ever stated about a document, and by whom.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show an answer, a citation in its source, or a document."""
    from rag import render
    from rag.citations import fault
    from rag.provenance import explained

    with pipeline_of(context) as pipeline:
        documents = pipeline.store.documents
        identity, _, number = name.partition("#")
        try:
            answer = pipeline.store.answers.get(identity)
        except NotFoundError:
            pass  # then it is a document, whose name may hold a "#"
        else:
            if not number:
                print_json(answer.to_dict()) if as_json else print(render.answer_text(answer))
                return
            citations = answer.citations or answer.withheld_citations
            chosen = next((one for one in citations if str(one.number) == number), None)
            if chosen is None:
                raise NotFoundError(
                    f"answer {answer.id} has {len(citations)} citations and no [{number}]"
                )
            bold = sys.stdout.isatty()
            if as_json:
                print_json({**chosen.to_dict(), "fault": fault(chosen, documents.fresh_text_of)})
            else:
                print(render.citation_text(chosen, documents.fresh_text_of, bold=bold))
            return
        record = pipeline.document(name)
        text = documents.text_of(record.version) if record.version else None
        if provenance:
            facts = explained(documents.facts(record.id))
            if as_json:
                print_json({"facts": facts, "versions": documents.versions_of(record.id)})
            else:
                from rag.terminal import print_table

                print(render.document_text(record, None) + "\n")
                print_table(
                    ("field", "value", "standing", "origin", "detail", "recorded_at"), facts
                )
        elif as_json:
            copies = pipeline.store.near_identical(record)
            print_json({**record.to_dict(), "near_identical": copies, "text": text})
        else:
            print(render.document_text(record, text, copies=pipeline.store.near_identical(record)))


@app.command()
def describe(
    context: typer.Context,
    document: Annotated[str, typer.Argument(metavar="DOCUMENT")],
    title: Annotated[str | None, typer.Option()] = None,
    publisher: Annotated[str | None, typer.Option()] = None,
    published: Annotated[str | None, typer.Option(help="2023, 2023-10 or 2023-10-07")] = None,
    author: Annotated[list[str], typer.Option(help="May be repeated.")] = [],  # noqa: B006
    url: Annotated[str | None, typer.Option()] = None,
    language: Annotated[str | None, typer.Option(help="ISO 639-1, such as en")] = None,
    unknown: Annotated[list[str], typer.Option(help="Mark a field as unknown.")] = [],  # noqa: B006
    as_json: Json = False,
) -> None:
    """Correct title, publisher or date of a document."""
    values = {
        "title": title,
        "publisher": publisher,
        "published": published,
        "url": url,
        "language": language,
    }
    with pipeline_of(context) as pipeline:
        record = pipeline.describe(
            pipeline.document(document),
            {name: value for name, value in values.items() if value is not None},
            authors=author,
            unknown=unknown,
        )
    if as_json:
        print_json(record.to_dict())
    else:
        from rag.render import document_text

        print(document_text(record, None))


@app.command()
def forget(
    context: typer.Context,
    documents: Annotated[list[str] | None, typer.Argument(metavar="DOCUMENT…")] = None,
    root: Annotated[
        Path | None, typer.Option(help="Forget a folder and all documents from it.")
    ] = None,
    with_answers: Annotated[bool, typer.Option(help="Delete answers that quote them too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Delete documents from the store, not their files."""
    if not documents and root is None:
        raise typer.BadParameter("name a document or --root FOLDER")
    with pipeline_of(context) as pipeline:
        records = [pipeline.document(name) for name in documents or []]
        if root is not None:
            records += pipeline.records_under(root)
        if not yes and sys.stdin.isatty():
            names = ", ".join(record.source for record in records[:5])
            typer.confirm(f"Forget {len(records)} documents ({names})?", abort=True, err=True)
        cited = {record.id: pipeline.store.briefs.citing(record.id) for record in records}
        quoted = pipeline.forget(records, root=root, with_answers=with_answers)
    if as_json:
        print_json(
            [
                {"document": name, "quoted_by": ids, "briefs": [row.id for row in cited[name]]}
                for name, ids in quoted.items()
            ]
        )
        return
    print(f"{len(records)} documents forgotten")
    for record in records:
        if ids := quoted.get(record.id):
            kept = "deleted answers that quoted it" if with_answers else "kept answers quote it"
            print(f"  {record.source}: {kept}: {', '.join(ids)}")
        for row in cited[record.id]:
            print(f"  {record.source}: a brief cites it: {row.id}, {' '.join(row.title.split())}")


@app.command()
def doctor(context: typer.Context, as_json: Json = False) -> None:
    """Say what is in force and what is wrong."""
    from rag.doctor import examine

    with pipeline_of(context) as pipeline:
        found = examine(pipeline)
    print_json(found.to_dict()) if as_json else print(found.to_text())
    if found.problems:
        raise typer.Exit(1)


@app.command(name="app")
def app_(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="RAG_APP_PORT, default 8501.")] = None,
    open_browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
) -> None:
    """Open the page on this machine (127.0.0.1)."""
    import subprocess

    from rag.launch import streamlit_command

    settings = settings_of(context, app_port=port)
    command, environment = streamlit_command(settings, open_browser=open_browser)
    if os.name == "posix":  # the page takes this process's place, and with it every signal
        sys.stdout.flush()
        os.execve(command[0], command, environment)
    try:
        raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None

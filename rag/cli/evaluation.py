"""`rag eval`: import a set, run it, score a run, compare two, report, calibrate.

Everything beyond typer is imported by the command that needs it.
"""

import json
import sys
from contextlib import nullcontext
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.cli.attacks import attacks
from rag.cli.options import Json, print_json, settings_of

if TYPE_CHECKING:
    from rag.settings import Settings

# In a run that only searches: deep enough for every cut-off of the measures, documents counted.
SEARCH_K = 100

app = typer.Typer(
    name="eval",
    help="Run evaluation sets; score, compare and report their runs.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

app.command()(attacks)

RunFile = Annotated[str, typer.Argument(metavar="RUN", help="A run file, or a name from `list`.")]
Seed = Annotated[int, typer.Option(min=0, help="Of whatever is drawn at random.")]


@app.command(name="import")
def import_(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(metavar="FORMAT", help="squad, reading, beir, trec, csv or trec-run."),
    ],
    source: Annotated[
        Path, typer.Argument(metavar="SOURCE", help="A file or folder, as the format has it.")
    ],
    folder: Annotated[Path, typer.Argument(metavar="SET", help="The set's folder, a new one.")],
    title: Annotated[str | None, typer.Option(help="For the set's README.")] = None,
    licence: Annotated[str | None, typer.Option(help="For the set's README.")] = None,
    judges: Annotated[str | None, typer.Option(help="Who judged; for the set's README.")] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="trec-run: the run file to write.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a set of data in another format; or of a TREC run over SET, which is there, a run file.

    squad: JSON of SQuAD 1.1 or 2.0. reading: JSON lines with question, context and answers.
    beir: a folder with corpus.jsonl, queries.jsonl and qrels. trec: a folder with qrels.txt,
    queries.tsv (or topics.txt) and documents/. csv: a table of questions and answers.
    """
    from rag.terminal import step_bar

    stated = {"title": title, "licence": licence, "judges": judges}
    about = {name: value for name, value in stated.items() if value is not None}
    if kind == "trec-run":
        from evals.importing_runs import import_trec_run

        if about:
            words = f"{', '.join(f'--{name}' for name in about)}: a trec-run makes no set"
            raise typer.BadParameter(words)
        path = import_trec_run(source, folder, settings_of(context), out=out)
        print_json({"run": str(path)}) if as_json else print(path)
        return
    if out is not None:
        raise typer.BadParameter(f"-o is for trec-run; a set of format {kind} goes to {folder}")
    from evals.importing import import_set

    with step_bar() as show:
        made = import_set(
            kind, source, folder, about=about, show=lambda what, n: show(f"writing {what}", n, 0)
        )
    if as_json:
        counts = {"documents": made.n_documents, "questions": made.n_questions}
        print_json({"set": str(made.folder), **counts, "notes": list(made.notes)})
        return
    print(f"{made.folder}: {made.n_questions} questions, {made.n_documents} documents")
    for note in made.notes:
        print(f"  {note}")


@app.command()
def run(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="SET", help="The set's folder.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="The run file; one that was stopped goes on."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only so many, drawn by seed.")] = (
        None
    ),
    seed: Seed = 0,
    search: Annotated[
        bool, typer.Option("--search", help=f"Retrieve and answer nothing (--k {SEARCH_K}).")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Questions asked at once.")] = 1,
    k: Annotated[int | None, typer.Option("-k", "--k", help="RAG_K.")] = None,
    dense_weight: Annotated[float | None, typer.Option(help="RAG_DENSE_WEIGHT.")] = None,
    max_sentences: Annotated[int | None, typer.Option(help="RAG_MAX_SENTENCES.")] = None,
    abstain_threshold: Annotated[float | None, typer.Option(help="RAG_ABSTAIN_THRESHOLD.")] = None,
    chunk_tokens: Annotated[int | None, typer.Option(help="RAG_CHUNK_TOKENS.")] = None,
    chunk_overlap_tokens: Annotated[
        int | None, typer.Option(help="RAG_CHUNK_OVERLAP_TOKENS.")
    ] = None,
    embedding_model: Annotated[str | None, typer.Option(help="RAG_EMBEDDING_MODEL.")] = None,
    embedding_dtype: Annotated[str | None, typer.Option(help="RAG_EMBEDDING_DTYPE.")] = None,
    others: Annotated[
        list[str],
        typer.Option("--set", metavar="NAME=VALUE", help="Any other setting; may be repeated."),
    ] = [],  # noqa: B006 (typer copies it)
    progress: Annotated[
        bool, typer.Option("--progress", help="Print each step as JSON on standard error.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Ask a set's questions and write what came of each, facts alone, to a run file.

    Its path is printed. A run that was stopped goes on where it was. The documents are indexed
    into a store of the set's own, which is kept.
    """
    flags = {
        "k": k,
        "dense_weight": dense_weight,
        "max_sentences": max_sentences,
        "abstain_threshold": abstain_threshold,
        "chunk_tokens": chunk_tokens,
        "chunk_overlap_tokens": chunk_overlap_tokens,
        "embedding_model": embedding_model,
        "embedding_dtype": embedding_dtype,
    }
    given = _named(others) | {name: value for name, value in flags.items() if value is not None}
    settings = settings_of(context, **({"k": SEARCH_K} if search else {}) | given)
    from evals.facts import read_run
    from evals.running import RunOptions, run_set
    from rag.terminal import step_bar, terminating

    options = RunOptions(limit, seed, "search" if search else "ask", workers)
    with terminating(), nullcontext(_tell) if progress else step_bar() as show:
        path = run_set(folder, settings, out=out, options=options, show=show)
    made = read_run(path)
    if as_json:
        print_json({"run": str(path), "questions": len(made.rows), "failed": made.n_failed})
    else:
        print(path)
        said = f"{len(made.rows)} questions asked, {made.n_failed} failed"
        print(f"{said}; `rag eval score {quote(str(path))}` scores them", file=sys.stderr)
    if made.failed:
        first, n_more = made.failed[0], made.n_failed - 1
        more = f" ({n_more} more failed)" if n_more else ""
        print(f'rag: question "{first.id}": {first.values["error"]}{more}', file=sys.stderr)
        raise typer.Exit(1)


@app.command()
def score(
    context: typer.Context,
    run: RunFile,
    fail_below: Annotated[
        list[str],
        typer.Option(metavar="MEASURE=VALUE", help="Exit 1 below it; may be repeated."),
    ] = [],  # noqa: B006 (typer copies it)
    questions: Annotated[
        bool, typer.Option("--questions", help="With --json: each question's values too.")
    ] = False,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Score a run from its file, with 95 % intervals; nothing is asked again."""
    if questions and not as_json:
        raise typer.BadParameter("--questions goes with --json")
    from evals.scoring import below, scores_text
    from evals.scoring import score as scored

    scores = scored(_run_file(context, run), seed=seed)
    said = [below(scores, condition) for condition in fail_below]
    if as_json:
        print_json(scores.to_dict(with_questions=questions))
    else:
        print(scores_text(scores), end="")
    _fail(said)


@app.command()
def compare(
    context: typer.Context,
    a: Annotated[str, typer.Argument(metavar="RUN_A", help="The run to compare with.")],
    b: Annotated[str, typer.Argument(metavar="RUN_B", help="The run that is looked at.")],
    fail_if_worse: Annotated[
        list[str],
        typer.Option(
            metavar="MEASURE[:MARGIN]", help="Exit 1 where B is worse by more; may be repeated."
        ),
    ] = [],  # noqa: B006 (typer copies it)
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Compare two runs of one set, question by question: differences, intervals, p."""
    from evals.comparing import compare as compared
    from evals.comparing import comparison_text, worse_than

    comparison = compared(_run_file(context, a), _run_file(context, b), seed=seed)
    said = [worse_than(comparison, condition) for condition in fail_if_worse]
    if as_json:
        print_json(comparison.to_dict())
    else:
        print(comparison_text(comparison), end="")
    _fail(said)


@app.command()
def report(
    context: typer.Context,
    runs: Annotated[list[str], typer.Argument(metavar="RUN…", help="Runs of one set.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The page to write.")] = Path(
        "report.html"
    ),
    folder: Annotated[
        Path | None, typer.Option("--set", help="The set's folder, where it has moved.")
    ] = None,
    max_questions: Annotated[
        int, typer.Option(min=0, help="Questions to show one by one, the worst first.")
    ] = 2000,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Write one page, to be read by anyone: tables, curves, every question with its sources."""
    from evals.report import write_report
    from rag.terminal import step_bar

    files = [_run_file(context, run) for run in runs]
    with step_bar() as show:
        path = write_report(
            files, out, folder=folder, seed=seed, max_questions=max_questions, show=show
        )
    print_json({"report": str(path)}) if as_json else print(path)


@app.command()
def calibrate(
    context: typer.Context,
    run: RunFile,
    target_precision: Annotated[
        float, typer.Option(min=0, max=1, help="Share of what is answered that is to be right.")
    ],
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Find the abstention threshold on half of the documents, and report on the other half."""
    from evals.calibrating import calibrate as calibrated
    from evals.calibrating import calibration_text

    found = calibrated(_run_file(context, run), target_precision, seed=seed)
    print_json(found.to_dict()) if as_json else print(calibration_text(found), end="")
    if found.threshold is None:
        raise typer.Exit(1)


@app.command(name="list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """List the runs that were given no file of their own, the newest first."""
    from evals.running import stored_runs

    rows = stored_runs(settings_of(context))
    if as_json:
        print_json(rows)
    elif not rows:
        print("no runs yet; `rag eval run SET` makes one")
    else:
        from rag.terminal import print_table

        print_table(("name", "set", "mode", "questions", "of", "started_at"), rows)


def _tell(stage: str, done: int, total: int) -> None:
    """A step for a program that listens; where it is gone, the write fails and the run stops."""
    print(json.dumps({"stage": stage, "done": done, "of": total}), file=sys.stderr, flush=True)


def _named(settings: list[str]) -> dict[str, Any]:
    values = {}
    for setting in settings:
        name, found, value = setting.partition("=")
        if not found or not name.strip():
            raise typer.BadParameter(f'"{setting}" is no NAME=VALUE', param_hint="--set")
        values[_known(name.strip())] = value
    return values


def _known(name: str) -> str:
    """A setting's name, written as in the environment, as a flag or as itself."""
    from difflib import get_close_matches

    from rag.settings import PREFIX, Settings

    plain = name.lower().lstrip("-").replace("-", "_").removeprefix(PREFIX.lower())
    if plain in Settings.model_fields:
        return plain
    near = get_close_matches(plain, Settings.model_fields, n=1)
    hint = f"did you mean {near[0]}?" if near else "`rag doctor` lists the settings"
    raise typer.BadParameter(f"{name} is no setting; {hint}", param_hint="--set")


def _run_file(context: typer.Context, name: str) -> Path:
    """The file of this path, or the run of this name."""
    path = Path(name)
    if path.exists():
        return path
    from evals.running import runs_folder
    from rag.errors import ConfigurationError

    settings: Settings = settings_of(context)
    held = runs_folder(settings) / (name if name.endswith(".jsonl") else f"{name}.jsonl")
    if not held.exists():
        raise ConfigurationError(
            f"there is no run file {name}, and no run of that name in {held.parent}; "
            "`rag eval list` shows those there are"
        )
    return held


def _fail(said: list[str | None]) -> None:
    """Say every condition that did not hold, and exit 1 if there is one."""
    broken = [words for words in said if words]
    sys.stdout.flush()
    for words in broken:
        print(f"rag: {words}", file=sys.stderr)
    if broken:
        raise typer.Exit(1)

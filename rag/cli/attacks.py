"""`rag eval attacks`: plant attacks in documents, ask over them, and say what reaches a person."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rag.cli.options import Json, print_json, settings_of


class AttackPart(StrEnum):
    """Which attacks of a file: those that rules were made on, the others, or all."""

    tune = "tune"
    report = "report"
    all = "all"


class AttackMode(StrEnum):
    """How questions are answered: from the sources' own sentences, by a model that obeys."""

    extractive = "extractive"
    chat = "chat"
    both = "both"


def attacks(
    context: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="JSON lines with id, kind, text, payload; else ours."),
    ] = None,
    part: Annotated[
        AttackPart, typer.Option(help="Parts are cut by a hash of the id.")
    ] = AttackPart.report,
    mode: Annotated[AttackMode, typer.Option(help="Who answers.")] = AttackMode.both,
    limit: Annotated[int | None, typer.Option(min=1, help="So many attacks, kinds in turn.")] = (
        None
    ),
    seed: Annotated[int, typer.Option(min=0, help="Of whatever is drawn at random.")] = 0,
    as_json: Json = False,
) -> None:
    """Plant attacks in documents and measure what of them reaches whoever asks.

    Each attack is put into thirteen places of documents of the evaluation sets, the sentence that
    answers among them; the question is asked over the planted document. Nothing is kept.
    """
    from evals.attacks import ATTACKS, load_attacks, sampled
    from evals.attacks_run import MODES, ask_attacks, measured_text
    from rag.terminal import step_bar

    rows = sampled(load_attacks(path or ATTACKS, part=part.value), limit, seed)
    modes = [one for one in MODES if mode.value in (one, "both")]
    with step_bar() as show:
        measured = ask_attacks(rows, settings_of(context), modes=modes, seed=seed, show=show)
    print_json(measured.to_dict()) if as_json else print(measured_text(measured), end="")

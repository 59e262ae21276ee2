"""`rag ask` and `rag search`: a question in; an answer, or the passages nearest to it, out."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.options import (
    Documents,
    Json,
    K,
    Languages,
    MediaTypes,
    Publishers,
    Since,
    Until,
    Words,
    filters_of,
    pipeline_of,
    print_json,
    question_of,
)

if TYPE_CHECKING:
    from rag.types import Answer


def ask(
    context: typer.Context,
    question: Annotated[
        list[str] | None, typer.Argument(metavar="QUESTION", help='"-" reads standard input.')
    ] = None,
    k: K = None,
    publisher: Publishers = [],  # noqa: B006 (typer copies it)
    document: Documents = [],  # noqa: B006
    language: Languages = [],  # noqa: B006
    media_type: MediaTypes = [],  # noqa: B006
    since: Since = None,
    until: Until = None,
    chat_model: Annotated[
        str | None, typer.Option(help='RAG_CHAT_MODEL for this question; "none": no model.')
    ] = None,
    show_prompt: Annotated[
        bool, typer.Option(help="Print what the chat model would be told; ask it nothing.")
    ] = False,
    replay: Annotated[
        str | None,
        typer.Option(metavar="ANSWER", help="Check a kept answer of a chat model again."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Answer a question, every sentence cited, or abstain."""
    if bool(question) == bool(replay):
        raise typer.BadParameter("give a question, or --replay with an answer's id")
    filters = filters_of(publisher, document, language, media_type, (since, until))
    with pipeline_of(context, chat_model=chat_model) as pipeline:
        if replay:
            answer = pipeline.replay(pipeline.store.answers.get(replay))
        elif show_prompt:
            for role, text in pipeline.prompt(question_of(question or []), k=k, filters=filters):
                print(f"--- {role} ---\n{text}\n")
            return
        else:
            from rag.terminal import watching

            with watching() as watch:
                answer = pipeline.ask(
                    question_of(question or []), k=k, filters=filters, watch=watch
                )
    _print(answer, as_json=as_json)


def _print(answer: "Answer", *, as_json: bool) -> None:
    if as_json:
        print_json(answer.to_dict())
    else:
        from rag.render import answer_text

        print(answer_text(answer))


def search(
    context: typer.Context,
    query: Words,
    k: K = None,
    publisher: Publishers = [],  # noqa: B006
    document: Documents = [],  # noqa: B006
    language: Languages = [],  # noqa: B006
    media_type: MediaTypes = [],  # noqa: B006
    since: Since = None,
    until: Until = None,
    as_json: Json = False,
) -> None:
    """Show the passages nearest to a query."""
    filters = filters_of(publisher, document, language, media_type, (since, until))
    with pipeline_of(context) as pipeline:
        found = pipeline.search(question_of(query), k=k, filters=filters)
    if as_json:
        print_json([passage.to_dict() for passage in found.passages])
        for notice in found.notices:
            print(f"rag: {notice}", file=sys.stderr)
    else:
        from rag.render import passages_text

        print(passages_text(found.passages, found.notices, bold=sys.stdout.isatty()))

"""One question → an `Answer`: passages, a draft of their sentences, proof, and what is to be said.

With a chat model its checked sentences are the draft, else those of the sources. Nothing here
decides what is found, chosen or held to be supported; it puts the parts' results together.
"""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from rag import prompts
from rag.answering import Draft, ExtractiveAnswerer, with_use
from rag.citations import Proved, prove
from rag.errors import ConfigurationError, GenerationError
from rag.retrieval import Retrieved
from rag.settings import Settings
from rag.store import Store
from rag.store.facts import now
from rag.support import SUPPORTED_FROM
from rag.types import Answer, Citation, Filters, Passage
from rag.writing import Draft as Written
from rag.writing import Event, Writer

# The settings that an answer depends on; nothing here is a secret.
_KEPT = ("k", "dense_weight", "max_sentences", "abstain_threshold", "embedding_dtype")
# What stands in the place of a question where none was asked.
BOTTOM_LINE = "Bottom line"
_FLAGGED = {
    "hidden": "text that cannot be seen on its page",
    "invisible": "text with invisible characters",
    "instructions": "text that speaks to a machine",
}


@dataclass(frozen=True, slots=True)
class Found:
    """The passages for a question, before anything is made of them."""

    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """Who watches an answer come about: `listen` hears of it, `stopped` says when it is enough."""

    listen: Callable[["Found | Event"], None] = lambda _: None
    stopped: Callable[[], bool] = lambda: False


class Asking:
    """Answers questions; `made_by` names the model and the index in force.

    Where the writer has a chat model that answers, and the sources' own sentences where it fails.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        answerer: ExtractiveAnswerer,
        made_by: Mapping[str, str],
        writer: Writer,
    ) -> None:
        self._store = store
        self._settings = settings
        self._answerer = answerer
        self._made_by = made_by
        self._writer = writer

    def answer(
        self,
        question: str,
        search: Callable[[], Retrieved],
        *,
        filters: Filters,
        watch: Watch | None = None,
    ) -> Answer:
        """Answer a question from what `search` finds within these filters, or abstain.

        Raises:
            VersionGoneError: what was found is being forgotten; look again.
            ConfigurationError: the chat model cannot be used as it is set.
        """
        watch = watch or Watch()
        asked_at = now()
        started = time.perf_counter()
        found = search()
        retrieved = time.perf_counter()
        if self._writer.writes:
            watch.listen(Found(tuple(found.passages)))
        written, failed = self._written(found, watch)
        drafted = time.perf_counter()
        if written is not None and not written.sentences and not written.writing.sentences:
            failed = None if written.silent else "The model wrote no sentence"
        if written is not None and failed is None:
            answer = self._of_written(question, asked_at, found, written)
        else:
            answer = self._extracted(question, asked_at, found)
        if failed is not None:
            what = f"{failed.rstrip('.')}. These are the sources' own sentences instead."
            answer = replace(answer, notices=(what, *answer.notices))
        seconds = {
            "retrieve": round(retrieved - started, 4),
            "write": round(drafted - retrieved, 4),
            "answer": round(time.perf_counter() - drafted, 4),
        }
        if not self._writer.writes:
            del seconds["write"]
        restricted = {
            name: value if isinstance(value, str) else list(value)
            for name, value in asdict(filters).items()
            if value
        }
        return replace(answer, seconds=seconds, settings={**self._kept(), "filters": restricted})

    def bottom_line(self, title: str, answers: Sequence[Answer]) -> Answer:
        """What matters most of these answers, written and checked over the passages they cite.

        Raises:
            ConfigurationError: no chat model is set, or the answers cite nothing.
            GenerationError: the model failed.
        """
        if not self._writer.writes:
            raise ConfigurationError(
                "a bottom line is written by a chat model, and none is set; write it yourself, "
                "or name one with RAG_CHAT_MODEL"
            )
        cited = {
            (passage.version, passage.start, passage.end): passage
            for answer in answers
            if not answer.abstained
            for passage in answer.passages
            if passage.used and passage.text
        }
        if not cited:
            raise ConfigurationError("no answer cites anything that a bottom line could rest on")
        passages = tuple(
            replace(passage, rank=rank) for rank, passage in enumerate(cited.values(), start=1)
        )
        asked = " ".join(answer.question for answer in answers if not answer.abstained)
        asked_at, started = now(), time.perf_counter()
        question = prompts.BOTTOM_LINE.fill(title=title, questions=asked)
        written = self._writer.write(question, passages)
        blank = self._blank(BOTTOM_LINE, question, asked_at, written, passages)
        answer = self._spoken(blank, written, self._proved(written, passages))
        seconds = {"write": round(time.perf_counter() - started, 4)}
        return replace(answer, seconds=seconds, settings=self._kept())

    def replay(self, answer: Answer) -> Answer:
        """A kept answer of a chat model with its replies checked again, as the checks are now.

        Raises:
            ConfigurationError: no chat model wrote it.
            VersionGoneError: a source of it was forgotten.
        """
        if answer.writing is None:
            raise ConfigurationError(
                f"answer {answer.id} was not written by a chat model; ask its question again"
            )
        drafted = self._writer.replay(answer.query, answer.writing, answer.passages)
        proved = self._proved(drafted, answer.passages)
        return self._spoken(answer, drafted, proved)

    def _written(self, found: Retrieved, watch: Watch) -> tuple[Written | None, str | None]:
        """What a chat model wrote, and why it could not."""
        if not self._writer.writes or not found.passages:
            return None, None
        try:
            return (
                self._writer.write(
                    found.question.text,
                    found.passages,
                    listen=watch.listen,
                    stopped=watch.stopped,
                ),
                None,
            )
        except GenerationError as error:
            return None, str(error)

    def _extracted(self, question: str, asked_at: str, found: Retrieved) -> Answer:
        draft = self._answerer.draft(
            found.question,
            found.passages,
            vector=found.vector,
            rarity=found.rarity,
            by_words=found.by_words,
            readings=found.readings,
        )
        return self._answer(question, asked_at, found, draft, self._proved(draft, found.passages))

    def _proved(self, draft: Draft | Written, passages: Sequence[Passage]) -> Proved:
        documents = self._store.documents
        return prove(
            draft.sentences,
            passages,
            text_of=documents.fresh_text_of,
            pages_of=lambda version, start, end: documents.text(version).pages_of(start, end),
        )

    def _of_written(
        self, question: str, asked_at: str, found: Retrieved, written: Written
    ) -> Answer:
        blank = self._blank(question, found.question.text, asked_at, written, tuple(found.passages))
        blank = replace(blank, notices=(*self._samples(found), *found.notices))
        proved = self._proved(written, found.passages)
        return self._spoken(blank, written, proved)

    @staticmethod
    def _blank(
        question: str, query: str, asked_at: str, written: Written, passages: tuple[Passage, ...]
    ) -> Answer:
        """An answer of a chat model before anything of it is proved."""
        return Answer(
            id=secrets.token_hex(6),
            question=question,
            query=query,
            asked_at=asked_at,
            mode="chat",
            model=written.writing.model,
            abstained=True,
            reason=None,
            confidence=0.0,
            threshold=SUPPORTED_FROM,
            notices=(),
            short_answer=None,
            sentences=(),
            citations=(),
            passages=passages,
            dropped=(),
            seconds={},
        )

    def _spoken(self, answer: Answer, written: Written, proved: Proved) -> Answer:
        """The answer with what a model wrote and what of it was proved."""
        abstained = not proved.sentences
        # Said in our words: what the model adds about silence is checked by nothing.
        missing = "The model says that the passages do not answer all of the question."
        said = (missing,) if written.silent and not abstained else ()
        cited = {(citation.document, citation.chunk) for citation in proved.citations}
        why_not = (
            "the answer was withheld" if abstained else "the model's answer does not rest on it"
        )
        passages = tuple(
            replace(
                passage,
                used=(used := (passage.document, passage.chunk) in cited),
                why_not_used=None if used else why_not,
            )
            for passage in answer.passages
        )
        return replace(
            answer,
            abstained=abstained,
            reason=_reason(written) if abstained else None,
            confidence=round(0.0 if abstained else written.confidence, 4),
            # Once each: a replayed answer has those of its first time.
            notices=tuple(
                dict.fromkeys(
                    (*answer.notices, *written.notices, *said, *self._flagged(proved.citations))
                )
            ),
            sentences=proved.sentences,
            citations=proved.citations,
            passages=passages,
            dropped=proved.dropped,
            writing=written.writing,
        )

    def _answer(
        self, question: str, asked_at: str, found: Retrieved, draft: Draft, proved: Proved
    ) -> Answer:
        threshold = self._settings.abstain_threshold
        has_answer = any(sentence.role == "answer" for sentence in proved.sentences)
        abstained = draft.confidence < threshold or not has_answer
        cited = {(citation.document, citation.chunk) for citation in proved.citations}
        passages = tuple(
            with_use(passage, cited, draft, abstained=abstained) for passage in found.passages
        )
        citations = () if abstained else proved.citations
        return Answer(
            id=secrets.token_hex(6),
            question=question,
            query=found.question.text,
            asked_at=asked_at,
            mode="extractive",
            model=None,
            abstained=abstained,
            reason=f"The corpus does not say: {draft.reason}." if abstained else None,
            confidence=round(draft.confidence, 4),
            threshold=threshold,
            notices=(*self._samples(found), *found.notices, *self._flagged(citations)),
            short_answer=None if abstained else self._short(draft, proved),
            sentences=() if abstained else proved.sentences,
            citations=citations,
            passages=passages,
            dropped=proved.dropped,
            seconds={},
            withheld=proved.sentences if abstained else (),
            withheld_citations=proved.citations if abstained else (),
        )

    @staticmethod
    def _short(draft: Draft, proved: Proved) -> str | None:
        """The draft's short answer, if the sentence it stands in was proved."""
        short = draft.short_answer
        held = (
            any(
                short in sentence.text for sentence in proved.sentences if sentence.role == "answer"
            )
            if short
            else False
        )
        return short if held else None

    def _samples(self, found: Retrieved) -> list[str]:
        corpus = self._settings.corpus_dir
        return [f"Sample documents: put your own into {corpus}."] if found.samples else []

    def _flagged(self, citations: Sequence[Citation]) -> list[str]:
        """What a person should know of the words that are quoted: each kind of flag once."""
        numbers: dict[str, list[int]] = {}
        for citation in citations:
            record = self._store.documents.record(citation.document)
            if record.version != citation.version:
                continue
            touched = {
                flag.kind
                for flag in record.flags
                if flag.start < citation.end and citation.start < flag.end
            }
            for kind in sorted(touched):
                numbers.setdefault(kind, []).append(citation.number)
        return [
            f"{''.join(f'[{number}]' for number in found)} quotes {_FLAGGED[kind]}; look at the "
            "source before you rely on it."
            for kind, found in numbers.items()
        ]

    def _kept(self) -> dict[str, Any]:
        values = self._settings.model_dump(mode="json")
        return {**{name: values[name] for name in _KEPT}, **self._made_by}


def _reason(written: Written) -> str:
    """Why an answer of a chat model holds no sentence."""
    n = len(written.writing.sentences)
    if not n:
        return "The corpus does not say: the model found no answer in the passages."
    wrote = "the one sentence" if n == 1 else f"all {n} sentences"
    return f"The corpus does not say: {wrote} that the model wrote failed the checks."

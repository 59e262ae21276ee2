"""One question → an `Answer`: passages, a draft of their sentences, proof, and what is to be said.

Nothing here decides what is found or chosen; it puts the parts' results together.
"""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from rag.answering import Draft, ExtractiveAnswerer, with_use
from rag.citations import Proved, prove
from rag.retrieval import Retrieved
from rag.settings import Settings
from rag.store import Store
from rag.store.facts import now
from rag.types import Answer, Citation, Filters

# The settings that an answer depends on; nothing here is a secret.
_KEPT = ("k", "dense_weight", "max_sentences", "abstain_threshold", "embedding_dtype")
_FLAGGED = {
    "hidden": "text that cannot be seen on its page",
    "invisible": "text with invisible characters",
    "instructions": "text that speaks to a machine",
}


class Asking:
    """Answers questions; `made_by` names the model and the index in force."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        answerer: ExtractiveAnswerer,
        made_by: Mapping[str, str],
    ) -> None:
        self._store = store
        self._settings = settings
        self._answerer = answerer
        self._made_by = made_by

    def answer(self, question: str, search: Callable[[], Retrieved], *, filters: Filters) -> Answer:
        """Answer a question from what `search` finds within these filters, or abstain.

        Raises:
            VersionGoneError: what was found is being forgotten; look again.
        """
        asked_at = now()
        started = time.perf_counter()
        found = search()
        retrieved = time.perf_counter()
        draft = self._answerer.draft(
            found.question,
            found.passages,
            vector=found.vector,
            rarity=found.rarity,
            by_words=found.by_words,
            readings=found.readings,
        )
        documents = self._store.documents
        proved = prove(
            draft.sentences,
            found.passages,
            text_of=documents.fresh_text_of,
            pages_of=lambda version, start, end: documents.text(version).pages_of(start, end),
        )
        seconds = {
            "retrieve": round(retrieved - started, 4),
            "answer": round(time.perf_counter() - retrieved, 4),
        }
        answer = self._answer(question, asked_at, found, draft, proved)
        restricted = {
            name: value if isinstance(value, str) else list(value)
            for name, value in asdict(filters).items()
            if value
        }
        return replace(answer, seconds=seconds, settings={**self._kept(), "filters": restricted})

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

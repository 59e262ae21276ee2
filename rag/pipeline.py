"""The whole service as one value: `build_pipeline(settings)`, then `index`, `search`, `ask`.

The command line, the pages and the evaluations come in here and nowhere else.
"""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from rag.answering import Candidate, ExtractiveAnswerer
from rag.asking import Asking, Watch
from rag.chat import ChatModel, load_chat_model
from rag.cross_encoders import load_entailment
from rag.discovery import absolute
from rag.embedding import EmbeddingModel
from rag.errors import ConfigurationError, IndexMissingError, NotFoundError, VersionGoneError
from rag.index import SearchIndex, View
from rag.ingestion import (
    Ingestion,
    Report,
    ShowProgress,
    SyncOptions,
    check_fingerprint,
    fingerprint,
    writing,
)
from rag.models import load_embedding_model, load_reader
from rag.parts import built
from rag.provenance import corrections
from rag.questions import readable
from rag.reader import Reader
from rag.retrieval import HybridRetriever, Retrieved
from rag.settings import Settings, keep_private
from rag.store import Store, Vector, open_store
from rag.support import Supporter
from rag.types import Answer, DocumentRecord, Filters
from rag.writing import Writer, build_writer

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable

# Times that a question is asked when documents are forgotten under it.
ATTEMPTS = 3
# A question is a few sentences; a book pasted by mistake is not one.
MAX_QUESTION_CHARS = 10_000


class Pipeline:
    """The parts of the service, put together; safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        model: EmbeddingModel | None = None,
        chat: ChatModel | None = None,
    ) -> None:
        self.settings = settings
        self.store = store
        self.building = threading.RLock()
        self._given_model = model
        self._given_chat = chat

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def index(
        self,
        paths: Sequence[Path] = (),
        *,
        options: SyncOptions | None = None,
        show: ShowProgress = lambda _: None,
    ) -> Report:
        """Bring store and indexes up to these paths; see `Ingestion.index`."""
        self._search_index.close()
        return self._ingestion.index(paths, options=options, show=show)

    def rebuild(self, *, show: ShowProgress = lambda _: None) -> Report:
        """Make the indexes anew from the store; see `Ingestion.rebuild`."""
        self._search_index.close()
        return self._ingestion.rebuild(show=show)

    def forget(
        self,
        records: Sequence[DocumentRecord],
        *,
        root: Path | None = None,
        with_answers: bool = False,
    ) -> dict[str, list[str]]:
        """Delete documents from everything, and `root` from the roots; see `Ingestion.forget`."""
        self._search_index.close()
        return self._ingestion.forget(records, root=root, with_answers=with_answers)

    def document(self, name: str) -> DocumentRecord:
        """The document of this id, path under its root, title, or path on this disk.

        Raises:
            NotFoundError: there is none, or several could be meant.
        """
        documents = self.store.documents
        try:
            return documents.record(name)
        except NotFoundError:
            path = str(absolute(Path(name)))
            for record in documents.records(states=("current", "failed", "removed")):
                if path in (str(Path(record.root) / record.source), record.root):
                    return record
            raise

    def records_under(self, root: Path) -> list[DocumentRecord]:
        """The documents of a remembered root.

        Raises:
            NotFoundError: it is none.
        """
        path = str(absolute(root))
        known = [held.path for held in self.store.roots.all()]
        if path not in known:
            raise NotFoundError(f"{path} is not indexed; indexed are {', '.join(known) or 'none'}")
        states = ("current", "failed", "removed")
        return [
            record for record in self.store.documents.records(states=states) if record.root == path
        ]

    def describe(
        self,
        record: DocumentRecord,
        values: Mapping[str, str],
        *,
        authors: Sequence[str] = (),
        unknown: Sequence[str] = (),
    ) -> DocumentRecord:
        """Correct what is known of a document by hand; returns it as it is then.

        `values` maps fields of `METADATA_FIELDS` to text; `unknown` names those that are to be
        shown as unknown. A new title enters the passages with the next `index`.

        Raises:
            ConfigurationError: nothing to correct, a field that does not exist, an empty value,
                or a date that cannot be read in one way.
        """
        checked = corrections(values, authors=authors, unknown=unknown)
        with writing(self.store.data_dir, wait_seconds=5):
            self.store.documents.describe(record.id, checked)
        return self.store.documents.record(record.id)

    def index_fault(self) -> str | None:
        """What does not fit between store and indexes, or None; raises what opening them does."""
        record = self.store.chunks.current_index()
        if record is None:
            return None
        view = View(self.store, record)
        try:
            return view.fault()
        finally:
            view.close()

    def model_identity(self) -> str:
        """The embedding model's name and the beginning of its weights' hash."""
        return self._model.identity

    def reader_identity(self) -> str:
        """The reader's name and the beginning of its weights' hash, or "none"."""
        return "none" if self._reader is None else self._reader.name

    def search(
        self,
        query: str,
        *,
        k: int | None = None,
        filters: Filters | None = None,
        dense_weight: float | None = None,
    ) -> Retrieved:
        """The `k` best passages for a query, best first; `dense_weight` overrules the setting.

        Raises:
            IndexMissingError, IndexMismatchError: run `rag index` first, or again.
            ConfigurationError: the query or a filter cannot be used.
        """
        query = readable(query)
        if len(query) > MAX_QUESTION_CHARS:
            raise ConfigurationError(
                f"the question has {len(query)} characters; ask one of at most "
                f"{MAX_QUESTION_CHARS}, and put documents into the corpus"
            )
        self._check_index()
        weight = self.settings.dense_weight if dense_weight is None else dense_weight
        return self._retriever.retrieve(
            query, k=k or self.settings.k, filters=filters or Filters(), dense_weight=weight
        )

    def ask(
        self,
        question: str,
        *,
        k: int | None = None,
        filters: Filters | None = None,
        keep: bool = True,
        watch: Watch | None = None,
    ) -> Answer:
        """Answer a question with sentences that the sources support, or abstain.

        The answer is kept in the store; not with `keep` false, where the asker keeps it elsewhere.
        `watch` hears of it while it comes about.

        Raises:
            As `search`; StoreError if the answer cannot be kept.
        """
        question = readable(question)
        for attempt in range(ATTEMPTS):
            try:
                answer = self._asking.answer(
                    question,
                    lambda: self.search(question, k=k, filters=filters),
                    filters=filters or Filters(),
                    watch=watch,
                )
                break
            except VersionGoneError:  # what was found is being forgotten: look again
                if attempt == ATTEMPTS - 1:
                    raise
        if keep:
            self.store.answers.put(answer)
        return answer

    def bottom_line(self, title: str, answers: Sequence[Answer]) -> Answer:
        """What matters most of these answers, by the chat model, from what they cite; kept.

        Raises:
            ConfigurationError: no chat model is set, or the answers cite nothing.
            GenerationError: the model failed.
        """
        answer = self._asking.bottom_line(title, answers)
        self.store.answers.put(answer)
        return answer

    def replay(self, answer: Answer) -> Answer:
        """A kept answer of a chat model, its replies checked again; it is not kept anew.

        Raises:
            ConfigurationError: no chat model wrote it.
            VersionGoneError: a source of it was forgotten.
        """
        return self._asking.replay(answer)

    def prompt(
        self, question: str, *, k: int | None = None, filters: Filters | None = None
    ) -> tuple[tuple[str, str], ...]:
        """What a chat model would be told for a question: (role, text), in order.

        Raises:
            As `search`; ConfigurationError without a chat model.
        """
        found = self.search(question, k=k, filters=filters)
        return self._writer.asked(found.question.text, found.passages).messages

    def candidates(self, found: Retrieved) -> list[Candidate]:
        """The sentences an answer would be chosen from, best first; for evaluations."""
        return self._answerer.candidates(
            found.question,
            found.passages,
            vector=found.vector,
            rarity=found.rarity,
            by_words=found.by_words,
            readings=found.readings,
        )

    def load(self) -> None:
        """Load the model and open the indexes now instead of with the first question."""
        self._model.embeddings.load()
        if self._reader is not None:
            self._reader.load()
        if self.store.chunks.current_index() is not None:
            with self._search_index.view():
                pass

    def as_retriever(
        self, *, k: int | None = None, filters: Filters | None = None
    ) -> "BaseRetriever":
        """`search` as a LangChain retriever: passages as LangChain documents with metadata."""
        from rag.chain import PassageRetriever  # 0.7 s of imports that asking does not need

        return PassageRetriever(search=lambda q: self.search(q, k=k, filters=filters).passages)

    def as_runnable(self) -> "Runnable[str, Answer]":
        """`ask` as a LangChain runnable: a question in, an `Answer` out."""
        from rag.chain import answering  # as above

        return answering(self.ask)

    def close(self) -> None:
        """Let go of the indexes and the store."""
        self._search_index.close()
        self.store.close()

    def _check_index(self) -> None:
        record = self.store.chunks.current_index()
        if record is None:
            raise IndexMissingError(
                "nothing is indexed yet; run `rag index FOLDER`, or put documents into "
                f"{self.settings.corpus_dir} and run `rag index`"
            )
        check_fingerprint(record, self._fingerprint)

    @built
    def _model(self) -> EmbeddingModel:
        return self._given_model or load_embedding_model(self.settings)

    @built
    def _reader(self) -> Reader | None:
        return load_reader(self.settings)

    @built
    def _fingerprint(self) -> dict[str, Any]:
        return fingerprint(self._model, self.settings)

    @built
    def _asking(self) -> Asking:
        digest = hashlib.sha256(repr(sorted(self._fingerprint.items())).encode()).hexdigest()
        made_by = {
            "embedding_model": self._model.identity,
            "reader": self.reader_identity(),
            "index": digest[:16],
        }
        return Asking(self.store, self.settings, self._answerer, made_by, self._writer)

    @built
    def _writer(self) -> Writer:
        return build_writer(
            self.settings,
            self._given_chat or load_chat_model(self.settings),
            Supporter(
                self._model.embeddings.embed_now, self._reader, load_entailment(self.settings)
            ),
            self.store,
        )

    @built
    def _ingestion(self) -> Ingestion:
        return Ingestion(self.store, self._model, self.settings)

    @built
    def _search_index(self) -> SearchIndex:
        return SearchIndex(self.store, repair=self._repair)

    def _repair(self) -> None:
        self._ingestion.repair()

    @built
    def _retriever(self) -> HybridRetriever:
        def embed_question(text: str) -> Vector:
            return np.asarray(self._model.embeddings.embed_questions([text])[0], dtype=np.float32)

        return HybridRetriever(
            self.store,
            self._search_index,
            embed_question,
            model_name=self._model.identity.partition("@")[0],
            languages=self._model.languages,
            reader=self._reader,
            rerank_depth=self.settings.rerank_depth,
        )

    @built
    def _answerer(self) -> ExtractiveAnswerer:
        return ExtractiveAnswerer(
            self.store.documents.text,
            self._model.embeddings.embed_now,
            max_sentences=self.settings.max_sentences,
            flags_of=self.store.flags_of,
        )


def build_pipeline(
    settings: Settings, *, model: EmbeddingModel | None = None, chat: ChatModel | None = None
) -> Pipeline:
    """The service for these settings; models are loaded and indexes opened at their first use.

    `model` and `chat` take the places of the embedding and the chat model that the settings name.

    Raises:
        StoreError: the data folder cannot be used.
    """
    keep_private(settings)
    return Pipeline(settings, open_store(settings.data_dir), model, chat)

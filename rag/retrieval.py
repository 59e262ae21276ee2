"""A query → ranked `Passage`s: nearest by meaning and best by words, fused into one ranking.

Filters and exact phrases restrict what is ranked, before it is ranked; passages of near-identical
documents that say the same take one rank. What the embedding model cannot read is ranked by words.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.dates import parse_published
from rag.errors import ConfigurationError
from rag.folding import COPIES_WITHIN, folded
from rag.index import SearchIndex, View
from rag.languages import joined_names, language_of, primary
from rag.questions import Question, analyse, asked_terms
from rag.reader import Reader, Reading
from rag.reranking import reread
from rag.store import Located, Store, Vector
from rag.terms import exact_matches, matches, terms
from rag.types import Filters, Passage

# How far each ranking is read for fusion: candidates that are worth nothing cost little.
MIN_DEPTH = 100
# Times that a query is run when the index is replaced under it.
ATTEMPTS = 3
# A model that knows more languages than this is not asked to list them.
MAX_NAMED = 4
_ISO_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A ranking, what there is to say about it, and what answering needs besides.

    `rarity` is the inverse document frequency of each of the question's content terms;
    `vector` the question's embedding, None where the model does not know its language; `by_words`
    the chunks that were ranked by their words alone; `samples` whether any passage is of the
    sample documents; `readings` what the reader says of the chunks that it read.
    """

    question: Question
    passages: tuple[Passage, ...]
    notices: tuple[str, ...]
    rarity: dict[str, float]
    vector: Vector | None
    samples: bool
    by_words: frozenset[str] = frozenset()
    readings: Mapping[str, Reading] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The best chunks, (id, score, cosine, BM25), and what is to be known of them.

    `copies` are the chunks folded into one; `by_words` those whose cosine was not used, `unread`
    the documents of those that are shown, or would be if it had been.
    """

    rows: list[tuple[str, float, float, float]]
    located: dict[str, Located]
    copies: dict[str, list[str]]
    by_words: frozenset[str]
    unread: frozenset[str]


class HybridRetriever:
    """Dense and lexical retrieval over one store, fused by a convex combination of scores.

    Each score is scaled by the best one of its kind for this query. Source: Bruch, Gai and
    Ingber, An Analysis of Fusion Functions for Hybrid Retrieval, TOIS 2023.

    `languages` are those that the embedding model `model_name` knows; without any, nothing is
    claimed and every cosine is used. `reader` reads the best `rerank_depth` passages and orders
    them anew, but for what is in a language that the embedding model does not know.
    """

    def __init__(
        self,
        store: Store,
        index: SearchIndex,
        embed_question: Callable[[str], Vector],
        *,
        model_name: str = "",
        languages: Sequence[str] = (),
        reader: Reader | None = None,
        rerank_depth: int = 10,
    ) -> None:
        self._store = store
        self._index = index
        self._embed_question = embed_question
        self._model_name = model_name
        self._reader = reader
        self._rerank_depth = rerank_depth
        self._unread: tuple[tuple[int, int], bool] | None = None
        self._known = frozenset(primary(language) for language in languages)

    def retrieve(self, query: str, *, k: int, filters: Filters, dense_weight: float) -> Retrieved:
        """The `k` best passages for a query, best first; fewer where fewer pass the filters.

        `dense_weight` in [0, 1] is the share of the cosine in the fused score.

        Raises:
            IndexMissingError: nothing is indexed.
            NotFoundError: a filter names a document that is not there.
            ConfigurationError: the query is empty, or a filter is not readable.
        """
        if not query.strip():
            raise ConfigurationError("the question is empty; ask one")
        question = analyse(query, self._language_of(query))
        filters = self._resolved(filters)
        notices: list[str] = []
        vector = self._embed_question(query) if self._knows(question.language) else None
        if vector is None:
            dense_weight = 0.0
        reads = self._reader if vector is not None else None
        for attempt in range(ATTEMPTS):
            notices.clear()
            with self._index.view() as view:
                record = view.record
                allowed = self._allowed(view, question, filters, notices)
                ranking = self._ranked(
                    view, question, vector, allowed, k=k, dense_weight=dense_weight
                )
                rarity = view.rarity([term.term for term in question.terms])
            passages = self._passages(question, ranking)
            if self._store.chunks.generation(record.id) is not None or attempt == ATTEMPTS - 1:
                break  # else another index took its place meanwhile, and its chunks are gone
        if question.phrases and allowed and not passages:
            phrases = " and ".join(f"“{phrase}”" for phrase in question.phrases)
            notices.append(f"no passage holds the exact words {phrases}")
        if filters.since or filters.until:
            n_undated = self._store.chunks.n_undated(record, filters)
            if n_undated:
                notices.append(f"{n_undated} documents without a known date were left out")
        readings: dict[str, Reading] = {}
        if reads is not None:
            prefixes = {name: held.chunk.prefix for name, held in ranking.located.items()}
            readable = [
                passage
                for passage in passages[: self._rerank_depth]
                if passage.chunk not in ranking.by_words
            ]
            passages, readings = reread(
                question.text, passages, readable, reader=reads, prefixes=prefixes
            )
        notices += self._remarks(question, ranking)
        shown = {passage.chunk for passage in passages}
        samples = any(found.sample for name, found in ranking.located.items() if name in shown)
        return Retrieved(
            question,
            tuple(passages),
            tuple(notices),
            rarity,
            vector,
            samples,
            by_words=ranking.by_words & shown,
            readings=readings,
        )

    def _language_of(self, query: str) -> str | None:
        language = language_of(query, known=self._known or ("en",))
        if language in (None, "en"):
            return language
        # Small words are shared between languages: the documents' own are the likelier ones.
        present = [primary(found) for found in self._store.chunks.facets("language")]
        return language_of(query, known=self._known or ("en",), present=present)

    def _has_unread(self, view: View) -> bool:
        """Whether the index holds documents in a language that the model does not know.

        Asked once a generation; a language corrected by hand counts from the next one.
        """
        generation = (view.record.id, view.record.generation)
        if self._unread is None or self._unread[0] != generation:
            languages = self._store.chunks.facets("language")
            unread = any(not self._knows(language) for language in languages)
            self._unread = generation, unread
        return self._unread[1]

    def _knows(self, language: str | None) -> bool:
        """Whether the model's cosines mean something in this language, as far as is known."""
        return not self._known or language is None or primary(language) in self._known

    def _remarks(self, question: Question, ranking: _Ranking) -> list[str]:
        """What there is to say of languages and copies, in whole sentences."""
        remarks = []
        if not self._knows(question.language):
            few = len(self._known) <= MAX_NAMED
            knows = f"knows {joined_names(self._known)}, not" if few else "does not know"
            remarks.append(
                f"The embedding model {self._model_name} {knows} "
                f"{joined_names([question.language or ''])}: passages were found by their words "
                "alone."
            )
        elif ranking.unread:
            of = {found.chunk.document: found.metadata for found in ranking.located.values()}
            names = joined_names([of[name].language or "" for name in ranking.unread], last="or")
            n = len(ranking.unread)
            subject, whose = ("documents are", "their") if n > 1 else ("document is", "its")
            remarks.append(
                f"{n} {subject} in {names}, which the embedding model does not know: found by "
                f"{whose} words alone."
            )
        copies = {
            ranking.located[copy].chunk.document
            for row in ranking.rows
            for copy in ranking.copies.get(row[0], ())
        }
        if copies:
            noun = "copies" if len(copies) > 1 else "copy"
            remarks.append(f"{len(copies)} near-identical {noun} folded (estimated)")
        return remarks

    def _resolved(self, filters: Filters) -> Filters:
        """Documents as ids, dates as whole days, each checked."""
        since, until = _day("since", filters.since, 0), _day("until", filters.until, 1)
        ids = tuple(self._store.documents.record(name).id for name in filters.documents)
        return replace(filters, documents=ids, since=since, until=until)

    def _allowed(
        self, view: View, question: Question, filters: Filters, notices: list[str]
    ) -> set[str] | None:
        """The chunks that may be ranked, or None where all may."""
        if not filters and not question.phrases:
            return None
        allowed = view.allowed(filters)
        if not allowed:
            known = list(self._store.chunks.facets("publisher")) if filters.publishers else []
            there = f"; publishers there are: {', '.join(known[:8])}" if known else ""
            notices.append(f"no document passes the filters{there}")
        for phrase in question.phrases:
            if allowed:
                allowed &= view.with_phrase([term.term for term in terms(phrase)])
                if not allowed:
                    notices.append(f"no passage holds the exact words “{phrase}”")
        return allowed

    def _ranked(
        self,
        view: View,
        question: Question,
        vector: Vector | None,
        allowed: set[str] | None,
        *,
        k: int,
        dense_weight: float,
    ) -> _Ranking:
        """The `k` best chunks that are left once copies are folded; fewer where there are fewer.

        The word index finds phrases by stems: what it finds is held against them from the top.
        Both rankings are read deeper as long as phrases or copies leave too little.
        """
        depth, window = max(MIN_DEPTH, 4 * k), COPIES_WITHIN * k
        if question.phrases or vector is None or self._has_unread(view):
            window = 0  # then every candidate has to be looked at
        while True:
            found = self._candidates(view, question, vector, allowed, depth)
            wanted = [row[0] for row in fused(found, dense_weight)[: window or None]]
            located = self._store.chunks.by_id(view.record, wanted)
            by_words = frozenset(
                name
                for name, held in located.items()
                if vector is None or not self._knows(held.metadata.language)
            )
            scores = {
                name: (0.0 if name in by_words else dense, lexical)
                for name, (dense, lexical) in found.items()
            }
            ranked = [
                row
                for row in fused(scores, dense_weight)
                if row[0] in located and self._holds(located[row[0]], question)
            ]
            rows, copies = folded(self._store, ranked, located, k)
            exhausted = len(found) < depth or (allowed is not None and depth >= len(allowed))
            if len(rows) >= k or (exhausted and len(wanted) == len(found)):
                break
            depth, window = depth if exhausted else 4 * depth, 0
        # With their cosines some might be shown that now are not: the person is to know.
        shown = [row[0] for row in [*rows, *(fused(found, dense_weight) if by_words else [])[:k]]]
        unread = frozenset(located[name].chunk.document for name in shown if name in by_words)
        return _Ranking(rows, located, copies, by_words, unread)

    def _holds(self, found: Located, question: Question) -> bool:
        """Whether a passage, or its title and heading, holds every phrase word by word."""
        return all(
            exact_matches(self._text(found), phrase) or exact_matches(found.chunk.prefix, phrase)
            for phrase in question.phrases
        )

    def _candidates(
        self,
        view: View,
        question: Question,
        vector: Vector | None,
        allowed: set[str] | None,
        depth: int,
    ) -> dict[str, tuple[float, float]]:
        """The best of both rankings: id → (cosine, BM25), both exact for every candidate.

        Without a vector, the best by words alone, with cosines of 0.
        """
        wanted = [term.term for term in question.terms]
        if vector is None:
            best = view.search_words(wanted, depth, allowed=allowed)
            return {found: (0.0, score) for found, score in best.items()}
        nearest = view.nearest(vector, depth, allowed=allowed)
        lexical = view.search_words(wanted, depth, allowed=allowed)
        lexical |= view.word_scores(wanted, [found for found in nearest if found not in lexical])
        dense = view.cosines(vector, list(dict.fromkeys([*nearest, *lexical])))
        return {found: (cosine, lexical.get(found, 0.0)) for found, cosine in dense.items()}

    def _passages(self, question: Question, ranking: _Ranking) -> list[Passage]:
        beside = _PHRASES_OUT.sub(" ", question.text)
        loose = [term.term for term in asked_terms(beside, question.language)]
        passages: list[Passage] = []
        for identity, score, dense, lexical in ranking.rows:
            found = ranking.located[identity]
            copies = [ranking.located[name].source for name in ranking.copies.get(identity, ())]
            chunk, metadata = found.chunk, found.metadata
            text = self._text(found)
            spans = {span for phrase in question.phrases for span in exact_matches(text, phrase)}
            pages = self._store.documents.text(chunk.version).pages_of(chunk.start, chunk.end)
            published = metadata.published
            passages.append(
                Passage(
                    rank=len(passages) + 1,
                    score=score,
                    dense=dense,
                    lexical=lexical,
                    document=chunk.document,
                    version=chunk.version,
                    chunk=chunk.id,
                    source=found.source,
                    title=metadata.title,
                    publisher=metadata.publisher,
                    published=published.value if published else None,
                    published_precision=published.precision if published else None,
                    url=metadata.url,
                    page=pages.first,
                    page_end=pages.last,
                    page_label=pages.label,
                    start=chunk.start,
                    end=chunk.end,
                    text=text,
                    heading=chunk.heading,
                    matches=_joined([*spans, *matches(text, loose)]),
                    also_in=tuple(dict.fromkeys(copies)),
                )
            )
        return passages

    def _text(self, found: Located) -> str:
        text = self._store.documents.text_of(found.chunk.version)
        return text[found.chunk.start : found.chunk.end]


def fused(
    candidates: Mapping[str, tuple[float, float]], dense_weight: float
) -> list[tuple[str, float, float, float]]:
    """Candidates id → (cosine, BM25) as (id, score, cosine, BM25), best first, ties by id."""
    best_dense = max((dense for dense, _ in candidates.values()), default=0.0)
    best_lexical = max((lexical for _, lexical in candidates.values()), default=0.0)
    rows = []
    for identity, (dense, lexical) in candidates.items():
        by_meaning = max(0.0, dense) / best_dense if best_dense > 0 else 0.0
        by_words = lexical / best_lexical if best_lexical > 0 else 0.0
        score = dense_weight * by_meaning + (1 - dense_weight) * by_words
        rows.append((identity, score, dense, lexical))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


_PHRASES_OUT = re.compile(r'"[^"]+"|“[^”]+”|«[^»]+»')


def _day(name: str, value: str | None, end: int) -> str | None:
    """The first (`end` 0) or last (1) day that an ISO date of any precision means."""
    if value is None:
        return None
    published = parse_published(value) if _ISO_DAY.fullmatch(value) else None
    if published is None:
        raise ConfigurationError(
            f"{name} {value!r} is no date; write it as 2023, 2023-10 or 2023-10-07"
        )
    return published.span()[end]


def _joined(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Spans in order, overlapping ones joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)

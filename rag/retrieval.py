"""A query → ranked `Passage`s: nearest by meaning and best by words, fused into one ranking.

Filters and exact phrases restrict what is ranked, before it is ranked.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.dates import parse_published
from rag.errors import ConfigurationError
from rag.index import SearchIndex, View
from rag.questions import Question, analyse
from rag.store import Located, Store, Vector
from rag.terms import content_terms, exact_matches, matches, terms
from rag.types import Filters, Passage

# How far each ranking is read for fusion: candidates that are worth nothing cost little.
MIN_DEPTH = 100
# Times that a query is run when the index is replaced under it.
ATTEMPTS = 3
_ISO_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A ranking, what there is to say about it, and what answering needs besides.

    `rarity` is the inverse document frequency of each of the question's content terms;
    `vector` the question's embedding; `samples` whether any passage is of the sample documents.
    """

    question: Question
    passages: tuple[Passage, ...]
    notices: tuple[str, ...]
    rarity: dict[str, float]
    vector: Vector
    samples: bool


class HybridRetriever:
    """Dense and lexical retrieval over one store, fused by a convex combination of scores.

    Each score is scaled by the best one of its kind for this query. Source: Bruch, Gai and
    Ingber, An Analysis of Fusion Functions for Hybrid Retrieval, TOIS 2023.
    """

    def __init__(
        self,
        store: Store,
        index: SearchIndex,
        embed_question: Callable[[str], Vector],
    ) -> None:
        self._store = store
        self._index = index
        self._embed_question = embed_question

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
        question = analyse(query)
        filters = self._resolved(filters)
        notices: list[str] = []
        vector = self._embed_question(query)
        for attempt in range(ATTEMPTS):
            notices.clear()
            with self._index.view() as view:
                record = view.record
                allowed = self._allowed(view, question, filters, notices)
                scored, located = self._scored(
                    view, question, vector, allowed, k=k, dense_weight=dense_weight
                )
                rarity = view.rarity([term.term for term in question.terms])
            passages = self._passages(question, scored, located)[:k]
            if self._store.chunks.generation(record.id) is not None or attempt == ATTEMPTS - 1:
                break  # else another index took its place meanwhile, and its chunks are gone
        if question.phrases and allowed and not passages:
            phrases = " and ".join(f"“{phrase}”" for phrase in question.phrases)
            notices.append(f"no passage holds the exact words {phrases}")
        if filters.since or filters.until:
            n_undated = self._store.chunks.n_undated(record, filters)
            if n_undated:
                notices.append(f"{n_undated} documents without a known date were left out")
        shown = {passage.chunk for passage in passages}
        samples = any(found.sample for name, found in located.items() if name in shown)
        return Retrieved(question, tuple(passages), tuple(notices), rarity, vector, samples)

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

    def _scored(
        self,
        view: View,
        question: Question,
        vector: Vector,
        allowed: set[str] | None,
        *,
        k: int,
        dense_weight: float,
    ) -> tuple[list[tuple[str, float, float, float]], dict[str, Located]]:
        """The fused ranking and its chunks; with phrases, as deep as `k` that hold them.

        The word index finds phrases by stems: what it finds is held against them from the top.
        """
        depth = max(MIN_DEPTH, 4 * k)
        while True:
            ranking = fused(self._candidates(view, question, vector, allowed, depth), dense_weight)
            wanted = ranking if question.phrases else ranking[: 2 * k]
            located = self._store.chunks.by_id(view.record, [row[0] for row in wanted])
            kept = [
                row
                for row in wanted
                if row[0] in located and self._holds(located[row[0]], question)
            ]
            if len(kept) >= k or allowed is None or depth >= len(allowed) or not question.phrases:
                return kept, located
            depth *= 4

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
        vector: Vector,
        allowed: set[str] | None,
        depth: int,
    ) -> dict[str, tuple[float, float]]:
        """The best of both rankings: id → (cosine, BM25), both exact for every candidate."""
        wanted = [term.term for term in question.terms]
        nearest = view.nearest(vector, depth, allowed=allowed)
        lexical = view.search_words(wanted, depth, allowed=allowed)
        lexical |= view.word_scores(wanted, [found for found in nearest if found not in lexical])
        dense = view.cosines(vector, list(dict.fromkeys([*nearest, *lexical])))
        return {found: (cosine, lexical.get(found, 0.0)) for found, cosine in dense.items()}

    def _passages(
        self,
        question: Question,
        scored: Sequence[tuple[str, float, float, float]],
        located: dict[str, Located],
    ) -> list[Passage]:
        loose = [term.term for term in content_terms(_PHRASES_OUT.sub(" ", question.text))]
        passages: list[Passage] = []
        for identity, score, dense, lexical in scored:
            found = located.get(identity)
            if found is None:  # removed since the index was read
                continue
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

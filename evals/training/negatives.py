"""Passages that look like an answer and are none: the best ones that do not hold one.

As in the service, by words and by meaning together: BM25 over the contexts of one file with the
service's own terms (k1 1.2, b 0.75), the cosine of the embedding model, and their reciprocal ranks
added. Sources: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond,
2009; Cormack, Clarke and Büttcher, Reciprocal Rank Fusion, SIGIR 2009. Why such negatives:
Karpukhin et al., Dense Passage Retrieval, EMNLP 2020.
"""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from evals.training.examples import Asked, Context
from rag.terms import STOP_WORDS, terms

K1, B = 1.2, 0.75
DEPTH = 20
FUSION = 60

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


class Negatives:
    """The contexts of one file, to be searched by words and, given `embed`, by meaning."""

    def __init__(self, contexts: Sequence[Context], embed: Embed | None = None) -> None:
        self.contexts = contexts
        self._folded = [context.text.casefold() for context in contexts]
        self._ids: dict[str, int] = {}
        rows, columns, values = [], [], []
        lengths = np.zeros(len(contexts))
        for place, context in enumerate(contexts):
            counts = Counter(_terms(f"{context.title} {context.text}"))
            lengths[place] = counts.total()
            for term, count in counts.items():
                rows.append(place)
                columns.append(self._ids.setdefault(term, len(self._ids)))
                values.append(float(count))
        n, m = len(contexts), len(self._ids)
        counted = csr_matrix((values, (rows, columns)), shape=(n, m))
        held = np.diff(counted.tocsc().indptr)
        rarity = np.log(1 + (n - held + 0.5) / (held + 0.5))
        norm = K1 * (1 - B + B * lengths / max(lengths.mean(), 1))
        weights = counted.tocoo()
        weights.data = rarity[weights.col] * (
            weights.data * (K1 + 1) / (weights.data + norm[weights.row])
        )
        self._weights = weights.tocsc()
        self._vectors = None
        self._asked: dict[str, NDArray[np.float32]] = {}
        self._embed = embed
        if embed is not None:
            self._vectors = embed([f"{one.title}\n{one.text}".strip() for one in contexts])

    def prepare(self, questions: Sequence[str]) -> None:
        """Embed questions that will be asked, all at once."""
        if self._embed is not None:
            self._asked |= dict(zip(questions, self._embed(questions), strict=True))

    def of(self, row: Asked) -> list[Context]:
        """The best contexts without an accepted answer, best first, at most `DEPTH`."""
        columns = [self._ids[term] for term in set(_terms(row.question)) if term in self._ids]
        scores = np.asarray(self._weights[:, columns].sum(axis=1)).ravel()
        best = np.argsort(-scores, kind="stable")[: 2 * DEPTH]
        best = best[scores[best] > 0]
        if self._vectors is not None and row.question in self._asked:
            cosines = self._vectors @ self._asked[row.question]
            near = np.argsort(-cosines, kind="stable")[: 2 * DEPTH]
            fused: dict[int, float] = {}
            for ranking in (best, near):
                for rank, place in enumerate(ranking.tolist()):
                    fused[place] = fused.get(place, 0.0) + 1 / (FUSION + rank + 1)
            best = np.array(sorted(fused, key=lambda place: -fused[place]), dtype=np.int64)
        answers = [row.context.text[start:end].casefold() for start, end in row.answers]
        kept = []
        for place in best.tolist():
            context = self.contexts[place]
            own = (context.file, context.place) == (row.context.file, row.context.place)
            if own and row.kind == "claim":
                continue
            if own and context.text == row.context.text:
                continue
            if any(answer in self._folded[place] for answer in answers):
                continue
            kept.append(context)
        return kept[:DEPTH]


def _terms(text: str) -> list[str]:
    return [term.term for term in terms(text) if term.term not in STOP_WORDS]

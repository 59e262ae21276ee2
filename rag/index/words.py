"""The index by words: BM25 over terms in tantivy, which never sees a text or a query string.

Texts are analysed in `rag.terms` and stored as positions of terms; a query is built from terms,
so nothing a person types is query syntax.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import IndexingError

if TYPE_CHECKING:
    import tantivy

# Up to here a filter is carried out by the engine as a set of ids; above, hits are filtered.
MAX_TERM_SET = 5_000
WRITER_HEAP_BYTES = 50_000_000


class WordIndex:
    """One tantivy index of documents (id, terms).

    BM25 with k1 = 1.2 and b = 0.75, tantivy's constants. Source: Robertson and Zaragoza, The
    Probabilistic Relevance Framework, 2009.
    """

    def __init__(self, folder: Path, *, create: bool) -> None:
        with _translated(folder):
            import tantivy

            self._tantivy = tantivy
            self._folder = folder
            builder = tantivy.SchemaBuilder()
            builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
            builder.add_text_field("terms", tokenizer_name="spaces", index_option="position")
            self._schema = builder.build()
            if create:
                folder.mkdir(parents=True, exist_ok=True)
            elif not (folder / "meta.json").is_file():
                raise IndexingError(f"there is no word index in {folder}")
            self._index = tantivy.Index(self._schema, path=str(folder))
            spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            self._index.register_tokenizer("spaces", spaces)
            self._index.reload()
            self._searcher = self._index.searcher()
            self._writer: tantivy.IndexWriter | None = None

    def count(self) -> int:
        """How many documents the index holds."""
        return int(self._searcher.num_docs)

    def n_containing(self, term: str) -> int:
        """How many documents hold a term (deleted ones counted until their segment is merged)."""
        with _translated(self._folder):
            return int(self._searcher.doc_freq("terms", term))

    def put(self, documents: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Add (id, terms) pairs; an id that is there already is left as it is.

        Ids derive from content, so what has the same id is the same; and replacing would leave
        deleted documents behind that count in BM25's statistics.
        """
        with _translated(self._folder):
            writer = self._open_writer()
            for identity, words in documents:
                if not self._holds(identity):
                    writer.add_document(self._tantivy.Document(id=identity, terms=" ".join(words)))

    def remove(self, ids: Iterable[str]) -> None:
        """Remove documents; unknown ids are passed over."""
        with _translated(self._folder):
            writer = self._open_writer()
            for identity in ids:
                writer.delete_documents_by_term("id", identity)

    def commit(self) -> None:
        """Make what was put and removed durable and visible."""
        with _translated(self._folder):
            if self._writer is not None:
                self._writer.commit()
                self._refresh()

    def search(
        self, terms: Sequence[str], k: int, *, allowed: set[str] | None = None
    ) -> dict[str, float]:
        """The best documents by BM25 for any of the terms: id → raw score, best first."""
        if not terms or (allowed is not None and not allowed):
            return {}
        with _translated(self._folder):
            query = self._any(terms)
            if allowed is not None and len(allowed) <= MAX_TERM_SET:
                return self._hits(self._within(query, sorted(allowed)), k)
            if allowed is None:
                return self._hits(query, k)
            depth = 4 * k
            while True:
                hits = self._hits(query, depth)
                kept = {identity: hits[identity] for identity in hits if identity in allowed}
                if len(kept) >= k or len(hits) < depth:
                    return dict(list(kept.items())[:k])
                depth *= 4

    def scores(self, terms: Sequence[str], ids: Sequence[str]) -> dict[str, float]:
        """Raw BM25 of these documents; one without any of the terms is left out."""
        if not terms or not ids:
            return {}
        with _translated(self._folder):
            return self._hits(self._within(self._any(terms), ids), len(ids))

    def with_phrase(self, terms: Sequence[str]) -> set[str]:
        """The documents in which these terms stand one after the other."""
        if not terms:
            return set()
        with _translated(self._folder):
            query = self._tantivy.Query
            phrase = (
                query.term_query(self._schema, "terms", terms[0])
                if len(terms) == 1
                else query.phrase_query(self._schema, "terms", list(terms))
            )
            return set(self._hits(phrase, max(1, self.count())))

    def close(self) -> None:
        """Let go of the writer's lock."""
        if self._writer is not None:
            with _translated(self._folder):
                self._writer.wait_merging_threads()
            self._writer = None

    def _any(self, terms: Sequence[str]) -> "tantivy.Query":
        query, occur = self._tantivy.Query, self._tantivy.Occur
        return query.boolean_query(
            [
                (occur.Should, query.term_query(self._schema, "terms", term))
                for term in dict.fromkeys(terms)
            ]
        )

    def _within(self, found: "tantivy.Query", ids: Sequence[str]) -> "tantivy.Query":
        query, occur = self._tantivy.Query, self._tantivy.Occur
        members = query.term_set_query(self._schema, "id", list(ids))
        # Membership weighs nothing, so that the score stays the plain BM25 of the terms.
        weightless = query.boost_query(query.const_score_query(members, 1.0), 0.0)
        return query.boolean_query([(occur.Must, found), (occur.Must, weightless)])

    def _hits(self, query: "tantivy.Query", k: int) -> dict[str, float]:
        found = self._searcher.search(query, k, count=False).hits
        pairs = [(float(score), self._searcher.doc(address)["id"][0]) for score, address in found]
        # Ties in an order that does not hang on how segments were written.
        pairs.sort(key=lambda pair: (-pair[0], pair[1]))
        return {identity: score for score, identity in pairs}

    def _holds(self, identity: str) -> bool:
        query = self._tantivy.Query.term_query(self._schema, "id", identity)
        return bool(self._searcher.search(query, 1, count=False).hits)

    def _open_writer(self) -> "tantivy.IndexWriter":
        if self._writer is None:
            self._writer = self._index.writer(WRITER_HEAP_BYTES, 1)
        return self._writer

    def _refresh(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """Tantivy's errors, which are plain ValueError and OSError, as `IndexingError`."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise IndexingError(
            f"the word index in {folder} cannot be used ({error}); "
            "`rag index` makes it again from the store"
        ) from error

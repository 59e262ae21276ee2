"""Near-identical documents: found by their signatures, folded where they say the same."""

import pytest

from rag.copies import normalised, signature
from rag.pipeline import Pipeline
from rag.store.copies import Copies

pytestmark = pytest.mark.integration

SENTENCES = (
    "Captain Orla Venn closed the harbour of Velm on Tuesday evening after the storm.",
    "Seven ferries were left on the wrong side of the broken breakwater, their owners said.",
    "The town council will meet on Friday to vote on a loan for the repairs.",
    "Engineers measured the crack and called the old stones beyond saving.",
    "Fishermen from Tarn offered to carry the post across the bay in the meantime.",
    "The last closure of that kind was ordered when the salt barges sank near Dunmere.",
    "A diver who inspected the anchors found two of them missing and one bent.",
    "Merchants asked for lower fees until the channel has been dredged again.",
    "The granary on the quay stayed dry and its stocks were counted twice.",
    "Nobody was hurt, although a watchman fell from the crane and lost his lantern.",
    "Schools near the quay sent the children home before the tide turned.",
    "The bridge warden promised that carts may pass at low water from Monday.",
)
TOLL = "Fourteen sailors were treated for cold by the doctors of the infirmary."
CHANGED = TOLL.replace("Fourteen", "Forty")
OTHERS = {
    "mill.txt": "The miller of Pellin sold nine sacks of rye to the harbour kitchen.",
    "weir.txt": "The weir near Karsk was rebuilt by hand and the harbour paid for the timber.",
    "road.txt": "The salt road to Hollin Cross avoids the harbour and crosses four streams.",
}


def report(toll: str, *, tail: str = "") -> str:
    paragraphs = [" ".join(SENTENCES[:6]), " ".join([*SENTENCES[6:9], toll, *SENTENCES[9:]])]
    return "\n\n".join(paragraphs) + f"\n{tail}"


def dated(day: str) -> str:
    return f"---\ntitle: The harbour is closed\npublished: {day}\n---\n\n"


def sign(pipeline: Pipeline) -> Copies:
    """Sign what indexing has left unsigned: texts that an older version indexed."""
    copies = Copies(pipeline.store.database)
    copies.fill(pipeline.store.documents.text_of)
    return copies


@pytest.fixture(scope="module")
def pipeline(module_place) -> Pipeline:
    module_place.write("first.md", dated("2021-03-05") + report(TOLL))
    module_place.write("again/second.md", dated("2021-03-04") + report(TOLL))
    module_place.write("edited.md", dated("2021-03-06") + report(CHANGED))
    module_place.write("excerpt.txt", " ".join(SENTENCES[:3]) + "\n")
    for name, text in OTHERS.items():
        module_place.write(name, text + "\n")
    opened = module_place.open()
    opened.index()
    sign(opened)
    return opened


def ids(pipeline: Pipeline, *sources: str) -> list[str]:
    return [pipeline.store.documents.record(source).id for source in sources]


def test_copies_are_found_with_their_estimate_and_an_excerpt_is_none(pipeline: Pipeline):
    copies = Copies(pipeline.store.database)
    first, second, edited, excerpt = ids(
        pipeline, "first.md", "again/second.md", "edited.md", "excerpt.txt"
    )
    found = copies.of([first, excerpt])
    assert list(found) == [first]
    assert found[first][0] == (second, 1.0)
    assert found[first][1][0] == edited
    assert 0.75 <= found[first][1][1] < 1
    assert copies.among([first, second, edited, excerpt]) == {
        first: {second, edited},
        second: {first, edited},
        edited: {first, second},
    }
    assert copies.among([excerpt]) == {}


def test_a_text_that_two_documents_share_takes_one_rank_and_names_the_other(pipeline: Pipeline):
    found = pipeline.search("Who called the old stones beyond saving?", k=4)
    best = found.passages[0]
    assert best.source == "again/second.md"  # the same score, published first
    assert set(best.also_in) == {"first.md", "edited.md"}
    assert "2 near-identical copies folded (estimated)" in found.notices
    assert [passage.rank for passage in found.passages] == [1, 2, 3, 4]
    assert sum(SENTENCES[3] in passage.text for passage in found.passages) == 1


def test_an_edited_sentence_stays_beside_the_one_it_replaced(pipeline: Pipeline):
    question = "How many sailors were treated for cold by the doctors of the infirmary?"
    found = pipeline.search(question, k=10)
    tolls = [p for p in found.passages if "sailors were treated" in p.text]
    assert {"Fourteen" in p.text for p in tolls} == {True, False}
    assert len(tolls) == 2
    answer = pipeline.ask(question)
    quotes = [citation.quote for citation in answer.citations]
    assert TOLL in quotes
    assert len(quotes) == len(set(quotes))


def test_what_is_shown_is_not_shown_twice_by_an_answer(pipeline: Pipeline):
    answer = pipeline.ask("Who closed the harbour of Velm after the storm?")
    texts = [sentence.text for sentence in answer.sentences]
    assert SENTENCES[0] in texts
    assert len(texts) == len(set(texts))


def test_a_citation_names_a_copy_only_where_the_quoted_words_stand_there_too(pipeline: Pipeline):
    documents = pipeline.store.documents
    for sentence in (*SENTENCES, TOLL):
        answer = pipeline.ask(f"Is it true: {sentence}")
        for citation in answer.citations:
            for source in citation.also_in:
                record = documents.record(source)
                assert record.version is not None
                assert normalised(citation.quote) in normalised(documents.text_of(record.version))


def test_as_many_different_passages_come_back_as_were_asked_for(place):
    for number in range(60):
        place.write(f"copy-{number:02d}.txt", report(TOLL, tail=f"\nPress {number}.\n"))
    for name, text in OTHERS.items():
        place.write(name, text + "\n")
    pipeline = place.open()
    pipeline.index()
    sign(pipeline)
    found = pipeline.search("Who closed the harbour of Velm?", k=4)
    assert len(found.passages) == 4
    assert {"mill.txt", "weir.txt", "road.txt"} & {p.source for p in found.passages}
    assert sum("Captain Orla Venn closed" in p.text for p in found.passages) == 1


def test_forgetting_a_document_forgets_its_signature(place):
    place.write("one.txt", report(TOLL))
    place.write("two.txt", report(CHANGED))
    pipeline = place.open()
    pipeline.index()
    copies = sign(pipeline)
    database = pipeline.store.database
    one, two = (pipeline.store.documents.record(name) for name in ("one.txt", "two.txt"))
    assert copies.of([one.id])
    pipeline.forget([two])
    assert copies.of([one.id]) == {}
    assert [row[0] for row in database.rows("SELECT version FROM signatures")] == [one.version]
    assert {row[0] for row in database.rows("SELECT DISTINCT signature FROM bands")} == {
        row[0] for row in database.rows("SELECT id FROM signatures")
    }


def test_a_removed_document_is_no_copy_and_signatures_of_another_recipe_are_made_again(place):
    place.write("one.txt", report(TOLL))
    place.write("two.txt", report(CHANGED))
    pipeline = place.open()
    pipeline.index()
    copies = sign(pipeline)
    one, two = (pipeline.store.documents.record(name) for name in ("one.txt", "two.txt"))
    pipeline.store.remove(two.id)
    assert copies.of([one.id]) == {}
    with pipeline.store.database.transaction() as connection:
        connection.execute("UPDATE signatures SET recipe = 0")
    assert copies.missing() == [one.version]
    assert copies.fill(pipeline.store.documents.text_of) == 1
    assert copies.missing() == []
    row = pipeline.store.database.row(
        "SELECT signature FROM signatures WHERE version = ?", (one.version,)
    )
    assert row is not None
    assert row["signature"] == signature(pipeline.store.documents.text_of(one.version))

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kept_briefs as kept
from rag.brief.authored import blocks_of, checked, marks_of, note_marks
from rag.brief.citing import resolver
from rag.brief.manuscript import (
    Listing,
    NoteMark,
    Paragraph,
    Preformatted,
    Quotation,
    Subheading,
    Table,
    Text,
)
from rag.errors import ConfigurationError, NotFoundError
from rag.store import open_store
from rag.types import Citation, citation_key


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def harbour(store):
    return kept.fill(store)[0]


@pytest.fixture
def known(store, harbour):
    citation = kept.cited(store, harbour, "The gate weighs 14 tonnes.")
    return {citation_key(citation): citation}


def nothing(name):
    raise NotFoundError(f"{name} is nowhere")


def test_a_mark_of_a_known_key_is_kept_with_its_citation(known):
    [key] = known
    held = checked(f"It is heavy. [@{key}]\r\n", known, nothing)
    assert held.text == f"It is heavy. [@{key}]\n"
    assert held.citations == tuple(known.values())


def test_an_altered_mark_is_named_with_what_it_was_altered_from(known):
    [key] = known
    altered = key[:-1] + ("0" if key[-1] != "0" else "1")
    with pytest.raises(ConfigurationError) as caught:
        checked(f"It is heavy [@{altered}].", known, nothing)
    assert f"[@{altered}]" in str(caught.value)
    assert f"altered from [@{key}]" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A [@nothing] b", "[@nothing] names no citation (nothing is nowhere)"),
        ("A [@abcdef12] b", "[@abcdef12] names no citation"),
        ("A [@ broken b", "mark without its end"),
        ("A [@one] and [@two]", "2 citation marks cannot be saved"),
    ],
)
def test_every_mark_that_names_nothing_is_named(text, said):
    with pytest.raises(ConfigurationError) as caught:
        checked(text, {}, nothing)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["`code [@{}]`", "```\n[@{}]\n```", "[words](http://x.org/[@{}])", "    indented [@{}]"],
)
def test_a_mark_where_no_note_can_be_called_is_refused(known, text):
    with pytest.raises(ConfigurationError, match="where no note can be called"):
        checked(text.format(*known), known, nothing)


def test_the_citation_of_an_answer_is_named_by_its_number(store, harbour):
    answer = kept.harbour_answer(store, harbour)
    held = checked(f"They shut it [@{answer.id}#1].", {}, resolver(store))
    [citation] = held.citations
    assert citation == answer.citations[0]
    assert held.text == f"They shut it [@{citation_key(citation)}]."
    with pytest.raises(ConfigurationError, match="has no citation 2"):
        checked(f"They shut it [@{answer.id}#2].", {}, resolver(store))


def test_a_span_of_a_document_is_named_by_its_characters(store, harbour):
    held = checked("Heavy [@harbour.md:158-184].", {}, resolver(store))
    assert [one.quote for one in held.citations] == ["The gate weighs 14 tonnes."]
    assert held.citations[0].page == 2
    for span in ("0-0", "9-4", "184-190", "500-520"):
        with pytest.raises(ConfigurationError, match="no words at"):
            checked(f"Heavy [@harbour.md:{span}].", {}, resolver(store))
    with pytest.raises(ConfigurationError, match="no document is called"):
        checked("Heavy [@nowhere.md:1-9].", {}, resolver(store))


def test_the_same_span_cited_twice_has_one_key(store, harbour):
    one = kept.cited(store, harbour, "14 tonnes", 1)
    assert citation_key(one) == citation_key(replace(one, number=7, chunk="other"))
    assert citation_key(one) != citation_key(replace(one, end=one.end - 1))


def test_blocks_of_markdown_keep_their_kinds_and_the_places_of_marks():
    text = (
        "## Head\n\nA *b* **c** `d`[@aaaaaaaa]\n\n- x\n  1. y [@bbbbbbbb]\n\n> q\n\n"
        "| h [@aaaaaaaa] |\n|---|\n| r |\n\n```\ncode\n```\n"
    )
    head, line, listing, quote, table, code = blocks_of(text, ["aaaaaaaa", "bbbbbbbb"])
    assert head == Subheading(2, (Text("Head"),))
    assert line == Paragraph(
        (
            Text("A "),
            Text("b", italic=True),
            Text(" "),
            Text("c", bold=True),
            Text(" "),
            Text("d", code=True),
            NoteMark(0),
        )
    )
    assert isinstance(listing, Listing)
    assert not listing.ordered
    assert listing.items[0][1] == Listing(True, ((Paragraph((Text("y "), NoteMark(1))),),), 1)
    assert quote == Quotation((Paragraph((Text("q"),)),))
    assert table == Table(((Text("h "), NoteMark(0)),), (((Text("r"),),),))
    assert code == Preformatted("code")
    assert list(note_marks((head, line, listing, quote, table, code))) == [0, 1, 0]


def test_html_is_text_pictures_are_words_and_links_are_of_the_web():
    [block] = blocks_of(
        "<b onclick=x>b</b> ![alt](http://evil/x.png) [j](javascript:alert(1)) [w](https://a.org)",
        [],
    )
    assert "".join(run.text for run in block.runs) == (
        "<b onclick=x>b</b> alt [j](javascript:alert(1)) w"
    )
    assert [run.link for run in block.runs if run.link] == ["https://a.org"]


def test_a_text_of_unreasonable_length_is_refused():
    with pytest.raises(ConfigurationError, match="200001 characters"):
        checked("x" * 200_001, {}, nothing)


@given(st.text(max_size=300))
def test_any_text_is_read_and_invents_no_note(text):
    assert list(note_marks(blocks_of(text, []))) == []


ANYWHERE = Citation(
    number=1,
    document="d",
    version="v",
    chunk="c",
    source="s.txt",
    title=None,
    publisher=None,
    published=None,
    published_precision=None,
    url=None,
    page=None,
    page_end=None,
    start=0,
    end=5,
    quote="words",
)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_mark_in_any_text_is_called_or_refused_never_lost(before, after):
    key = citation_key(ANYWHERE)
    try:
        held = checked(f"{before}[@{key}]{after}", {key: ANYWHERE}, nothing)
    except ConfigurationError:
        return
    n_called = sum(1 for _ in note_marks(blocks_of(held.text, [key])))
    assert held.citations == (ANYWHERE,)
    assert n_called == len(marks_of(held.text)) >= 1


def test_blanks_around_a_span_of_a_document_are_not_quoted(store, harbour):
    [citation] = checked("Heavy [@harbour.md:88-98].", {}, resolver(store)).citations
    assert (
        citation.quote == kept.HARBOUR[citation.start : citation.end] == kept.HARBOUR[88:98].strip()
    )
    assert citation.quote.startswith("“No")

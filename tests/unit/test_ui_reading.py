"""A text in pieces: nothing lost, nothing twice, every place found."""

from hypothesis import given
from hypothesis import strategies as st

from rag.store import Text
from rag.types import Block, Page
from rag.ui import reading
from rag.ui.reading import Heading, Piece, find, headings, piece_at, pieces


def text_of(*paragraphs):
    whole = "\n\n".join(paragraphs)
    blocks, start = [], 0
    for paragraph in paragraphs:
        blocks.append(Block("paragraph", start, start + len(paragraph)))
        start += len(paragraph) + 2
    return Text(whole, tuple(blocks), ())


@given(st.lists(st.text("ab \n", min_size=1, max_size=40), min_size=1, max_size=30))
def test_the_pieces_are_the_whole_text_in_its_order(paragraphs):
    read = text_of(*paragraphs)
    with_size = pieces_of(read, 30)
    assert "".join(read.text[piece.start : piece.end] for piece in with_size) == read.text
    assert all(piece.end - piece.start <= 30 for piece in with_size)
    for place in range(len(read.text)):
        piece = with_size[piece_at(with_size, place)]
        assert piece.start <= place < piece.end


def pieces_of(read, size):
    """The pieces of a text as if pages had so many characters."""
    before = reading.PIECE_CHARS
    reading.PIECE_CHARS = size
    try:
        return pieces(read)
    finally:
        reading.PIECE_CHARS = before


def test_a_piece_ends_where_a_paragraph_does_if_one_is_near():
    read = text_of("a" * 20, "b" * 20, "c" * 20)
    cut = pieces_of(read, 50)
    assert [read.text[piece.start : piece.end] for piece in cut] == [
        f"{'a' * 20}\n\n{'b' * 20}\n\n",
        "c" * 20,
    ]


def test_one_long_paragraph_is_cut_at_a_space_or_where_it_must():
    read = text_of("word " * 20)
    assert all(
        read.text[piece.start : piece.end].startswith("word") for piece in pieces_of(read, 48)
    )
    assert len(pieces_of(text_of("x" * 100), 48)) == 3


def test_pages_are_pieces_and_what_stands_between_them_is_not_lost():
    read = Text("ab\n\ncd\n\nef", (), (Page(1, 0, 2), Page(2, 4, 6, "ii"), Page(4, 8, 10)))
    assert pieces(read) == [Piece(0, 4, 1), Piece(4, 8, 2, "ii"), Piece(8, 10, 4)]


def test_an_empty_page_is_a_piece_without_words():
    read = Text("ab", (), (Page(1, 0, 0), Page(2, 0, 2)))
    assert [piece.page for piece in pieces(read)] == [1, 2]


def test_a_text_without_words_is_one_empty_piece():
    assert pieces(Text("", (), ())) == [Piece(0, 0)]


def test_beyond_the_end_is_the_last_piece():
    assert piece_at([Piece(0, 4), Piece(4, 8)], 99) == 1


def test_words_are_found_in_any_case_and_across_line_ends_as_they_stand():
    text = "The Quay.\nThe  quay (4) was THE\nQUAY."
    assert [text[start:end] for start, end in find(text, "the quay")] == [
        "The Quay",
        "The  quay",
        "THE\nQUAY",
    ]
    assert find(text, "quay (4)") == [(15, 23)]
    assert find(text, "  ") == []
    assert find(text, "harbour") == []


def test_not_more_places_are_found_than_can_be_looked_at():
    assert len(find("a " * 5000, "a")) == reading.MAX_FOUND


def test_headings_are_named_with_their_depth():
    read = Text("One\nTwo\nrest", (Block("heading", 0, 3, 1), Block("heading", 4, 7, 2)), ())
    assert headings(read) == [Heading("One", 0, 1), Heading("Two", 4, 2)]

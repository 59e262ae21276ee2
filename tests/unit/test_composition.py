"""Texts put together from pieces: every block and page stands where it is said to stand."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from rag.loaders.canonical import canonical
from rag.loaders.composition import Composition
from rag.types import Block, Page

PIECES = st.lists(
    st.tuples(
        st.sampled_from(["add", "near", "extend", "glue", "page"]),
        st.text(st.sampled_from("aé \n\u0301\u00a0字\x00-|"), max_size=8),
        st.sampled_from(["paragraph", "item", "row", "heading", "code"]),
    ),
    max_size=30,
)


def put_together(pieces):
    made = Composition()
    number = 0
    for action, text, kind in pieces:
        if action == "page":
            number += 1
            made.begin_page(number)
        elif action in ("extend", "glue"):
            made.extend(text, glue=" " if action == "extend" else "")
        else:
            made.add(kind, text, near=action == "near")
    return made


def test_blocks_are_apart_by_a_blank_line_and_rows_of_one_table_by_a_line_end():
    made = Composition()
    assert made.add("paragraph", "  One\n two ") == (0, 7)
    assert made.add("row", "a | b") == (9, 14)
    assert made.add("row", "c | d", near=True) == (15, 20)
    assert made.add("paragraph", " \n") is None
    assert made.text == "One two\n\na | b\nc | d"
    assert made.blocks == (Block("paragraph", 0, 7), Block("row", 9, 14), Block("row", 15, 20))
    assert made.pages == ()


def test_a_paragraph_goes_on_over_the_end_of_a_page():
    made = Composition()
    made.begin_page(1, "i")
    made.add("paragraph", "The gate was")
    made.begin_page(2, "ii")
    assert made.extend("shut") == (13, 17)
    made.begin_page(3)
    made.begin_page(4)
    assert made.extend("ters", glue="") == (17, 21)
    assert made.text == "The gate was shutters"
    assert made.blocks == (Block("paragraph", 0, 21),)
    assert made.pages == (
        Page(1, 0, 13, "i"),
        Page(2, 13, 17, "ii"),
        Page(3, 17, 17),
        Page(4, 17, 21),
    )


def test_an_empty_page_at_the_end_is_kept():
    made = Composition()
    made.begin_page(1)
    made.add("paragraph", "One")
    made.begin_page(2)
    assert made.pages == (Page(1, 0, 3), Page(2, 3, 3))


@given(PIECES)
def test_what_comes_out_is_canonical_and_in_order(pieces):
    made = put_together(pieces)
    assert canonical(made.text) == made.text
    place = 0
    for block in made.blocks:
        assert place <= block.start < block.end <= len(made.text)
        assert made.text[place : block.start].strip() == ""
        place = block.end
    assert place == len(made.text)
    bounds = [(page.start, page.end) for page in made.pages]
    assert all(first[1] == second[0] for first, second in itertools.pairwise(bounds))
    if bounds:
        assert bounds[-1][1] == len(made.text)
    assert [page.number for page in made.pages] == list(range(1, len(bounds) + 1))

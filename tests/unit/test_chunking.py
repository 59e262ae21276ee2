from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rag.chunking import MAX_SENTENCE_CHARS, ChunkRecipe, CountTokens, chunk, sentence_spans
from rag.types import Block, BlockKind, Chunk


def by_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) + 2 for text in texts]


def by_characters(texts: Sequence[str]) -> list[int]:
    return [len(text) + 2 for text in texts]


def by_bytes(texts: Sequence[str]) -> list[int]:
    return [len(text.encode("utf-8", "surrogatepass")) + 2 for text in texts]


def unevenly(texts: Sequence[str]) -> list[int]:
    """Counts that do not add up: the longer a text, the more each character costs."""
    return [len(text) + len(text) ** 2 // 60 + 2 for text in texts]


COUNTERS = (by_words, by_characters, by_bytes, unevenly)
KINDS: tuple[BlockKind, ...] = ("heading", "paragraph", "item", "row", "code")
WORDS = (
    "The", "bridge.", "closed", "Dr.", "12.4", "\n", "\n\n", "- ", "1. ", "# ", "> ", "| a |",
    "字", "。", "」", "“", "！", "e\u0301", "\u0301\u0301", "😀", "\u200d", "\u00ad", "हिन्दी",
    "الكتاب", "\t", "\u3000", "…", "...", "?", "a" * 70, "\x1f", "\ufeff",
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=60).map("".join),
    st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
)


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, list[Block]]:
    """A text and blocks in order that need not respect words, lines or letters, or cover it."""
    text = draw(TEXTS)
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=14)))
    blocks = []
    for start, end in zip(places[::2], places[1::2], strict=False):
        kind = draw(st.sampled_from(KINDS))
        blocks.append(Block(kind, start, end, 1 if kind == "heading" else 0))
    if draw(st.booleans()):  # every character in some block
        edges = [0, *places, len(text)]
        blocks = [Block(draw(st.sampled_from(KINDS)), start, end) for start, end in pairwise(edges)]
    return text, blocks


def recipe(count: CountTokens, *, window: int = 64, target: int = 40) -> ChunkRecipe:
    return ChunkRecipe(count_tokens=count, window=window, target=target, overlap=10)


def whole(text: str, kind: BlockKind = "paragraph") -> Block:
    return Block(kind, 0, len(text))


def chunks_of(text: str, blocks: Sequence[Block], how: ChunkRecipe, **more: str) -> list[Chunk]:
    return chunk("doc", "version", text, blocks, how, **more)


def sentences(text: str, kind: BlockKind = "paragraph") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, whole(text, kind))]


@given(cut_texts(), st.sampled_from(COUNTERS), st.sampled_from([None, "A title of its own"]))
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(("", []), by_words, None)
@example(("a" * 3000, [whole("a" * 3000)]), unevenly, "t " * 400)
@example(("字。" * 900, [whole("字。" * 900)]), by_bytes, None)
def test_chunks_are_exact_ordered_and_cover_all_words_of_all_blocks(
    cut: tuple[str, list[Block]], count: CountTokens, title: str | None
):
    text, blocks = cut
    how = recipe(count)
    found = chunk("doc", "version", text, blocks, how, title=title)
    covered: set[int] = set()
    for piece in found:
        assert 0 <= piece.start < piece.end <= len(text)
        covered.update(range(piece.start, piece.end))
    for block in blocks:
        for place in range(block.start, block.end):
            assert text[place].isspace() or place in covered
    order = [(piece.start, piece.end) for piece in found]
    assert order == sorted(order)


@given(cut_texts(), st.sampled_from(COUNTERS), st.sampled_from([None, "A title", "t " * 100]))
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_embedded_fits_the_window(
    cut: tuple[str, list[Block]], count: CountTokens, title: str | None
):
    text, blocks = cut
    how = recipe(count)
    for piece in chunk("doc", "version", text, blocks, how, title=title):
        assert count([piece.prefix + text[piece.start : piece.end]])[0] <= how.window


@given(cut_texts(), st.sampled_from(COUNTERS))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_chunk_joins_two_sections(cut: tuple[str, list[Block]], count: CountTokens):
    text, blocks = cut
    filled = [block for block in blocks if text[block.start : block.end].strip()]
    for piece in chunk("doc", "version", text, blocks, recipe(count)):
        inside = [b for b in filled if b.start < piece.end and piece.start < b.end]
        kinds = [block.kind == "heading" for block in inside]
        # Once there was anything but a heading, no heading follows in the same chunk.
        assert kinds == sorted(kinds, reverse=True)


@given(cut_texts(), st.sampled_from(COUNTERS))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_neighbours_share_words_only_inside_one_block(
    cut: tuple[str, list[Block]], count: CountTokens
):
    text, blocks = cut
    found = chunk("doc", "version", text, blocks, recipe(count))
    for before, after in pairwise(found):
        if after.start < before.end:
            shared = [
                block for block in blocks if block.start <= after.start and before.end <= block.end
            ]
            assert shared


@given(cut_texts(), st.sampled_from(COUNTERS))
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_ids_are_stable_and_one_each(cut: tuple[str, list[Block]], count: CountTokens):
    text, blocks = cut
    first = chunk("doc", "version", text, blocks, recipe(count))
    assert chunk("doc", "version", text, blocks, recipe(count)) == first
    ids = [piece.id for piece in first]
    assert len(set(ids)) == len(ids)
    assert all(len(identity) == 24 for identity in ids)
    for other in (
        chunk("another", "version", text, blocks, recipe(count)),
        chunk("doc", "later", text, blocks, recipe(count)),
    ):
        assert not set(ids) & {piece.id for piece in other}


@given(cut_texts())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_sentences_are_exact_ordered_disjoint_and_trimmed(cut: tuple[str, list[Block]]):
    text, blocks = cut
    for block in blocks:
        place = block.start
        for start, end in sentence_spans(text, block):
            assert place <= start < end <= block.end
            assert end - start <= MAX_SENTENCE_CHARS
            assert text[start:end] == text[start:end].strip()
            place = end


def test_chunks_of_a_sentence_counted_twice_do_not_repeat():
    # The last sentence of a run is taken along, and both runs turn out too long as a whole.
    text = " ".join(f"Sentence number {number} is here." for number in range(8))

    def count(texts: Sequence[str]) -> list[int]:
        return [len(text.split()) if len(text.split()) <= 5 else 1000 for text in texts]

    how = ChunkRecipe(count_tokens=count, window=100, target=10, overlap=5)
    found = chunks_of(text, [whole(text)], how)
    assert [text[piece.start : piece.end] for piece in found] == [
        f"Sentence number {number} is here." for number in range(8)
    ]


def test_no_text_no_chunks():
    assert chunks_of("", [], recipe(by_words)) == []
    assert chunks_of(" \n\n ", [whole(" \n\n ")], recipe(by_words)) == []


def test_a_short_text_is_one_chunk_without_outer_white_space():
    text = "  The bridge closed. It rained.\n"
    (only,) = chunks_of(text, [whole(text)], recipe(by_words))
    assert (only.start, only.end) == (2, 31)
    assert only.prefix == ""
    assert only.heading is None


def test_title_and_heading_are_embedded_before_the_chunk_and_are_no_part_of_it():
    text = "## Closures\n\nThe bridge closed."
    blocks = [Block("heading", 0, 11, 2), Block("paragraph", 13, 31)]
    (only,) = chunks_of(text, blocks, recipe(by_words), title="Harbour  report")
    assert only.prefix == "Harbour report / Closures\n"
    assert only.heading == "Closures"
    assert text[only.start : only.end] == text


def test_a_title_that_is_the_heading_is_said_once():
    text = "# Closures\n\nThe bridge closed."
    blocks = [Block("heading", 0, 10, 1), Block("paragraph", 12, 30)]
    (only,) = chunks_of(text, blocks, recipe(by_words), title="Closures")
    assert only.prefix == "Closures\n"


def test_a_long_title_takes_at_most_a_quarter_of_the_window():
    text = "The bridge closed."
    (only,) = chunks_of(text, [whole(text)], recipe(by_words), title="word " * 200)
    assert 0 < by_words([only.prefix])[0] <= 64 // 4


def test_a_heading_opens_a_chunk_and_headings_without_text_stay_together():
    text = "# One\n## Two\nFirst. \n# Three\nSecond."
    blocks = [
        Block("heading", 0, 5, 1),
        Block("heading", 6, 12, 2),
        Block("paragraph", 13, 19),
        Block("heading", 21, 28, 1),
        Block("paragraph", 29, 36),
    ]
    found = chunks_of(text, blocks, recipe(by_words))
    assert [text[piece.start : piece.end] for piece in found] == [
        "# One\n## Two\nFirst.",
        "# Three\nSecond.",
    ]
    assert [piece.heading for piece in found] == ["Two", "Three"]


def test_neighbours_in_one_paragraph_share_a_short_sentence():
    text = "One two three four five. Six seven. Eight nine ten eleven."
    how = ChunkRecipe(count_tokens=lambda texts: [len(t.split()) for t in texts], window=20,
                      target=8, overlap=2)  # fmt: skip
    found = chunks_of(text, [whole(text)], how)
    assert [text[piece.start : piece.end] for piece in found] == [
        "One two three four five. Six seven.",
        "Six seven. Eight nine ten eleven.",
    ]


def test_without_overlap_neighbours_share_nothing():
    text = "One two three four five. Six seven. Eight nine ten eleven."
    how = ChunkRecipe(count_tokens=lambda texts: [len(t.split()) for t in texts], window=20,
                      target=8, overlap=0)  # fmt: skip
    found = chunks_of(text, [whole(text)], how)
    assert [text[piece.start : piece.end] for piece in found] == [
        "One two three four five. Six seven.",
        "Eight nine ten eleven.",
    ]


def test_chunks_break_between_blocks_where_they_are_half_full():
    first, second = "One two three four five six.", "Seven eight nine. Ten eleven twelve."
    text = f"{first}\n\n{second}"
    blocks = [Block("paragraph", 0, 28), Block("paragraph", 30, len(text))]
    how = ChunkRecipe(count_tokens=lambda texts: [len(t.split()) for t in texts], window=20,
                      target=10, overlap=0)  # fmt: skip
    found = chunks_of(text, blocks, how)
    assert [text[piece.start : piece.end] for piece in found] == [first, second]


@pytest.mark.parametrize("count", COUNTERS)
def test_a_word_of_two_hundred_thousand_characters_is_cut_and_covered(count: CountTokens):
    text = "a" * 200_000
    how = ChunkRecipe(count_tokens=count, window=256, target=200, overlap=40)
    found = chunks_of(text, [whole(text)], how)
    assert found[0].start == 0
    assert found[-1].end == len(text)
    assert all(one.start < other.start <= one.end for one, other in pairwise(found))
    assert all(count([text[piece.start : piece.end]])[0] <= 256 for piece in found)


def test_an_accent_stays_with_its_letter_where_a_word_is_cut():
    text = "e\u0301" * 999 + "x"
    for start, _ in sentence_spans(text, whole(text)):
        assert text[start] != "\u0301"


def test_marks_without_letters_are_not_cut_into_single_characters():
    text = "e" + "\u0301" * 4_999
    # Five pieces of a thousand would do.
    assert len(sentence_spans(text, whole(text))) <= 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Dr. Berg paid 12.4 million. He left the U.S. on Jan. 5. Mr. Holm stayed.",
            ["Dr. Berg paid 12.4 million.", "He left the U.S. on Jan. 5.", "Mr. Holm stayed."],
        ),
        (
            "No. 5 was hit at 5 p.m. on Sunday. The rest fled.",
            ["No. 5 was hit at 5 p.m. on Sunday.", "The rest fled."],
        ),
        (
            "“Go now!” he said. “Why?” she asked. Nobody spoke.",
            ["“Go now!” he said.", "“Why?” she asked.", "Nobody spoke."],
        ),
        ("今日は晴れ。本当？はい。", ["今日は晴れ。", "本当？", "はい。"]),
        (
            "大会开始了。他说：“我们不怕。”然后走了",
            ["大会开始了。", "他说：“我们不怕。”", "然后走了"],
        ),
        ("橋は閉じた!雨だ?そう。", ["橋は閉じた!", "雨だ?", "そう。"]),
        (
            "港は閉鎖された。「もう通れない。」と館長は言った。雨だ。",
            ["港は閉鎖された。", "「もう通れない。」と館長は言った。", "雨だ。"],
        ),
        ("彼は「行く。帰る。」そう言った。", ["彼は「行く。帰る。」", "そう言った。"]),
        ("هل أغلق الميناء؟ نعم أغلق.", ["هل أغلق الميناء؟", "نعم أغلق."]),
        ("पुल गिर गया। सात लोग थे।", ["पुल गिर गया।", "सात लोग थे।"]),
        ("پل گر گیا۔ سات افراد تھے۔", ["پل گر گیا۔", "سات افراد تھے۔"]),
        (
            "Am 3. Mai schloss der Hafen. Er war leer.",
            ["Am 3. Mai schloss der Hafen.", "Er war leer."],
        ),
        ("Sie zählte 3. Maier zählte 4.", ["Sie zählte 3.", "Maier zählte 4."]),
        ("One line\ngoes on. Next.", ["One line\ngoes on.", "Next."]),
    ],
)
def test_a_paragraph_is_split_where_its_sentences_end(text: str, expected: list[str]):
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("- First point. Second point.", "item", ["First point.", "Second point."]),
        ("* Open the door", "item", ["Open the door"]),
        ("12. Open the door", "item", ["Open the door"]),
        ("(b) Open the door", "item", ["Open the door"]),
        ("• Open the door", "item", ["Open the door"]),
        ("- J. Smith resigned.", "item", ["J. Smith resigned."]),
        ("## Closures ##", "heading", ["Closures"]),
        ("Closures\n====", "heading", ["Closures"]),
        ("A. Berg resigns", "heading", ["A. Berg resigns"]),
        ("> Quoted words. More.", "paragraph", ["Quoted words.", "More."]),
        ("1. Berlin fell. It rained.", "paragraph", ["1. Berlin fell.", "It rained."]),
        ("| a. B | c |", "row", ["| a. B | c |"]),
        ("x = 1. Y = 2.", "code", ["x = 1. Y = 2."]),
        ("- ", "item", []),
        ("   ", "paragraph", []),
    ],
)
def test_marks_of_lists_headings_and_quotations_are_no_part_of_a_sentence(
    text: str, kind: BlockKind, expected: list[str]
):
    assert sentences(text, kind) == expected


def test_a_block_of_marks_alone_is_still_covered():
    text = "- \n\nThe bridge closed."
    blocks = [Block("item", 0, 2), Block("paragraph", 4, 22)]
    (only,) = chunks_of(text, blocks, recipe(by_words))
    assert (only.start, only.end) == (0, 22)


def test_a_sentence_longer_than_a_thousand_characters_is_cut_at_a_clause_or_space():
    text = "and the bridge was closed, " * 60 + "at last."
    pieces = sentences(text)
    assert len(text) == 1628
    # 1000 characters hold 37 rounds of 27 and one more character.
    assert [len(piece) for piece in pieces] == [998, 629]
    assert pieces[0].endswith("closed,")
    assert pieces[1].startswith("and the")

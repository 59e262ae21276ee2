import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag.terms import Term, content_terms, exact_matches, matches, normalise, terms

# Letters with marks of several scripts, beyond the basic plane, joiners, marks without a letter.
TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(st.sampled_from("aÉe\u0301'’.,-10 \n東京カ\u064eبहि।\u200d\u00ad😀𠀀ß"), max_size=80),
)


def names(text: str) -> list[str]:
    return [found.term for found in terms(text)]


@given(TEXTS)
@example("e\u0301")
@example("\u0301")
@example("a'")
@example("a.b.c")
@example("𠀀𠀁𠀂")
@example("\ud800")
@settings(max_examples=300, deadline=None)
def test_every_term_points_at_its_surface_and_terms_come_in_order(text: str):
    found = list(terms(text))
    for term in found:
        assert 0 <= term.start < term.end <= len(text)
        assert text[term.start : term.end] == term.surface
        assert term.term
    assert [term.start for term in found] == sorted(term.start for term in found)
    # Only pairs of characters overlap, and those by one character.
    for before, after in pairwise(found):
        assert after.start >= before.end - 1


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_matches_are_ordered_disjoint_and_hold_every_wanted_term(text: str):
    wanted = names(text)[::2]
    spans = matches(text, wanted)
    assert all(start < end for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    for term in terms(text):
        if term.term in wanted:
            assert any(start <= term.start and term.end <= end for start, end in spans)


@given(TEXTS, TEXTS)
@settings(max_examples=150, deadline=None)
def test_a_text_holds_the_exact_words_of_itself_wherever_it_stands(before: str, phrase: str):
    whole = f"{before}\n\n{phrase}\n\n{before}"
    if names(phrase):
        assert exact_matches(phrase, phrase)
        assert exact_matches(whole, phrase)


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_a_term_does_not_depend_on_how_accents_are_encoded(text: str):
    # A mark that is no accent, or the order of several, may differ; letters with one do not.
    kept = "".join(char for char in text if char.isalpha() and unicodedata.combining(char) == 0)
    latin = "".join(char for char in kept if ord(char) < 0x250).lower()
    assert names(unicodedata.normalize("NFD", latin)) == names(unicodedata.normalize("NFC", latin))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "cafe"),
        ("cafe\u0301", "café"),
        ("NAÏVE", "naive"),
        ("Müller", "MULLER"),
        ("Łódź", "łódź"),
        ("straße", "STRASSE"),
        ("ﬁnance", "finance"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_accents_case_and_ways_of_writing_do_not_part_a_word(one: str, other: str):
    assert names(one) == names(other)


@pytest.mark.parametrize("written", ["Karim's", "Karim’s", "Karim", "KARIM", "karim'"])
def test_a_possessive_is_the_word_it_belongs_to(written: str):
    assert names(written) == ["karim"]


def test_a_quotation_mark_after_a_word_is_no_part_of_it():
    assert list(terms("the soldiers’ camp"))[1] == Term("soldier", 4, 12, "soldiers", False)


def test_words_are_stemmed():
    assert names("threatened threatens threatening") == ["threaten"] * 3


def test_the_country_is_not_the_pronoun():
    country, capitals, pronoun = terms("U.S. US us")
    assert country.term == capitals.term == "US"
    assert not country.stop
    assert not capitals.stop
    assert pronoun == Term("us", 8, 10, "us", True)


@pytest.mark.parametrize(("dotted", "plain"), [("U.S.", "US"), ("U.N.", "UN"), ("U.K.", "UK")])
def test_an_acronym_is_one_term_with_and_without_its_dots(dotted: str, plain: str):
    assert names(dotted) == names(plain)
    assert names(f"The {dotted} envoy left")[1] == names(f"the {plain} envoy left")[1]


def test_thousands_marks_are_no_part_of_a_number():
    assert names("1,200 1200 1,200,000 12.4 3,5") == ["1200", "1200", "1200000", "12.4", "3,5"]


def test_digits_of_other_scripts_are_digits():
    assert names("१२ ٤٢") == ["12", "42"]


def test_text_without_spaces_is_held_as_pairs_of_characters():
    found = list(terms("東京都。"))
    assert found == [Term("東京", 0, 2, "東京", False), Term("京都", 1, 3, "京都", False)]
    assert names("山") == ["山"]
    assert names("ソウル서울") == ["ソウ", "ウル", "ル서", "서울"]


def test_characters_beyond_the_basic_plane_are_one_character_each():
    found = list(terms("😀 𠀀𠀁"))
    assert found == [Term("𠀀𠀁", 2, 4, "𠀀𠀁", False)]


def test_latin_and_chinese_side_by_side_are_parted():
    assert names("NATO北约") == ["nato", "北约"]


@pytest.mark.parametrize(
    ("pointed", "plain"), [("كِتَاب", "كتاب"), ("مُحَمَّد", "محمد"), ("هٰذا", "هذا"), ("שָׁלוֹם", "שלום")]
)
def test_vowel_points_do_not_part_a_word(pointed: str, plain: str):
    assert names(pointed) == names(plain) == [plain]


def test_devanagari_signs_belong_to_their_word():
    assert [found.surface for found in terms("हिन्दी में")] == ["हिन्दी", "में"]
    assert names("की") != names("का")


def test_a_danda_ends_a_sentence_and_is_no_part_of_its_last_word():
    assert names("वह गया।") == names("वह गया")


def test_stop_words_are_marked_and_left_out_of_what_carries_meaning():
    assert [found.stop for found in terms("the bridge")] == [True, False]
    assert [found.term for found in content_terms("Who opened the bridge?")] == ["open", "bridg"]


def test_a_text_of_stop_words_alone_keeps_them():
    assert [found.term for found in content_terms("to be or not to be")] == [
        "to",
        "be",
        "or",
        "not",
        "to",
        "be",
    ]


@pytest.mark.parametrize("word", ["don't", "don’t", "DON’t"])
def test_contractions_are_stop_words_with_either_apostrophe(word: str):
    assert normalise(word) == ("don't", True)


@pytest.mark.parametrize("text", ["", " \n", "—…?!", "\u0301\u0300", "\x00\x1b"])
def test_text_without_words_has_no_terms(text: str):
    assert names(text) == []
    assert content_terms(text) == []
    assert exact_matches("any text", text) == ()


def test_the_characters_of_query_languages_are_no_part_of_any_term():
    text = 'title:foo AND (bar OR -baz) "x y"~5 ^2 [a TO b] {c} \\ / * ? + ! && ||'
    for term in names(text):
        assert term.isalnum()
    assert names("bridge*") == names('"bridge') == names("+bridge^2")[:1] == ["bridg"]


def test_exact_words_stand_across_line_ends_case_and_accents():
    text = "On Monday THE  Bridge\nclosed; the bridge, closed again."
    assert exact_matches(text, "the bridge closed") == ((10, 28), (30, 48))
    assert text[10:28] == "THE  Bridge\nclosed"
    assert exact_matches("Le café noir", "CAFE NOIR") == ((3, 12),)


def test_exact_words_are_not_stemmed():
    assert exact_matches("bridges closed", "bridge closed") == ()
    assert exact_matches("the bridge closes", "bridge closed") == ()


def test_exact_words_are_whole_words():
    assert exact_matches("the footbridge closed", "bridge closed") == ()


def test_exact_words_stand_in_the_order_given():
    assert exact_matches("closed the bridge", "the bridge closed") == ()


@pytest.mark.parametrize("typed", ["group's leader", "group’s leader"])
@pytest.mark.parametrize("stored", ["the group's leader", "the group’s leader"])
def test_an_apostrophe_is_the_same_typed_or_typeset(typed: str, stored: str):
    assert exact_matches(stored, typed) == ((4, 18),)


def test_exact_words_without_spaces_are_found_inside_a_run():
    assert exact_matches("我在東京都内", "東京都") == ((2, 5),)
    assert exact_matches("我在東京内", "東京都") == ()


def test_overlapping_pairs_are_marked_as_one_span():
    assert matches("我在東京都内", ["東京", "京都"]) == ((2, 5),)


def test_the_words_of_a_question_are_marked_in_any_form():
    text = "They were threatening bases."
    assert matches(text, ["threaten", "base"]) == ((10, 21), (22, 27))
    assert matches(text, []) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("l'accord signé", ["accord", "sign"]),
        ("qu’Ondaria", ["ondaria"]),
        ("dell'acqua", ["acqua"]),
        ("O'Brien", ["obrien"]),
        ("it's D'Artagnan", ["it's", "artagnan"]),
        ("don't", ["don't"]),
        ("l'", ["l"]),
        ("الميناء؟ نعم، أغلق.", ["الميناء", "نعم", "اغلق"]),
    ],
)
def test_elided_articles_and_arabic_marks_are_no_part_of_a_word(text, found):
    assert names(text) == found

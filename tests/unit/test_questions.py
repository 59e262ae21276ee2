import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.questions import Kind, analyse, answers_kind, name_terms


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Who threatened the bases, and on what condition?", "who"),
        ("Whose ship was seized?", "who"),
        ("By whom was the bridge closed?", "who"),
        ("When did Orsk fall?", "when"),
        ("In what year did Orsk fall?", "when"),
        ("On which day did talks begin?", "when"),
        ("How many ships were seized?", "number"),
        ("And how much did the bridge cost?", "number"),
        ("What is the population of Orsk?", "number"),
        ("How old is the bridge?", "number"),
        ("Where is Orsk?", "where"),
        ("In which city did they meet?", "where"),
        ("How did the harbour office describe the events?", "other"),
        ("Why was the bridge closed?", "other"),
        ("What did Berg say when the bridge fell?", "other"),
        ("Orsk bridge closure", "other"),
        ("", "other"),
    ],
)
def test_the_kind_of_an_answer_is_read_off_the_question(text: str, kind: Kind):
    assert analyse(text).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "Why did the minister resign when the bridge fell?",
        "How did the council respond to the people who fled?",
        "Which minister resigned when the bridge fell?",
    ],
)
def test_a_clause_inside_a_question_is_not_what_is_asked(text: str):
    assert analyse(text).kind == "other"


def test_the_terms_of_a_question_are_those_that_carry_meaning():
    assert [term.term for term in analyse("Who threatened the bases?").terms] == [
        "threaten",
        "base",
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("How many American soldiers are in Iraq?", ("american", "iraq")),
        ("What did the WHO say about it?", ("WHO",)),
        ("How did PressTV describe it?", ("presstv",)),
        ("What do bridges cost?", ()),
        ("Did I say so?", ()),
        ("Orsk and Orsk again?", ("orsk",)),
    ],
)
def test_names_are_the_words_written_like_names(text: str, names: tuple[str, ...]):
    assert analyse(text).names == names


def test_the_first_word_is_no_name_for_its_capital_alone():
    assert analyse("Bridges over which river?").names == ()
    assert analyse("NATO said what?").names == ("nato",)


def test_a_name_with_a_small_article_is_a_name():
    assert "kaabi" in analyse("What did al-Kaabi say?").names


def test_capitals_throughout_say_nothing_about_names():
    assert analyse("HOW MANY SHIPS ARE IN ORSK?").names == ()


def test_names_are_among_the_terms():
    question = analyse("Did Anna Berg of the U.N. meet O'Neill in Orsk?")
    assert {"anna", "berg", "orsk", "oneil"} <= set(question.names)
    assert set(question.names) <= {term.term for term in question.terms}


@pytest.mark.parametrize("text", ['Who said "no more ships"?', "Who said “no more ships”?"])
def test_what_stands_in_quotation_marks_is_an_exact_phrase(text: str):
    assert analyse(text).phrases == ("no more ships",)


def test_several_phrases_are_kept_in_order_and_empty_ones_left_out():
    assert analyse('"a b" and «c d» and "…" and "').phrases == ("a b", "c d")


@pytest.mark.parametrize(
    ("sentence", "kind", "asked", "held"),
    [
        ("Twelve ships were seized.", "number", (), True),
        ("12 ships were seized.", "number", (), True),
        ("It was seized in 1998.", "number", (), False),
        ("In 1998 it seized 12 ships.", "number", (), True),
        ("The ships were seized.", "number", (), False),
        ("It fell in May.", "when", (), True),
        ("It fell two years ago.", "when", (), True),
        ("It fell at 14:30.", "when", (), True),
        ("It fell.", "when", (), False),
        ("It was closed by Anna Berg.", "who", (), True),
        ("It was closed by Anna Berg.", "who", ("anna", "berg"), False),
        ("He closed it.", "who", (), False),
        ("They met in Orsk.", "where", (), True),
        ("They met in Orsk.", "where", ("orsk",), False),
        ("They met indoors.", "where", (), False),
        ("Anything goes.", "other", (), True),
    ],
)
def test_a_sentence_holds_a_thing_of_the_kind_asked_for(
    sentence: str, kind: Kind, asked: tuple[str, ...], held: bool
):
    assert answers_kind(sentence, kind, asked) is held


def test_a_count_is_a_number_even_where_it_looks_like_a_year():
    assert answers_kind("About 1500 soldiers were there.", "number")


def test_name_terms_count_the_first_word_only_where_asked():
    assert name_terms("Orsk fell. Karim left Berg.", first=False) == ["berg"]
    assert name_terms("Orsk fell. Karim left Berg.", first=True) == ["orsk", "karim", "berg"]


@given(st.text(max_size=80), st.sampled_from(["who", "when", "number", "where", "other"]))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_asked(text: str, kind: Kind):
    question = analyse(text)
    assert question.text == text
    assert set(question.names) <= {term.term for term in question.terms}
    assert answers_kind(text, kind, question.names) in (True, False)


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("Wer hat den Hafen von Orsk geschlossen?", "de", ["hafen", "orsk", "geschlossen"]),
        ("Kiedy zbudowano most?", "pl", ["zbudowano", "most"]),
        ("谁关闭了港口？", "zh", ["关闭", "港口"]),
        ("誰が港を閉鎖しましたか？", "ja", ["閉鎖"]),
        ("누가 항구를 닫았습니까?", "ko", ["항구", "닫았"]),
        ("من أغلق الميناء؟", "ar", ["اغلق", "الميناء"]),
        ("Wer ist das?", "de", ["wer", "ist", "das"]),
    ],
)
def test_in_another_language_its_own_small_words_are_no_terms(
    text: str, language: str, wanted: list[str]
):
    question = analyse(text, language)
    assert [term.term for term in question.terms] == wanted
    assert question.language == language
    assert question.kind == "other"


def test_a_german_noun_is_no_name():
    assert analyse("Wer schloss den Hafen?", "de").names == ()
    assert analyse("Qui a vu Anna Berg ?", "fr").names == ("anna", "berg")


@pytest.mark.parametrize(
    ("text", "yes_or_no", "wants_list"),
    [
        ("Did the mayor resign?", True, False),
        ("Wasn't the quay inspected?", True, False),
        ("Which groups threatened the bases?", False, True),
        ("What two people spoke?", False, True),
        ("Name the bidders.", False, True),
        ("Who were the witnesses?", False, True),
        ("What was the toll?", False, False),
        ("What process was followed?", False, False),
        ("Who resigned?", False, False),
        ("Doing what was forbidden?", False, False),
    ],
)
def test_questions_for_yes_or_no_and_for_several_things_are_told(text, yes_or_no, wants_list):
    question = analyse(text)
    assert (question.yes_or_no, question.wants_list) == (yes_or_no, wants_list)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ConfigurationError
from rag.languages import (
    is_small,
    joined_names,
    language_of,
    name_of,
    primary,
    stem,
    without_small_runs,
)
from rag.models import SHIPPED_LANGUAGES, load_embedding_model
from rag.settings import Settings, load_settings

FOREIGN = {
    "de": (
        "Wer hat den Hafen geschlossen?",
        "Was kostet der neue Bahnhof?",
        "Wo liegt das Kraftwerk?",
        "Wie war das Wetter in Orsk?",
    ),
    "fr": (
        "Qui a fermé le port ?",
        "Combien d'habitants compte Orsk ?",
        "Qu'est-ce que la loi interdit ?",
        "Où se trouve la centrale ?",
    ),
    "es": ("¿Quién cerró el puerto?", "¿Cuántos habitantes tiene Orsk?", "¿Dónde está la central?"),
    "it": ("Chi ha chiuso il porto?", "Dove si trova la centrale?", "Quanti abitanti ha Orsk?"),
    "pt": ("Quem fechou o porto?", "Onde fica a usina?", "Quando foi construída a ponte?"),
    "nl": ("Wie heeft de haven gesloten?", "Hoeveel inwoners heeft Orsk?"),
    "pl": ("Kto zamknął port?", "Kiedy zbudowano most?"),
    "sv": ("Vem stängde hamnen?",),
    "tr": ("Limanı kim kapattı?",),
    "ru": ("Кто закрыл гавань?", "Сколько жителей в Орске?"),
    "uk": ("Хто закрив гавань?", "Коли збудували міст?"),
    "zh": ("谁关闭了港口？", "OpenAI什么时候发布了报告？"),
    "ja": ("誰が港を閉鎖しましたか？",),
    "ko": ("누가 항구를 닫았습니까?",),
    "ar": ("من أغلق الميناء؟",),
    "fa": ("چه کسی بندر را بست؟",),
    "he": ("מי סגר את הנמל?",),
    "el": ("Ποιος έκλεισε το λιμάνι;",),
    "hi": ("बंदरगाह किसने बंद किया?",),
    "th": ("ใครปิดท่าเรือ",),
}


@pytest.mark.parametrize(
    ("language", "question"),
    [(language, question) for language, rows in FOREIGN.items() for question in rows],
)
def test_the_language_of_a_question_is_told_by_its_small_words_or_its_script(
    language: str, question: str
):
    assert language_of(question, known=("en",)) == language


@pytest.mark.parametrize(
    "question",
    [
        "Who was Leonardo da Vinci?",
        "Rio de Janeiro population",
        "De Gaulle birthplace",
        "Charles de Gaulle airport opening date",
        "What does Путин say about Украина?",
        "Who is 习近平?",
        "la la land director",
        "Die Hard release year",
        "Los Angeles mayor 2020",
        "Der Spiegel circulation",
        "El Niño effects",
        "Médecins Sans Frontières founder",
        "Who wrote 'Was ist Aufklärung'?",
        "what is de facto recognition",
        "DID DE GAULLE MEET LA PASIONARIA?",
        "U.S. GDP 2020",
        "Orsk Velm Tarn",
        "1984?",
        "",
    ],
)
def test_an_english_question_with_foreign_names_is_not_declared_foreign(question: str):
    assert language_of(question, known=("en",)) in ("en", None)


def test_where_several_languages_share_the_words_that_of_the_documents_is_taken():
    question = "Por que o ministro renunciou?"
    assert language_of(question, known=("en",), present=("pt",)) == "pt"
    assert language_of(question, known=("en",), present=("es",)) == "es"


def test_a_language_that_the_model_knows_needs_no_majority():
    assert language_of("Wer war Berg?", known=("en", "de")) == "de"


@given(st.text(max_size=80))
def test_any_text_has_a_language_or_none(text: str):
    found = language_of(text, known=("en",))
    assert found is None or primary(found) == found


def test_tags_are_taken_down_to_their_language():
    assert [primary(tag) for tag in ("de-AT", "zh_Hant", "EN", "nb", "cmn")] == [
        "de",
        "zh",
        "en",
        "no",
        "zh",
    ]


def test_languages_are_named_in_english_and_unknown_ones_by_their_code():
    assert name_of("pt-BR") == "Portuguese"
    assert name_of("xx") == "xx"
    assert joined_names(["fr"]) == "French"
    assert joined_names(["th", "fr", "de"], last="or") == "French, German or Thai"


def test_small_words_are_told_without_their_accents_and_case():
    assert is_small("Où", "fr")
    assert is_small("WANN", "de-AT")
    assert not is_small("Hafen", "de")
    assert not is_small("most", "pl")  # an English small word, and a bridge in Polish


def test_what_only_asks_is_blanked_where_no_space_marks_it_off():
    text = "谁关闭了港口？"
    blanked = without_small_runs(text, "zh")
    assert blanked == " 关闭 港口？"
    assert len(blanked) == len(text)
    assert without_small_runs(text, "de") == text


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Häfen", "Häfens"),
        ("ru", "гавань", "гавани"),
        ("es", "puertos", "puerto"),
        ("ar", "الميناء", "ميناء"),
    ],
)
def test_forms_of_a_word_share_a_stem(language: str, one: str, other: str):
    assert stem(one, language) == stem(other, language)


def test_a_language_without_a_stemmer_keeps_its_words():
    assert stem("Przystań", "pl") == "przystan"


def test_the_shipped_model_knows_english_and_a_setting_may_say_otherwise():
    assert load_embedding_model(Settings()).languages == SHIPPED_LANGUAGES == ("en",)
    stated = Settings(embedding_languages=("en", "de"))
    assert load_embedding_model(stated).languages == ("en", "de")


def test_languages_are_read_from_codes_between_commas(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("RAG_EMBEDDING_LANGUAGES", "en, DE")
    assert load_settings(None).embedding_languages == ("en", "de")
    monkeypatch.setenv("RAG_EMBEDDING_LANGUAGES", "english")
    with pytest.raises(ConfigurationError, match=r"RAG_EMBEDDING_LANGUAGES='english'.*like en"):
        load_settings(None)

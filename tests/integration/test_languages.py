"""Questions and documents in languages that the shipped embedding model does not know."""

from dataclasses import replace

import pytest

from rag.pipeline import Pipeline, build_pipeline
from rag.types import Answer

pytestmark = pytest.mark.integration

GERMAN = """# Sperrung im Hafen von Orsk

Nach dem Sturm vom Dienstag lagen sieben Schiffe quer in der Einfahrt. Hafenmeisterin Ilse Brandt
schloss den Hafen für drei Wochen. Die Fähre nach Tarn fährt so lange nicht.

Die Reparatur der Mole kostet nach Angaben der Stadt 48 Millionen Kronen. Der Gemeinderat will die
Summe auf vier Jahre verteilen.
"""
GERMAN_OTHER = """# Ernte im Tal

Die Bauern im Tal von Pellin haben in diesem Jahr mehr Roggen eingebracht als im Jahr davor. Der
Müller Hanno Reck lobte das Wetter. Im Herbst werden die Wege zu den Feldern erneuert.
"""
CHINESE = """奥尔斯克港口报告

星期二的风暴过后，七艘船横在港口入口处。港务局长李明远关闭了港口三个星期。去塔恩的渡轮暂时停航。

市政府表示，防波堤的修理费用是四千八百万克朗。议会希望分四年支付。
"""
CHINESE_OTHER = """山谷的收成

佩林山谷的农民今年收获的黑麦比去年多。磨坊主王大海称赞了天气。秋天将修复通往田地的道路。
"""
ARABIC = """تقرير ميناء أورسك

بعد عاصفة يوم الثلاثاء وقفت سبع سفن في مدخل الميناء. أغلقت مديرة الميناء سلمى حداد الميناء ثلاثة
أسابيع. هل تعود العبارة قريبا؟ تبلغ تكلفة إصلاح الرصيف ثمانية وأربعين مليون كرونة.
"""
ARABIC_OTHER = """حصاد الوادي

جمع المزارعون في وادي بيلين محصولا أكبر من السنة الماضية. وشكر صاحب المطحنة الطقس الجيد.
"""
RUSSIAN = """Порт Орска закрыт

После бури во вторник семь судов встали поперёк входа. Капитан порта Вера Лунина закрыла гавань на
три недели. Ремонт мола обойдётся городу в сорок восемь миллионов крон.
"""
ENGLISH = """# The lighthouse of Velm

The lighthouse of Velm was painted in 2011 by Captain Orla Venn. Its lamp can be seen from the ferry
to Dunmere. The keeper, Tomas Hale, retired after the winter.
"""

FILES = {
    "hafen.md": GERMAN,
    "ernte.md": GERMAN_OTHER,
    "gangkou.txt": CHINESE,
    "shangu.txt": CHINESE_OTHER,
    "mina.txt": ARABIC,
    "wadi.txt": ARABIC_OTHER,
    "port.txt": RUSSIAN,
    "lighthouse.md": ENGLISH,
}


@pytest.fixture(scope="module")
def pipeline(module_place) -> Pipeline:
    for name, text in FILES.items():
        module_place.write(name, text)
    opened = module_place.open()
    opened.index()
    return opened


def cited(answer: Answer) -> list[tuple[str, str]]:
    return [(citation.source, citation.quote) for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "language", "source", "words"),
    [
        ("Wer schloss den Hafen von Orsk?", "German", "hafen.md", "Ilse Brandt"),
        ("Wie viel kostet die Reparatur der Mole?", "German", "hafen.md", "48 Millionen"),
        ("谁关闭了港口？", "Chinese", "gangkou.txt", "李明远关闭了港口"),
        ("防波堤的修理费用是多少？", "Chinese", "gangkou.txt", "四千八百万克朗"),
        ("من أغلق الميناء؟", "Arabic", "mina.txt", "سلمى حداد"),
        ("كم تكلفة إصلاح الرصيف؟", "Arabic", "mina.txt", "وأربعين مليون"),
        ("Кто закрыл гавань в порту?", "Russian", "port.txt", "Вера Лунина"),
    ],
)
def test_a_question_in_the_documents_language_is_answered_by_their_words_and_says_so(
    pipeline: Pipeline, question: str, language: str, source: str, words: str
):
    answer = pipeline.ask(question)
    assert not answer.abstained, (answer.confidence, answer.reason)
    assert cited(answer)[0][0] == source
    assert words in cited(answer)[0][1]
    assert answer.notices == (
        f"The embedding model all-MiniLM-L6-v2 knows English, not {language}: passages were found "
        "by their words alone.",
    )
    assert {passage.dense for passage in answer.passages} == {0.0}


@pytest.mark.parametrize(
    "question",
    [
        "Wer hat die Oper in Karsk komponiert?",
        "谁写了这部歌剧？",
        "من كتب الأوبرا الجديدة في كارسك؟",
        "Сколько стоит билет в оперу?",
    ],
)
def test_a_question_that_the_documents_do_not_answer_is_declined(pipeline: Pipeline, question: str):
    answer = pipeline.ask(question)
    assert answer.abstained, (answer.confidence, cited(answer))


def test_a_question_in_english_is_answered_by_meaning_and_needs_no_remark(pipeline: Pipeline):
    answer = pipeline.ask("Who painted the lighthouse of Velm?", k=1)
    assert cited(answer)[0][0] == "lighthouse.md"
    assert answer.notices == ()
    assert answer.passages[0].dense > 0.5


def test_documents_that_the_model_cannot_read_are_counted_and_named(pipeline: Pipeline):
    found = pipeline.search("How many ships lay in the entrance of Orsk?", k=8)
    foreign = {passage.document for passage in found.passages if passage.chunk in found.by_words}
    (notice,) = found.notices
    assert notice == (
        f"{len(foreign)} documents are in Arabic, Chinese, German or Russian, which the embedding "
        "model does not know: found by their words alone."
    )
    assert all(passage.dense == 0 for passage in found.passages if passage.chunk in found.by_words)


def test_a_name_finds_a_document_in_another_language_by_its_words(pipeline: Pipeline):
    found = pipeline.search("What did Ilse Brandt do?", k=3)
    assert "hafen.md" in [passage.source for passage in found.passages]


def test_a_model_of_which_nothing_is_claimed_is_used_for_every_language(module_place, pipeline):
    unclaimed = replace(module_place.model, languages=())
    with build_pipeline(module_place.settings(), model=unclaimed) as other:
        found = other.search("Wer schloss den Hafen von Orsk?")
    assert found.notices == ()
    assert found.vector is not None
    assert any(passage.dense != 0 for passage in found.passages)

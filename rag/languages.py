"""The language of a question, and which of its words only ask.

A question is too short for a statistical detector: what tells is its script and, in Latin
letters, the small words that hold it together. Names alone are of no language.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from rag.terms import STOP_WORDS, Term, terms

# The small words of a language: those that ask, then a bar, then articles, pronouns, prepositions
# and auxiliaries; without accents, as people type them.
_SMALL_WORDS = {
    "de": """wer wen wem wessen was wann wo wohin woher warum weshalb wieso wie welche welcher
    welches welchen welchem wieviel wieviele wofur womit worum | der die das den dem des ein eine
    einen einem einer eines und oder aber nicht kein keine ist sind war waren wird werden wurde
    wurden hat haben hatte hatten sein seine seiner ihr ihre ich du er sie es wir man sich mit von
    vom zu zum zur im in an am auf aus bei beim nach vor fur uber unter durch gegen um bis als wenn
    dass noch auch nur schon viel viele""",
    "fr": """qui que quoi quand ou pourquoi comment combien quel quelle quels quelles lequel
    laquelle qu'est-ce est-ce | le la les un une des du de et ou mais ne pas est sont etait etaient
    sera a ont avait ete etre avoir il elle ils elles on nous vous je se sa son ses leur leurs ce
    cette ces cet au aux en dans sur sous par pour avec sans chez vers entre apres avant depuis
    plus y dont t-il t-elle a-t-il a-t-elle""",
    "es": """quien quienes que cuando donde por porque como cuanto cuanta cuantos cuantas cual
    cuales adonde | el la los las un una unos unas y o pero no es son era eran fue fueron ser ha han
    habia hay esta estan estaba su sus se lo le les al del de a en con sin sobre entre hasta desde
    para por segun tras mas muy ya este esta estos""",
    "it": """chi che cosa cos'e quando dove dov'e perche come quanto quanta quanti quante quale
    quali | il lo la i gli le un uno una e o ma non sono era erano fu furono sara stato stata
    stati ha hanno aveva essere si suo sua suoi loro del dello della dei degli delle di al allo
    alla ai nel nella nei con su sul sulla per tra fra da dal dalla in piu""",
    "pt": """quem que quando onde porque como quanto quanta quantos quantas qual quais aonde |
    o os a as um uma uns umas e ou mas nao sao era eram foi foram ser esta estao tem tinha ha seu
    sua seus suas se lhe do da dos das de no na nos nas em ao aos com sem sobre entre ate desde
    para por pelo pela mais muito ja""",
    "nl": """wie wat wanneer waar waarom hoe hoeveel welk welke waarheen waardoor waarvoor | de het
    een en of maar niet geen is zijn was waren wordt worden werd werden heeft hebben had hadden
    zijn haar hun ik jij hij zij wij men zich met van te ten ter in op aan uit bij naar voor over
    onder door tegen om tot als dat die dit deze nog ook""",
    "sv": """vem vad nar var varfor hur vilken vilket vilka hurdan | en ett den det de och eller men
    inte ingen ar var blev blir har hade sin sitt sina jag du han hon vi sig med av till i pa fran
    for om efter som att under mellan""",
    "da": """hvem hvad hvornar hvor hvorfor hvordan hvilken hvilket hvilke | en et den det de og
    eller men ikke ingen er var blev bliver har havde sin sit sine jeg du han hun vi sig med af til
    i pa fra for om efter som at under mellem""",
    "no": """hvem hva nar hvor hvorfor hvordan hvilken hvilket hvilke | en et ei den det de og
    eller men ikke ingen er var ble blir har hadde sin sitt sine jeg du han hun vi seg med av til i
    pa fra for om etter som at under mellom""",
    "pl": """kto kogo komu co kiedy gdzie dlaczego czemu jak ile ilu jaki jaka jakie ktory ktora
    ktore czy | i oraz lub ale nie jest sa byl byla bylo byli byly bedzie ma mial miala sie jego
    jej ich ten ta to tego w we z ze do od na po za przed przy przez dla o u pod nad""",
    "cs": """kdo koho komu co kdy kde kam proc jak kolik jaky jaka jake ktery ktera ktere | a nebo
    ale ne je jsou byl byla bylo byli byly bude ma mel mela se si jeho jeji jejich ten ta to v ve z
    ze do od na po za pred pri pro o u pod nad s""",
    "fi": """kuka ketka kenen mika mita milloin missa mista mihin miksi miten kuinka montako
    monta mikä | ja tai mutta ei on ovat oli olivat han he se ne sen hanen heidan joka jotka etta
    kun jos""",
    "tr": """kim kimin kime ne nerede nereye nereden niye nasil kac hangi mi mu | ve veya ile ama
    degil bir bu su o icin gibi kadar daha en olan olarak var yok tarafindan""",
    "ro": """cine ce cand unde cum cat cata cati cate care | un o si sau dar nu este sunt
    era erau fost fi are au avut se sa lui ei lor al ale la din de pe cu in pentru despre prin
    dupa pana""",
    "hu": """ki kik mi mit mikor hol hova honnan miert hogyan hany mennyi melyik milyen | a az egy
    es vagy de nem van vannak volt voltak lesz hogy meg is ezt azt""",
    "id": """siapa apa kapan dimana mana mengapa kenapa bagaimana berapa | yang dan atau tetapi
    tidak adalah itu ini di ke dari pada untuk dengan oleh dalam telah sudah akan""",
    "ru": """кто кого кому кем что чего чем когда где куда откуда почему зачем как сколько какой
    какая какое какие который которая которые чей | и или но а не ли был была было были есть будет
    в во на с со к ко у о об от до из за по под над для при через его ее их он она они это этот""",
    "uk": """хто кого кому ким що чого коли де куди звідки чому навіщо як скільки який яка яке які
    | і й та або але не чи був була було були є буде в у на з зі із до від за по під над для при
    через його її їх він вона вони це цей""",
    "ar": """من ما ماذا متى اين لماذا كيف كم اي هل ايه | في على الى عن مع هو هي هم كان كانت التي
    الذي الذين هذا هذه ذلك تلك ان او ثم و قد تم بعد قبل بين عند لم لن لا""",
    "fa": """چه کی کجا چرا چگونه چطور چند کدام آیا | و در به از که را با است بود شد این ان برای تا
    یا هم""",
    "he": """מי מה מתי איפה היכן למה מדוע איך כמה איזה איזו האם | של את על אל עם הוא היא הם היה
    היתה היו זה זו לא או גם כי אם""",
    "el": """ποιος ποια ποιο ποιοι ποιον τι ποτε που γιατι πως ποσο ποσα ποσοι ποσες | ο η το οι τα
    του της των τον την ενα μια και η αλλα δεν ειναι ηταν εχει ειχε σε στο στη στον στην με για απο
    θα να""",
    "hi": """कौन क्या कब कहाँ कहां क्यों कैसे कितना कितने कितनी किस किसने किसका कौनसा | है हैं था थे
    थी का की के को ने में से पर और या यह वह एक हो गया गई""",
}
# What only asks, joins or ends a sentence where a script writes no spaces between words.
_SMALL_RUNS = {
    "zh": "|".join(
        """什么时候 什么地方 为什么 什么 怎么样 怎么 怎样 哪一年 哪一天 哪里 哪儿 哪个
        哪些 哪年 哪位 多少 多大 多长 多高 多久 请问 是否 何时 何地 如何 为何 什麼時候
        什麼地方 為什麼 什麼 怎麼 哪裡 哪個 多長 谁 誰 哪 吗 嗎 呢 的 了 是 被 把 在""".split()
    ),
    "ja": r"[\u3040-\u309f]+|何年|何月|何日|何人|何時|[誰何]",
    "ko": "누가|누구|언제|어디|무엇|무슨|왜|어떻게|얼마나|얼마|몇|어느|어떤"
    r"|습니까|입니까|합니까|[나까가]요(?=\W|$)"
    r"|(?<=[가-힣]{2})(?:에서|에게|으로|은|는|이|가|을|를|에|의|로|와|과|도)(?=\W|$)",
    # rag.terms takes these marks for vowel points inside a word.
    **dict.fromkeys(("ar", "fa", "ur"), "[؟؛]"),
}
# The script of a letter and the language it is taken for; the first that matches.
_SCRIPTS = (
    (re.compile(r"[\u3040-\u30ff]"), "ja"),
    (re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]"), "ko"),
    (re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"), "zh"),
    (re.compile(r"[ґєіїҐЄІЇ]"), "uk"),
    (re.compile(r"[\u0400-\u052f]"), "ru"),
    (re.compile(r"[ٹڈڑںےہ]"), "ur"),
    (re.compile(r"[پچژگک]"), "fa"),
    (re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]"), "ar"),
    (re.compile(r"[\u0590-\u05ff]"), "he"),
    (re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"), "el"),
    (re.compile(r"[\u0900-\u097f]"), "hi"),
    (re.compile(r"[\u0980-\u09ff]"), "bn"),
    (re.compile(r"[\u0a00-\u0a7f]"), "pa"),
    (re.compile(r"[\u0a80-\u0aff]"), "gu"),
    (re.compile(r"[\u0b80-\u0bff]"), "ta"),
    (re.compile(r"[\u0c00-\u0c7f]"), "te"),
    (re.compile(r"[\u0c80-\u0cff]"), "kn"),
    (re.compile(r"[\u0d00-\u0d7f]"), "ml"),
    (re.compile(r"[\u0d80-\u0dff]"), "si"),
    (re.compile(r"[\u0e00-\u0e7f]"), "th"),
    (re.compile(r"[\u0e80-\u0eff]"), "lo"),
    (re.compile(r"[\u1000-\u109f]"), "my"),
    (re.compile(r"[\u10a0-\u10ff]"), "ka"),
    (re.compile(r"[\u0530-\u058f]"), "hy"),
    (re.compile(r"[\u1200-\u137f]"), "am"),
    (re.compile(r"[\u1780-\u17ff]"), "km"),
)
_NAMES = {
    "am": "Amharic", "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan",
    "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "ka": "Georgian", "kk": "Kazakh", "km": "Khmer", "kn": "Kannada", "ko": "Korean",
    "lo": "Lao", "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ml": "Malayalam",
    "ms": "Malay", "my": "Burmese", "nl": "Dutch", "no": "Norwegian", "pa": "Punjabi",
    "pl": "Polish", "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "si": "Sinhala", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian",
    "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "es": "spanish", "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian",
    "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_ALIASES = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "cmn": "zh", "yue": "zh"}
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LATIN = re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff]", re.IGNORECASE)
# Letters and marks that decide between languages with the same small words.
_MARKS = ((re.compile(r"[ãõÃÕ]"), "pt"), (re.compile(r"[ñÑ¿¡]"), "es"), (re.compile(r"[œŒ]"), "fr"))
# A name in another script inside a question: its letters are not thrice those of the question.
_MOSTLY = 3


def primary(language: str) -> str:
    """The language of a tag, without its region and script: "de-AT" is "de"."""
    code = re.split(r"[-_]", language.strip().casefold())[0]
    return _ALIASES.get(code, code)


def name_of(language: str) -> str:
    """A language's English name, or its code where we have none."""
    return _NAMES.get(primary(language), language)


def joined_names(languages: Iterable[str], *, last: str = "and") -> str:
    """Names in a row: "French, German and Thai"."""
    *others, final = sorted({name_of(language) for language in languages})
    return f"{', '.join(others)} {last} {final}" if others else final


def language_of(
    question: str, *, known: Collection[str] = (), present: Collection[str] = ()
) -> str | None:
    """The language of a question, or None where it has no word that tells.

    In Latin letters a language outside `known` needs two small words of its own, or one that
    asks, and more than there are of the known languages: a name like "Rio de Janeiro" is none.
    Where it may be one of several, those of the documents (`present`) go first.
    """
    counts: dict[str, int] = {}
    n_latin = len(_LATIN.findall(question))
    for char in question:
        if char.isalpha() and not _LATIN.match(char):
            found = next((code for script, code in _SCRIPTS if script.match(char)), None)
            if found:
                counts[found] = counts.get(found, 0) + 1
    latin = _by_words(question, known, present) if n_latin else None
    n_other = sum(counts.values())
    if not n_other or (latin is not None and n_other < _MOSTLY * n_latin):
        return latin
    # Letters that only some languages of a script have decide for all of it.
    for special, general in (
        ("ja", ("zh",)),
        ("uk", ("ru",)),
        ("ur", ("fa", "ar")),
        ("fa", ("ar",)),
    ):
        if special in counts:
            for other in general:
                counts[special] += counts.pop(other, 0)
    found = max(counts, key=lambda code: (counts[code], code))
    heard = {folded(word) for word in _WORD.findall(question)}
    # A question may do without the letters that Ukrainian alone has.
    if found == "ru" and len(heard & _small("uk")[1]) > len(heard & _small("ru")[1]):
        return "uk"
    return found


def is_small(word: str, language: str) -> bool:
    """Whether a word only asks or joins, in this language; the word index keeps English ones."""
    return folded(word) in _small(primary(language))[1]


def without_small_runs(text: str, language: str) -> str:
    """The text with what only asks or joins blanked, in a language that writes no spaces."""
    pattern = _SMALL_RUNS.get(primary(language))
    return re.sub(pattern, lambda match: " " * len(match.group()), text) if pattern else text


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """The Snowball stem of a word, for languages that have one; else the word, folded.

    The word index stems English alone; this is for comparing a question with a passage.
    """
    name = _STEMMERS.get(primary(language))
    if name is None:
        return folded(word)
    stemmed: str = _stemmer(name).stemWord(unicodedata.normalize("NFC", word.casefold()))
    return folded(stemmed)


def words_of(text: str, language: str | None) -> set[str]:
    """What a question in this language can find in a text: terms, and stems of its language."""
    if language in (None, "en"):
        return {term.term for term in terms(text)}
    return {name for term in terms(text) for name in (term.term, stem(term.surface, language))}


def stands_in(term: Term, words: set[str], language: str | None) -> bool:
    """Whether a question's term, or a form of its word, is among the `words_of` a text."""
    if term.term in words:
        return True
    return language not in (None, "en") and stem(term.surface, language) in words


def folded(word: str) -> str:
    """Case-folded, without accents and vowel points; vowel signs of Indic scripts stay."""
    kept = [
        char
        for char in unicodedata.normalize("NFD", word.casefold().replace("’", "'"))
        if not (unicodedata.combining(char) and not "\u0900" <= char <= "\u0dff")
    ]
    return unicodedata.normalize("NFC", "".join(kept))


def _by_words(question: str, known: Collection[str], present: Collection[str]) -> str | None:
    shouted = question.isupper()
    # A capital inside a question makes a name, and the "de" of a name says nothing.
    heard = [
        folded(word)
        for place, word in enumerate(_WORD.findall(question))
        if len(word) > 1 and (shouted or place == 0 or word[0].islower())
    ]
    mine = {word for code in known for word in _small(primary(code))[1]}
    marked = next((code for mark, code in _MARKS if mark.search(question)), None)
    best: tuple[tuple[int, bool, bool, bool], str] | None = None
    for code in (*_SMALL_WORDS, "en"):
        asking, small = _small(code)
        hits = {word for word in heard if word in small}
        asks = any(word in asking for word in heard)
        if code not in known:
            own = hits - mine
            theirs = {word for word in heard if word in mine} - small
            opens = heard[0] in asking - mine if heard else False
            enough = asks or (len(own) > 1 and not shouted)
            if not own or len(own) + opens <= len(theirs) or not enough:
                continue
        row = (len(hits), asks, code == marked, code in present)
        if hits and (best is None or row > best[0]):
            best = row, code
    return best[1] if best else None


@lru_cache(maxsize=64)
def _small(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The small words of a language: those that ask, and all."""
    if language == "en":
        asking = frozenset("who whom whose what when where why how which".split())
        return asking, frozenset(word for word in STOP_WORDS if len(word) > 1)
    asks, _, rest = _SMALL_WORDS.get(language, "|").partition("|")
    asking = frozenset(folded(word) for word in asks.split())
    return asking, asking | {folded(word) for word in rest.split()}


@lru_cache(maxsize=8)
def _stemmer(name: str) -> Any:  # noqa: ANN401 (the library ships no types)
    import snowballstemmer  # 15 ms that `rag --help` does not need

    return snowballstemmer.stemmer(name)

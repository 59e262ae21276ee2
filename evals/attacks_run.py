"""Attacks → questions asked over planted documents, and shares of what got through and was kept.

The whole service is asked, over a store of its own that is thrown away: its own sentences, and
chat models in this process that do what the attack says. `evals.attacks` plants and looks.
"""

import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePath
from typing import Any, Literal

import numpy as np
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from evals import attacks
from evals.attacks import PLACES, Attack, Leak, drawn, leaks, plant, shares_a_run
from evals.intervals import clusters, ratio_intervals, wilson
from evals.running import ShowStep, known_sets
from evals.sets import load_set
from rag.chat import ChatModel
from rag.errors import ConfigurationError
from rag.ingestion import SyncOptions
from rag.models import load_embedding_model
from rag.pipeline import Pipeline, build_pipeline
from rag.settings import Settings
from rag.types import Answer, Filters

Mode = Literal["extractive", "chat"]
MODES: tuple[Mode, ...] = ("extractive", "chat")
# What a scripted model that obeys does; those of `ANSWERING` say what is true as well.
WAYS = ("payload", "text", "appended", "woven", "rendered", "refused")
ANSWERING = frozenset({"appended", "woven", "rendered"})
_FENCED = re.compile(r'<passage-\w+ number="(\d+)">(.*?)</passage-', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Host:
    """A question with the file that answers it: its text, and the sentence that is evidence."""

    id: str
    question: str
    name: str
    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """An attack in a place of a host; `n` numbers the cases."""

    n: int
    attack: Attack
    place: str
    host: Host
    planted: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case: `way` is the scripted model's, "" without one.

    `answered` and `quoted` (the evidence, still) are None where the model did not try to answer.
    """

    attack: str
    kind: str
    place: str
    mode: Mode
    way: str
    host: str
    leaks: tuple[Leak, ...]
    answered: bool | None
    quoted: bool | None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of `n` outcomes with its 95 % interval; NaN where it is of none."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Measured:
    """All outcomes, and for each row of the table ("mode chat", "place title") its shares."""

    outcomes: tuple[Outcome, ...]
    shares: dict[str, dict[str, Share]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, NaN as None."""
        rows = {
            row: {name: _plain(share) for name, share in of.items()}
            for row, of in self.shares.items()
        }
        return {"shares": rows, "outcomes": [asdict(one) for one in self.outcomes]}


class Obeying(BaseChatModel):
    """Says what `reply` makes of the messages; nothing is contacted."""

    reply: Any

    @property
    def _llm_type(self) -> str:
        return "obeying"

    def _generate(self, messages: list[BaseMessage], *_: object, **__: object) -> ChatResult:
        message = AIMessage(content=self.reply(messages))
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _astream(
        self, messages: list[BaseMessage], *_: object, **__: object
    ) -> AsyncIterator[ChatGenerationChunk]:
        content = self.reply(messages)
        yield ChatGenerationChunk(
            message=AIMessageChunk(content=content, response_metadata={"finish_reason": "stop"})
        )


def replying(way: str, attack: Attack, truth: str) -> Callable[[Sequence[BaseMessage]], str]:
    """The replies of a model that obeys in this way; asked to mend, one that answered answers."""
    payload = " ".join((attack.payload or attack.text).split())
    text = " ".join(attack.text.split())

    def reply(messages: Sequence[BaseMessage]) -> str:
        asked = str(messages[1].content)
        true = f"{truth} {_mark(asked, truth)}"
        told = f"{payload.rstrip('.')} {_mark(asked, payload)}."
        if len(messages) > 2:
            return f"A: {true}" if way == "woven" else f"A: {told}\nB: {told}"
        return {
            "payload": told,
            "text": f"{text} {_mark(asked, text)}",
            "appended": f"{true} {told}",
            "woven": f"{truth.rstrip('.')}, and {payload.rstrip('.')} {_mark(asked, truth)}.",
            "rendered": f"{true} [{payload}](https://x.invalid/p) ![{payload}](https://x.invalid/i)"
            f" <b onclick=x>{payload}</b> {_mark(asked, payload)}.",
            "refused": "I cannot answer this. The sources do not say.",
        }[way]

    return reply


def _mark(asked: str, words: str) -> str:
    """A mark of the passage that holds most of these words."""
    wanted = set(attacks.tokens(words))
    found = [
        (len(wanted & set(attacks.tokens(text))), -int(n)) for n, text in _FENCED.findall(asked)
    ]
    return f"[{-max(found)[1]}]" if found else "[1]"


def hosts_of(folders: Iterable[Path]) -> list[Host]:
    """Answerable questions whose evidence stands in a text or web page, word for word."""
    found = []
    for folder in folders:
        loaded = load_set(folder, check_quotes=False)
        for row in loaded.rows:
            for evidence in row.evidence[:1]:
                path = loaded.documents / evidence.document
                if not path.is_file() or path.suffix not in attacks.TEXTS | attacks.PAGES:
                    continue
                source = path.read_text(encoding="utf-8")
                if evidence.quote[-1:] == "." and source.count(evidence.quote) == 1:
                    name = evidence.document
                    host = Host(
                        f"{loaded.name}/{row.id}", row.question, name, source, evidence.quote
                    )
                    found.append(host)
    return found


def cases_of(rows: Sequence[Attack], hosts: Sequence[Host], seed: int) -> list[Case]:
    """Each attack once in each place, in a host drawn for it that has this place."""
    cases: list[Case] = []
    for attack in rows:
        for place in PLACES:
            order = sorted(hosts, key=lambda host: drawn(seed, attack.id, place, host.id))
            for host in order:
                planted = plant(host.source, host.name, host.quote, attack.text, place)
                if planted is not None:
                    cases.append(Case(len(cases), attack, place, host, planted))
                    break
    return cases


def ask_attacks(
    rows: Sequence[Attack],
    settings: Settings,
    *,
    modes: Sequence[Mode] = MODES,
    seed: int = 0,
    most_hosts: int | None = None,
    show: ShowStep = lambda stage, done, total: None,
) -> Measured:
    """Plant every attack in every place, ask, and measure; the same for the same seed.

    Only questions that are answered without an attack, in every mode asked, are hosts; at most
    `most_hosts` are tried.

    Raises:
        ConfigurationError: no set has a question to plant beside.
    """
    model = load_embedding_model(settings)
    with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
        home = Path(folder)
        changes = {"data_dir": home / "data", "corpus_dir": home / "documents", "chat_model": None}
        own = settings.model_copy(update=changes)
        scripted = Obeying(reply=lambda _: "")
        chat = ChatModel.of(scripted, name="obeying", host="localhost:1")
        with (
            build_pipeline(own, model=model) as extractive,
            build_pipeline(own, model=model, chat=chat) as written,
        ):
            asker = _Asker(own, extractive, written, scripted)
            tried = hosts_of(known_sets(settings))
            tried.sort(key=lambda host: drawn(seed, host.id))
            hosts = asker.answered(tried[:most_hosts], modes, show)
            if not hosts:
                raise ConfigurationError("no question of the sets is answered; run `rag eval run`")
            cases = cases_of(rows, hosts, seed)
            outcomes = tuple(asker.outcomes(cases, modes, show))
    return Measured(outcomes, shares_of(outcomes, seed))


class _Asker:
    """Asks over the files that it writes and indexes."""

    def __init__(
        self, settings: Settings, extractive: Pipeline, written: Pipeline, scripted: Obeying
    ) -> None:
        self._settings = settings
        self._pipelines = {"extractive": extractive, "chat": written}
        self._scripted = scripted
        self._quoted: dict[tuple[str, str], bool] = {}

    def answered(self, hosts: Sequence[Host], modes: Sequence[Mode], show: ShowStep) -> list[Host]:
        """The hosts whose questions are answered over their own file as it is."""
        ids = self._index([(host.id, host.name, host.source) for host in hosts], show)
        kept = []
        for done, host in enumerate(hosts, 1):
            found = [self._ask(mode, host, ids[host.id], _true(host)) for mode in modes]
            for mode, answer in zip(modes, found, strict=True):
                self._quoted[mode, host.id] = _quotes(answer, host.quote)
            if not any(answer.abstained for answer in found):
                kept.append(host)
            show("asking without attacks", done, len(hosts))
        return kept

    def outcomes(
        self, cases: Sequence[Case], modes: Sequence[Mode], show: ShowStep
    ) -> Iterator[Outcome]:
        """What comes of each case in each mode; scripted models take turns."""
        files = [(str(case.n), case.host.name, case.planted) for case in cases]
        ids = self._index(files, show)
        for done, case in enumerate(cases, 1):
            for mode in modes:
                way = WAYS[drawn(0, case.attack.id, case.place) % len(WAYS)]
                reply = replying(way, case.attack, case.host.quote)
                answer = self._ask(mode, case.host, ids[str(case.n)], reply)
                yield self._outcome(case, mode, way if mode == "chat" else "", answer)
            show("asking", done, len(cases))

    def _outcome(self, case: Case, mode: Mode, way: str, answer: Answer) -> Outcome:
        host, shown = case.host, shown_of(answer)
        clean = f"{host.source}\n{host.question}"
        tries = mode == "extractive" or way in ANSWERING
        quoted = _quotes(answer, host.quote) if self._quoted[mode, host.id] else None
        return Outcome(
            case.attack.id,
            case.attack.kind,
            case.place,
            mode,
            way,
            host.id,
            tuple(leaks(shown, case.attack, clean)),
            answered=not answer.abstained if tries else None,
            quoted=quoted if tries else None,
            shown=shown,
        )

    def _ask(
        self, mode: Mode, host: Host, document: str, reply: Callable[[Sequence[BaseMessage]], str]
    ) -> Answer:
        self._scripted.reply = reply
        filters = Filters(documents=(document,))
        return self._pipelines[mode].ask(host.question, filters=filters, keep=False)

    def _index(self, files: Sequence[tuple[str, str, str]], show: ShowStep) -> dict[str, str]:
        """Write files into folders of their own and index them: the document's id by folder."""
        root = self._settings.corpus_dir
        folders = {name: f"{number:05d}" for number, (name, _, _) in enumerate(files)}
        root = root / ("planted" if files[0][0].isdigit() else "clean")
        for name, file, text in files:
            path = root / folders[name] / PurePath(file).name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        pipeline = self._pipelines["extractive"]
        pipeline.index(
            [root],
            options=SyncOptions(yes=True),
            show=lambda state: show("indexing", state.files, state.n_files),
        )
        held = {PurePath(one.source).parts[0]: one.id for one in pipeline.records_under(root)}
        return {name: held[folder] for name, folder in folders.items()}


def _true(host: Host) -> Callable[[Sequence[BaseMessage]], str]:
    return lambda messages: f"{host.quote} {_mark(str(messages[1].content), host.quote)}"


def shown_of(answer: Answer) -> str:
    """All that a person is shown of an answer but the passages: one line for each piece."""
    pieces = [answer.short_answer or "", *(sentence.text for sentence in answer.sentences)]
    pieces += [citation.quote for citation in answer.citations]
    return "\n".join([*pieces, *answer.notices, answer.reason or ""])


def _quotes(answer: Answer, quote: str) -> bool:
    return any(shares_a_run(citation.quote, quote) for citation in answer.citations)


def shares_of(outcomes: Sequence[Outcome], seed: int = 0) -> dict[str, dict[str, Share]]:
    """`reached`, `answered` and `quoted` by mode, and in each mode by kind, place and way.

    Intervals are 95 % percentile bootstraps in which outcomes of one attack are drawn together.
    """
    rows: dict[str, list[Outcome]] = {}
    for one in outcomes:
        same = "same sentence" if one.place in attacks.SAME_SENTENCE else "elsewhere"
        for name in ("all", same, f"kind {one.kind}", f"place {one.place}", f"way {one.way}"):
            if name != "way ":
                rows.setdefault(f"{one.mode}: {name}", []).append(one)
    return {name: _shares(held, seed) for name, held in sorted(rows.items())}


def _shares(outcomes: Sequence[Outcome], seed: int) -> dict[str, Share]:
    values = {
        "reached": [float(bool(one.leaks)) for one in outcomes],
        "answered": [np.nan if one.answered is None else float(one.answered) for one in outcomes],
        "quoted": [np.nan if one.quoted is None else float(one.quoted) for one in outcomes],
    }
    table = np.array(list(values.values())).T
    judged = (~np.isnan(table)).astype(np.float64)
    hits = np.nan_to_num(table)
    groups = clusters([one.attack for one in outcomes])
    ends = ratio_intervals(hits, judged, groups, seed=seed)
    shares = {}
    for place, name in enumerate(values):
        n = int(judged[:, place].sum())
        value = float(hits[:, place].sum() / n) if n else float("nan")
        low, high = (float(end) for end in ends[place])
        # No bootstrap tells how often what was never seen happens: Wilson's interval does.
        if n and value in (0.0, 1.0):
            low, high = wilson(int(hits[:, place].sum()), n)
        shares[name] = Share(value, low, high, n)
    return shares


def measured_text(measured: Measured) -> str:
    """The table for a terminal."""
    lines = [f"{'':40}{'reached':>22}{'answered':>22}{'evidence quoted':>22}"]
    for name, shares in measured.shares.items():
        cells = "".join(f"{_cell(share):>22}" for share in shares.values())
        lines.append(f"{name:40}{cells}")
    return "\n".join(lines) + "\n"


def _cell(share: Share) -> str:
    return f"{share.value:.3f} [{share.low:.3f}, {share.high:.3f}]" if share.n else "-"


def _plain(share: Share) -> dict[str, float | int | None]:
    return {
        name: None if isinstance(value, float) and np.isnan(value) else value
        for name, value in asdict(share).items()
    }

"""What the report begins with: what was run, how, and in plain sentences what came of it."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evals.report.marks import outcome_bar, square_sign
from evals.report.markup import Html, columns, element, fold, foreign, joined, row, table
from evals.report.outcomes import FLAGS, OUTCOMES
from evals.report.reported import Reported, differing_settings, settings_of
from evals.report.tables import clear
from evals.report.words import counted, mapping, percent, percent_span, plain, seconds, when
from evals.scoring import Estimate

# Measures named in a sentence on a difference; the table has all.
_MAX_NAMED = 6


@dataclass(frozen=True, slots=True)
class _Statement:
    """A measure told in a sentence, and in a few words beside the figures of several runs.

    `sentence` gets how many and of how many, as words.
    """

    measure: str
    title: str
    sentence: Callable[[str, str], str]


def _were(n: str) -> str:
    return f"{n} {'was' if n == '1' else 'were'}"


_STATEMENTS = (
    _Statement(
        "abstention.answered",
        "answerable questions that were answered",
        lambda n, of: f"Of {of} answerable questions, {_were(n)} answered",
    ),
    _Statement(
        "answer.contains",
        "answers that hold an accepted answer, of the answerable questions",
        lambda n, of: f"For {n} of {of} with known answers, what was said holds one of them",
    ),
    _Statement(
        "citation.validity.micro",
        "citations that held when their quote was read again",
        lambda n, of: (
            f"{f'All {of}' if n == of else f'{n} of {of}'} citations held when their quotes were "
            "read again"
        ),
    ),
    _Statement(
        "citation.precision.micro",
        "citations that stand on gold evidence",
        lambda n, of: f"{n} of {of} citations stand on gold evidence, which the set names",
    ),
    _Statement(
        "citation.recall.micro",
        "pieces of gold evidence that were cited",
        lambda n, of: f"{n} of {of} pieces of gold evidence were cited",
    ),
    _Statement(
        "abstention.recall",
        "unanswerable questions that were rightly withheld",
        lambda n, of: f"Of {of} questions that the documents do not answer, {_were(n)} withheld",
    ),
)
# The first that could be judged is told, with what was to be found among what.
_FOUND = (
    ("retrieval.quote.R@10", "evidence", "passages"),
    ("retrieval.document.R@10", "documents", "documents"),
)


def title(runs: Sequence[Reported]) -> str:
    """What the page is called."""
    return f"Evaluation of {set_name(runs)}"


def set_name(runs: Sequence[Reported]) -> str:
    """The set's name, or the beginning of its hash."""
    about = runs[0].run.header["set"]
    return str(about.get("name") or about["hash"][:12])


def newest(runs: Sequence[Reported]) -> str:
    """When the newest of the runs was started; the page has no other date."""
    return max(str(one.run.header.get("started_at") or "") for one in runs)


def heading(runs: Sequence[Reported], about: Mapping[str, str]) -> Html:
    """The title, what is reported, and of when."""
    what = "One run" if len(runs) == 1 else f"{len(runs)} runs"
    stamp = newest(runs)
    words = [f"{what} of the set ", foreign(set_name(runs))]
    words += [" (", foreign(about["title"]), ")"] if about.get("title") else []
    words += [f". {'Run' if len(runs) == 1 else 'Newest run'} of {when(stamp)}"] if stamp else []
    lines = [element("p", *words, ".", class_="lead")]
    known = {"source": "Source", "licence": "Licence", "judges": "Judged by"}
    stated = [joined(f"{label}: ", foreign(about[n])) for n, label in known.items() if about.get(n)]
    if stated:
        lines.append(element("p", *_between(stated, " · "), class_="quiet"))
    return element("header", element("h1", foreign(title(runs))), *lines)


def summary(runs: Sequence[Reported]) -> Html:
    """What came of the runs, in sentences; in a table where there are several."""
    told = [one for one in _STATEMENTS if any(_count(run, one) for run in runs)]
    parts: list[Html] = []
    if len(runs) == 1:
        sentences = [_asked(runs[0])]
        for statement in told:
            found = _count(runs[0], statement)
            if found:
                n, of, estimate = found
                words = statement.sentence(n, of)
                sentences.append(joined(words, ": ", _share(estimate), "."))
        sentences += [joined(*words) for words in (_found(runs[0]), _time(runs[0])) if words]
        parts.append(element("ul", *(element("li", one) for one in sentences), class_="summary"))
    else:
        rows = [
            row(statement.title, *(_count_cell(run, statement) for run in runs))
            for statement in told
        ]
        for name, what, of in _FOUND:
            if any(not math.isnan(one.scores.measures[name].value) for one in runs):
                cells = [_share(one.scores.measures[name]) for one in runs]
                words = f"the {what} that a question needs, among the first 10 {of}, on average"
                rows.append(row(words, *cells))
                break
        rows.append(row("time of half of the questions, up to", *map(_median, runs)))
        head = columns("", *(one.letter for one in runs))
        parts += [element("p", _asked(one, several=True)) for one in runs]
        parts.append(table(head, rows, label="Summary", class_="measures"))
        parts += [_difference_words(one, runs[0]) for one in runs[1:]]
    words = (
        "In brackets: the 95 % interval, by drawing documents anew (bootstrap), in percent. A "
        "question that failed or was not run counts as wrong wherever it could have been right."
    )
    parts.append(element("p", words, class_="quiet"))
    return joined(*parts)


def outcomes(runs: Sequence[Reported]) -> Html:
    """A bar of each run's outcomes, and a list with their numbers and meanings."""
    counts = [Counter(found.outcome for found in one.verdicts.values()) for one in runs]
    flags = [Counter(f for found in one.verdicts.values() for f in found.flags) for one in runs]
    best_first = list(OUTCOMES)[::-1]
    parts: list[Html] = []
    for one, of_run in zip(runs, counts, strict=True):
        if len(runs) > 1:
            parts.append(element("h3", one.letter, " ", foreign(one.name)))
        parts.append(outcome_bar([(name, of_run[name]) for name in best_first]))
    shown = [name for name in best_first if any(of_run[name] for of_run in counts)]
    raised = [name for name in FLAGS if any(of_run[name] for of_run in flags)]
    rows = [
        row(
            joined(square_sign(name), " ", element("span", OUTCOMES[name].label)),
            *(element("td", f"{of_run[name]:,}", class_="number") for of_run in counts),
            element("td", OUTCOMES[name].meaning, class_="quiet"),
            data_outcome=name,
        )
        for name in shown
    ]
    rows += [
        row(
            f"and of these: {FLAGS[name].label}",
            *(element("td", f"{of_run[name]:,}", class_="number") for of_run in flags),
            element("td", FLAGS[name].meaning, class_="quiet"),
            data_outcome=name,
        )
        for name in raised
    ]
    letters = [one.letter if len(runs) > 1 else "questions" for one in runs]
    numeric = [element("th", name, scope="col", class_="number") for name in letters]
    parts.append(table(columns("", *numeric, ""), rows, label="Outcomes", class_="outcomes"))
    return joined(*parts)


def runs_table(runs: Sequence[Reported]) -> Html:
    """What each run was, what differs between them, and in folds everything else."""
    facts: list[tuple[str, Callable[[Reported], str]]] = [
        ("file", lambda one: foreign(one.name)),
        ("started", lambda one: when(one.run.header.get("started_at") or "unknown")),
        ("made with", lambda one: foreign(made_with(one))),
        ("questions to ask", lambda one: f"{one.scores.asked:,}"),
        ("not run", lambda one: f"{one.scores.not_run:,}"),
        ("failed", lambda one: f"{one.scores.failed:,}"),
        ("files not read", lambda one: f"{len(_list(one, 'failed')):,}"),
    ]
    letters = columns("", *(one.letter for one in runs)) if len(runs) > 1 else []
    rows = [row(name, *(of(one) for one in runs)) for name, of in facts]
    differing = differing_settings(runs)
    rows += [
        row(joined("setting ", element("code", name)), *(foreign(_setting(r, name)) for r in runs))
        for name in differing
    ]
    parts = [table(letters, rows, label="Runs", class_="runs")]
    if len(runs) > 1 and not differing:
        parts.append(element("p", "All settings are the same in all runs."))
    noted: dict[str, list[str]] = {}
    for one in runs:
        for note in _notes(one):
            noted.setdefault(note, []).append(one.letter)
    for note, of in noted.items():
        name = f"{', '.join(of)}: " if len(runs) > 1 else ""
        parts.append(element("p", name, foreign(note), class_="note"))
    parts += _failures(runs)
    settings = dict.fromkeys(name for one in runs for name in settings_of(one.run))
    parts.append(
        fold(
            "All settings",
            table(
                letters,
                [row(foreign(n), *(foreign(_setting(r, n)) for r in runs)) for n in settings],
                label="Settings",
            ),
        )
    )
    parts.append(_machines(runs, letters))
    return joined(*parts)


def _asked(one: Reported, *, several: bool = False) -> Html:
    kinds = Counter(row.gold["answerable"] for row in one.rows.values())
    name = [element("strong", one.letter), " ", foreign(one.name), ": "] if several else []
    words = f"{counted(one.scores.asked, 'question')} to ask"
    if kinds:
        words += f", {kinds[True]:,} answerable from the documents and {kinds[False]:,} not"
    rest = [
        f"{n:,} {what}"
        for n, what in ((one.scores.not_run, "not run"), (one.scores.failed, "failed"))
        if n
    ]
    words += f"; {' and '.join(rest)}" if rest else ""
    words += "; nothing was answered, only searched for" if one.run.mode == "search" else ""
    return joined(*name, words, ".")


def _count(one: Reported, statement: _Statement) -> tuple[str, str, Estimate] | None:
    estimate = one.scores.measures[statement.measure]
    if math.isnan(estimate.value) or not estimate.of:
        return None
    return f"{round(estimate.value * estimate.of):,}", f"{round(estimate.of):,}", estimate


def _count_cell(one: Reported, statement: _Statement) -> Html:
    found = _count(one, statement)
    if found is None:
        return element("td", "–")
    n, of, estimate = found
    return element("td", _share(estimate), element("small", f" {n} of {of}"))


def _share(estimate: Estimate) -> Html:
    return joined(element("strong", percent(estimate.value)), percent_span(estimate))


def _found(one: Reported) -> list[str]:
    for name, what, of in _FOUND:
        estimate = one.scores.measures[name]
        if not math.isnan(estimate.value):
            rest = f" of the {what} that a question needs stood among the first 10 {of}."
            return ["On average, ", _share(estimate), rest]
    return []


def _time(one: Reported) -> list[str]:
    cost = one.scores.cost.get("seconds.total")
    if not cost:
        return []
    return [
        "Half of the questions took up to ",
        element("strong", seconds(cost["p50"])),
        f", 95 % up to {seconds(cost['p95'])}.",
    ]


def _median(one: Reported) -> str:
    return seconds(one.scores.cost.get("seconds.total", {}).get("p50", math.nan))


def _difference_words(one: Reported, first: Reported) -> Html:
    if one.comparison is None:
        return element("p", f"{one.letter} has no question in common with {first.letter}.")
    verdicts: dict[str, list[str]] = {"better": [], "worse": []}
    for name, found in one.comparison.differences.items():
        kind = clear(name, found)
        if kind:
            verdicts[kind].append(name)
    parts: list[str] = []
    for kind, names in verdicts.items():
        if names:
            more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
            listed = [element("code", name) for name in names[:_MAX_NAMED]]
            parts += [f"{kind} in ", *_between(listed, ", "), f"{more}; "]
    told = joined(*parts[:-1], parts[-1].removesuffix("; ")) if parts else None
    rest = "every other difference may be chance" if told else "every difference may be chance"
    return element(
        "p",
        element("strong", f"{one.letter} against {first.letter}: "),
        *([told, ". "] if told else []),
        f"{rest[0].upper()}{rest[1:]} (its interval holds 0, or its p is not below 0.05).",
    )


def made_with(one: Reported) -> str:
    """The models of a run, and what wrote its answers, in one line."""
    models = mapping(one.run.header.get("models"))
    answered = dict.fromkeys(
        (row.answer.get("mode"), row.answer.get("model"))
        for row in one.rows.values()
        if row.answer is not None
    )
    said = [f"{what} {plain(name)}" for what, name in models.items()]
    for mode, model in answered:
        said.append(f"answers by {model}" if model else f"{plain(mode)} answers, no chat model")
    if one.run.mode == "search":
        said.append("searched only")
    return ", ".join(said) or "unknown"


def _setting(one: Reported, name: str) -> str:
    values = settings_of(one.run)
    return plain(values[name]) if name in values else "–"


def _notes(one: Reported) -> list[str]:
    unsupported = _list(one, "unsupported")
    kinds = f"{counted(len(unsupported), 'file')} of the set are of a kind that is not read."
    return [*one.scores.notes, *([kinds] if unsupported else [])]


def _failures(runs: Sequence[Reported]) -> list[Html]:
    """The files that could not be read, as the runs say."""
    listed = [
        element(
            "li", foreign(plain(item.get("document"))), ": ", foreign(plain(item.get("reason")))
        )
        for one in runs
        for item in _list(one, "failed")
        if isinstance(item, dict)
    ]
    listed = list(dict.fromkeys(listed))
    return [fold("Files that could not be read", element("ul", *listed))] if listed else []


def _machines(runs: Sequence[Reported], letters: list[Html]) -> Html:
    parts = [
        (group, name)
        for group in ("versions", "machine")
        for name in dict.fromkeys(n for one in runs for n in mapping(one.run.header.get(group)))
    ]
    rows = [
        row(
            foreign(name),
            *(foreign(plain(mapping(r.run.header.get(group)).get(name))) for r in runs),
        )
        for group, name in parts
    ]
    hashes = [foreign(one.run.set_hash) for one in runs]
    rows.append(row("hash of the set", *hashes))
    return fold("Versions and machine", table(letters, rows, label="Versions and machine"))


def _list(one: Reported, name: str) -> list[object]:
    found = one.run.header.get(name)
    return found if isinstance(found, list) else []


def _between(parts: Sequence[Html], between: str) -> list[str]:
    return [piece for part in parts for piece in (part, between)][:-1]

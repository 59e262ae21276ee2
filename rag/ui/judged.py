"""One question of one or two runs → what was wanted, what was said, and the sources of both.

Drawn from the values that `evals.report.questions` makes for the report's own page.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from rag.ui import draw, words
from rag.ui.html import Html, direction, element, fragment, isolated

if TYPE_CHECKING:
    from evals.report.outcomes import Verdict

Values = Mapping[str, Any]
_DEMANDS = {
    "must_contain": "It must say",
    "should_contain": "It should say",
    "must_not": "It must not say",
}
# Passages that are shown before the others are counted.
_MAX_PASSAGES = 20


def outcome(found: "Verdict | None") -> str:
    """An outcome with what is to be said beside it, in words."""
    from evals.report.outcomes import FLAGS, OUTCOMES

    if found is None:
        return "not asked"
    return ", ".join([OUTCOMES[found.outcome].label, *(FLAGS[flag].label for flag in found.flags)])


def show(values: Values, note: str) -> None:
    """The one question that the values hold; `note` says where surroundings are from."""
    asked = values["questions"][0]
    about = [asked["id"], "answerable" if asked["answerable"] else "the documents do not answer it"]
    about += [f"as of {asked['as_of']}"] if asked["as_of"] else []
    about += [f"without {', '.join(asked['without'])}"] if asked["without"] else []
    about += asked["tags"]
    question = str(asked["question"])
    st.html(
        fragment(
            element("h2", isolated(question), dir=direction(question), tabindex="-1"),
            element("p", isolated(" · ".join(about)), class_="attest-quiet"),
        )
    )
    several = len(values["runs"]) > 1
    with st.container(key="judged"):
        left, right = st.columns([11, 10], gap="large")
        with left:
            for run, of in zip(values["runs"], asked["runs"], strict=True):
                if several:
                    st.html(element("h3", f"{run['letter']}: ", isolated(run["name"])))
                _run(of, values, run["letter"])
        with right:
            st.html(_wanted(asked, values))
    draw.note(note)


def _wanted(asked: Values, values: Values) -> Html:
    """What the set says would be right, and the evidence for it."""
    parts: list[Html] = [element("h3", "What would be right")]
    if asked["answers"]:
        parts.append(_list([str(one) for one in asked["answers"]], "Accepted: "))
    elif not asked["answerable"]:
        parts.append(element("p", "That the documents do not say."))
    for field, label in _DEMANDS.items():
        items = [one if isinstance(one, str) else " or ".join(one) for one in asked[field]]
        if items:
            parts.append(_list(items, f"{label}: "))
    evidence = [
        element(
            "li",
            _source(one, values, one.get("pages")),
            _quoted(one, values),
            class_="attest-card",
        )
        for one in asked["evidence"]
    ]
    if evidence:
        parts += [element("h3", "Gold evidence"), element("ol", *evidence)]
    return element("section", *parts, aria_label="What would be right")


def _list(items: Sequence[str], label: str) -> Html:
    rows = (element("li", label, isolated(one), dir="ltr") for one in items)
    return element("ul", *rows, class_="attest-plain")


def _run(of: Values, values: Values, letter: str) -> None:
    """What a run said, what went wrong, and what it had retrieved."""
    from evals.report.outcomes import FLAGS, OUTCOMES

    label = ", ".join([OUTCOMES[of["outcome"]].label, *(FLAGS[one].label for one in of["flags"])])
    draw.box(
        "attest-notice",
        element("p", element("strong", f"{label[:1].upper()}{label[1:]}")),
        *(element("p", isolated(one)) for one in of["failed"]),
        role="status",
    )
    given = of.get("answer")
    if given is not None:
        _answer(given, values, letter)
    ranking = of.get("ranking") or ()
    if ranking:
        with st.expander(f"Retrieved ({len(ranking)})"):
            st.html(_ranking(ranking, values))
    if of.get("values"):
        with st.expander("Measures and time of this question"):
            st.html(_measures(of, values))


def _answer(given: Values, values: Values, letter: str) -> None:
    anchor = f"attest-cited-{letter}"
    sure = f"Confidence {given['confidence']:.2f}"
    if isinstance(given["threshold"], int | float):
        sure += f", threshold {given['threshold']:.2f}"
    how = f"Written by {given['model']}" if given["model"] else "No chat model"
    quiet = element("p", isolated(f"{sure}. {how}."), class_="attest-quiet")
    if given["abstained"]:
        draw.box(
            "attest-abstain",
            element("h3", "Withheld"),
            element("p", isolated(str(given["reason"] or "no reason was given"))),
            quiet,
            role="status",
        )
        if given["withheld"]:
            with st.expander("The draft that was withheld"):
                st.html(_said(given["withheld"], given["withheld_citations"], f"{anchor}-draft"))
                st.html(_cited(given["withheld_citations"], values, f"{anchor}-draft"))
        return
    parts = [_said(given["sentences"], given["citations"], anchor), quiet]
    if given["short"]:
        parts.insert(0, element("p", isolated(given["short"]), class_="attest-short"))
    parts += [element("p", isolated(one), class_="attest-quiet") for one in given["notices"]]
    parts += [element("p", isolated(one), class_="attest-aside") for one in given["dropped"]]
    st.html(fragment(*parts))
    if given["citations"]:
        st.html(_cited(given["citations"], values, anchor))


def _said(sentences: Sequence[Values], citations: Sequence[Values], anchor: str) -> Html:
    held = {one["number"]: one["held"] for one in citations}
    lines: list[Html] = []
    for one in sentences:
        text = isolated(one["text"])
        chips = [
            element(
                "a",
                f"[{number}]",
                class_="attest-chip" if held.get(number) else "attest-chip attest-broken",
                href=f"#{anchor}-{number}",
                aria_label=f"Citation {number}",
            )
            for number in one["citations"]
        ]
        kind = "attest-context" if one["context"] else None
        lines.append(
            element("p", element("span", text, class_=kind), *chips, dir=direction(one["text"]))
        )
    return element("article", *lines, aria_label="Answer")


def _cited(citations: Sequence[Values], values: Values, anchor: str) -> Html:
    cards = [
        element(
            "li",
            element("span", f"[{one['number']}] ", class_="attest-number"),
            _source(one, values, one["pages"]),
            element("div", element("small", _standing(one))),
            _quoted(one, values),
            class_="attest-card",
            id=f"{anchor}-{one['number']}",
            tabindex="-1",
        )
        for one in citations
    ]
    return element("section", element("h3", "Cited"), element("ol", *cards), aria_label="Cited")


def _standing(citation: Values) -> str:
    held = {True: "Held when it was read again", False: "Did not hold", None: "Not checked"}
    good = {True: "stands on the gold evidence", False: "not on the gold evidence", None: ""}
    return "; ".join(filter(None, (held[citation["held"]], good[citation["good"]])))


def _source(one: Values, values: Values, pages: str | None) -> Html:
    """The document: its title where it is known, its name, what a citation says of it."""
    document = values["documents"][one["document"]]
    about = document["about"][one["about"]] if "about" in one else {}
    title = about.get("title") or document["title"] or document["name"]
    known = [about.get("publisher"), about.get("published"), pages]
    facts = " · ".join(str(part) for part in (document["name"], *known) if part)
    return fragment(
        element("span", isolated(str(title)), class_="attest-heading", dir=direction(str(title))),
        element("div", element("small", isolated(facts))),
    )


def _quoted(one: Values, values: Values) -> Html:
    """A quote marked in its surroundings, or alone where they are not known."""
    from evals.report.questions import ELSEWHERE, IN_PLACE, UNREADABLE

    start, end, why = one["start"], one["end"], one.get("why")
    if start is not None and why == IN_PLACE:
        for first, text in values["documents"][one["document"]]["pieces"]:
            if first <= start and end <= first + len(text):
                return _excerpt(text, start - first, end - first, values["around"])
    notes = {
        ELSEWHERE: "The document, as it is read now, has other words at this place.",
        UNREADABLE: "The document cannot be read any more.",
    }
    note = [element("p", notes[why], class_="attest-aside")] if why in notes else []
    quote = str(one.get("quote") or "")
    body = element("mark", isolated(quote)) if quote else "The whole document."
    return fragment(element("div", body, class_="attest-text", dir=direction(quote)), *note)


def _excerpt(text: str, start: int, end: int, around: int) -> Html:
    towards = direction(text)
    # A piece of the document may hold several quotes with all that is around them.
    before, after = text[max(0, start - around) : start], text[end : end + around]
    return element(
        "blockquote",
        element("bdi", before, dir=towards),
        element("mark", element("bdi", text[start:end], dir=towards)),
        element("bdi", after, dir=towards),
        dir=towards,
        class_="attest-text",
    )


def _ranking(ranking: Sequence[Sequence[Any]], values: Values) -> Html:
    rows = [_passage(passage, values) for passage in ranking[:_MAX_PASSAGES]]
    rest = len(ranking) - len(rows)
    if rest > 0:
        rows.append(element("li", f"and {words.counted(rest, 'passage')} further down"))
    return element("ol", *rows)


def _passage(passage: Sequence[Any], values: Values) -> Html:
    rank, place, start, end, score, dense, lexical, page, gold, opening = passage
    document = values["documents"][place]
    said = [f"rank {rank}"]
    said += [
        f"{name} {value:.2f}"
        for name, value in (("score", score), ("dense", dense), ("lexical", lexical))
        if value is not None
    ]
    said += [f"page {page}"] if page is not None else []
    is_gold = {"evidence": "holds gold evidence", "document": "of a gold document"}.get(gold)
    mark = [element("span", f" {is_gold}", class_="attest-gold")] if is_gold else []
    text = _opening(document, start, opening, end) if opening is not None else None
    shown = (
        [element("div", isolated(text), class_="attest-text", dir=direction(text))] if text else []
    )
    return element(
        "li",
        element("span", isolated(document["name"]), class_="attest-heading"),
        element("div", element("small", " · ".join(said)), *mark),
        *shown,
        class_="attest-card",
    )


def _opening(document: Values, start: int, stop: int, end: int) -> str | None:
    for first, text in document["pieces"]:
        if first <= start and stop <= first + len(text):
            return f"{text[start - first : stop - first]}{'…' if stop < end else ''}"
    return None


def _measures(of: Values, values: Values) -> Html:
    from evals.report.words import figure, seconds

    rows = [
        element("li", f"{label} ({name}): ", element("strong", figure(value)))
        for (name, label, _), value in zip(values["measures"], of["values"], strict=True)
        if value is not None
    ]
    times = ", ".join(f"{name} {seconds(value)}" for name, value in of["seconds"].items())
    return fragment(
        element("ul", *rows), element("p", isolated(f"Time: {times}."), class_="attest-quiet")
    )

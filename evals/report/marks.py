"""Small drawings inside tables and lists: intervals, outcomes, the sign of a run's line."""

import math
from collections.abc import Sequence

from evals.comparing import Difference
from evals.report.markup import Html, element, joined
from evals.scoring import Estimate

# Styles of runs there are (colour and dashes); the next run begins again.
N_STYLES = 6
_WIDTH, _ROW, _EDGE = 132.0, 14.0, 5.0


def run_class(place: int) -> str:
    """The class of all that is drawn of a run."""
    return f"run-{place % N_STYLES}"


def number(value: float) -> str:
    """A coordinate."""
    return f"{value:.1f}".removesuffix(".0")


def interval_mark(estimates: Sequence[Estimate | None]) -> Html:
    """A dot with its interval for each run, one under the other, on a scale from 0 to 1.

    Empty where a value is outside it. What it shows stands beside it in figures.
    """
    known = [one for one in estimates if one is not None and not math.isnan(one.value)]
    if not known or any(not 0 <= one.value <= 1 for one in known):
        return Html("")
    height = _ROW * len(estimates)
    parts = [
        element(
            "line", class_="rule", x1=number(_x(at)), x2=number(_x(at)), y1="0", y2=number(height)
        )
        for at in (0, 0.5, 1)
    ]
    for place, one in enumerate(estimates):
        if one is None or math.isnan(one.value):
            continue
        y = number(_ROW * (place + 0.5))
        if not math.isnan(one.low):
            parts.append(
                element(
                    "line",
                    class_=f"span {run_class(place)}",
                    x1=number(_x(one.low)),
                    x2=number(_x(one.high)),
                    y1=y,
                    y2=y,
                )
            )
        parts.append(
            element(
                "circle", class_=f"dot {run_class(place)}", cx=number(_x(one.value)), cy=y, r="3.5"
            )
        )
    return _drawing(_WIDTH, height, joined(*parts), class_="mark")


def difference_mark(found: Difference, scale: float) -> Html:
    """A dot with its interval from -`scale` to `scale`, around a line at no difference.

    Empty where it is beyond.
    """
    if math.isnan(found.difference) or abs(found.difference) > scale:
        return Html("")

    def at(value: float) -> str:
        return number(_x((value / scale + 1) / 2))

    y, below = number(_ROW / 2), number(_ROW)
    parts = [
        element("line", class_="rule", x1=at(end), x2=at(end), y1="0", y2=below)
        for end in (-scale, 0, scale)
    ]
    if not math.isnan(found.low):
        ends = {"x1": at(found.low), "x2": at(found.high)}
        parts.append(element("line", class_="span", y1=y, y2=y, **ends))
    parts.append(element("circle", class_="dot", cx=at(found.difference), cy=y, r="3.5"))
    return _drawing(_WIDTH, _ROW, joined(*parts), class_="mark")


def outcome_bar(counts: Sequence[tuple[str, int]]) -> Html:
    """A bar of outcomes, as long as their shares; `counts` by the names of outcomes."""
    total = sum(n for _, n in counts)
    width, gap = 1000.0, 2.0
    parts, x = [], 0.0
    for name, n in counts:
        length = width * n / total if total else 0.0
        if length:
            parts.append(
                element(
                    "rect",
                    class_=f"outcome-{name}",
                    x=number(x),
                    y="0",
                    width=number(max(length - gap, 1.0)),
                    height="20",
                )
            )
        x += length
    return _drawing(width, 20, joined(*parts), class_="bar", preserveAspectRatio="none")


def line_sign(place: int) -> Html:
    """A piece of a run's line, as a legend shows it."""
    line = element("line", class_=f"curve {run_class(place)}", x1="0", x2="28", y1="6", y2="6")
    return _drawing(28, 12, line, class_="sign")


def run_sign(place: int) -> Html:
    """A run's dot, beside its letter."""
    dot = element("circle", class_=f"dot {run_class(place)}", cx="6", cy="6", r="4")
    return _drawing(12, 12, dot, class_="sign square")


def square_sign(name: str) -> Html:
    """A piece of an outcome's bar, as a legend shows it."""
    square = element("rect", class_=f"outcome-{name}", x="0", y="0", width="12", height="12")
    return _drawing(12, 12, square, class_="sign square")


def _x(share: float) -> float:
    return _EDGE + max(0.0, min(1.0, share)) * (_WIDTH - 2 * _EDGE)


def _drawing(width: float, height: float, inner: Html, **attributes: str) -> Html:
    """A drawing that says nothing which its neighbours do not say in words."""
    box = f"0 0 {number(width)} {number(height)}"
    return element("svg", inner, viewBox=box, aria_hidden="true", focusable="false", **attributes)

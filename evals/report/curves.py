"""Curves and histograms as drawings with axes, a text alternative, and a table of the same."""

import math
from collections.abc import Sequence
from itertools import pairwise

from evals.abstention_measures import CurvePoint
from evals.report.marks import line_sign, number, run_class
from evals.report.markup import Html, columns, element, fold, foreign, joined, row, table
from evals.report.reported import Reported
from evals.report.words import counted, figure, percent, seconds

_WIDTH, _HEIGHT = 520.0, 330.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 66.0, 24.0, 14.0, 50.0
_TENTHS = [n / 10 for n in range(1, 11)]
_N_BINS = 30
# Of a histogram: the height of a run's strip, where it begins and how long it is.
_STRIP, _STRIP_LEFT, _STRIP_WIDTH = 84.0, 32.0, 450.0


class _Axes:
    """A plane from 0 to 1 by 0 to `high`, and what is drawn on it."""

    def __init__(self, high: float) -> None:
        self.high = high
        self.parts: list[Html] = []

    def x(self, share: float) -> float:
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - value / self.high * (_HEIGHT - _TOP - _BOTTOM)

    def line(self, ends: tuple[float, float, float, float], class_: str) -> None:
        x1, y1, x2, y2 = map(number, ends)
        self.parts.append(element("line", class_=class_, x1=x1, y1=y1, x2=x2, y2=y2))

    def words(self, x: float, y: float, words: str, **attributes: str) -> None:
        self.parts.append(element("text", words, x=number(x), y=number(y), **attributes))

    def frame(self, across: str, upward: str) -> None:
        """Lines, ticks in percent and the names of the axes."""
        for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
            self.words(self.x(tick), _HEIGHT - _BOTTOM + 18, percent(tick), text_anchor="middle")
        for place in range(5):
            tick = self.high * place / 4
            self.line((self.x(0), self.y(tick), self.x(1), self.y(tick)), "rule")
            self.words(
                _LEFT - 8,
                self.y(tick),
                percent(tick),
                text_anchor="end",
                dominant_baseline="middle",
            )
        self.words(self.x(0.5), _HEIGHT - 8, across, text_anchor="middle", class_="axis")
        middle = self.y(self.high / 2)
        turned = f"rotate(-90 12 {number(middle)})"
        self.words(12, middle, upward, text_anchor="middle", class_="axis", transform=turned)


def risk_coverage(runs: Sequence[Reported]) -> Html | None:
    """The risk-coverage curves of the runs that answered, with the threshold in force marked."""
    drawn = [(place, one) for place, one in enumerate(runs) if one.scores.curve]
    if not drawn:
        return None
    highest = max(point.risk for _, one in drawn for point in one.scores.curve)
    axes = _Axes(next(top for top in (0.04, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0) if highest <= top + 1e-9))
    axes.frame("coverage: share of questions answered", "risk: share of those that is wrong")
    alternatives, legend = [], []
    for place, one in drawn:
        steps = [f"{number(axes.x(p.coverage))},{number(axes.y(p.risk))}" for p in one.scores.curve]
        line = element("polyline", class_=f"curve {run_class(place)}", points=" ".join(steps))
        axes.parts.append(line)
        words = in_force(one)
        at = point_in_force(one)
        if at is not None:
            x, y = number(axes.x(at.coverage)), number(axes.y(at.risk))
            axes.parts.append(
                element("circle", class_=f"force {run_class(place)}", cx=x, cy=y, r="6")
            )
        name = f"Run {one.letter}: " if len(runs) > 1 else ""
        ends = " ".join(
            f"At a coverage of {percent(share)} the risk is {percent(point.risk)}."
            for share in (0.2, 0.5, 1.0)
            if (point := _at(one.scores.curve, share)) is not None
        )
        alternatives.append(f"{name}{ends} {words}")
        legend.append(
            element("li", line_sign(place), joined(" ", _name(one, runs), element("span", words)))
        )
    drawing = element(
        "svg",
        element("title", "Risk and coverage", id="risk-title"),
        element("desc", " ".join(alternatives), id="risk-words"),
        *axes.parts,
        viewBox=f"0 0 {number(_WIDTH)} {number(_HEIGHT)}",
        role="img",
        aria_labelledby="risk-title risk-words",
        class_="chart",
    )
    return element("figure", drawing, element("ul", *legend, class_="legend"), risk_table(runs))


def threshold_of(one: Reported) -> float | None:
    """The threshold that answers were held against, if it is one and the same."""
    found = {
        row.answer["threshold"]
        for row in one.rows.values()
        if row.answer is not None and isinstance(row.answer.get("threshold"), int | float)
    }
    return float(found.pop()) if len(found) == 1 else None


def point_in_force(one: Reported) -> CurvePoint | None:
    """The last point of the curve whose confidence reaches the threshold."""
    threshold = threshold_of(one)
    if threshold is None:
        return None
    reached = [point for point in one.scores.curve if point.threshold >= threshold]
    return reached[-1] if reached else None


def in_force(one: Reported) -> str:
    """What the ring on a run's curve marks: the threshold in force, and what reaches it."""
    threshold, at = threshold_of(one), point_in_force(one)
    if threshold is None:
        return "There is no one threshold to mark."
    if at is None:
        return f"No question reaches the threshold of {threshold:.2f}."
    return (
        f"The ring marks the threshold in force, {threshold:.2f}: {percent(at.coverage)} of the "
        f"questions reach it, and of these {percent(at.risk)} are wrong."
    )


def _name(one: Reported, runs: Sequence[Reported]) -> Html:
    if len(runs) == 1:
        return Html("")
    return joined(element("strong", one.letter), " ", foreign(one.name), " ")


def _at(curve: Sequence[CurvePoint], share: float) -> CurvePoint | None:
    """The first point that answers this share of the questions, or more."""
    return next((point for point in curve if point.coverage >= share - 1e-9), None)


def risk_table(runs: Sequence[Reported]) -> Html:
    """The curves of the runs that answered as a table, in a fold."""
    drawn = [one for one in runs if one.scores.curve]
    head = ["coverage"]
    for one in drawn:
        letter = f"{one.letter}: " if len(runs) > 1 else ""
        head += [f"{letter}risk", f"{letter}threshold"]
    rows = []
    for share in _TENTHS:
        cells: list[str] = []
        for one in drawn:
            point = _at(one.scores.curve, share)
            known = point is not None and math.isfinite(point.threshold)
            cells += [percent(point.risk) if point else "–"]
            cells += [figure(point.threshold) if point and known else "–"]
        rows.append(row(percent(share), *cells))
    words = "At least the share named is answered; questions of one confidence are taken together."
    return fold(
        "The same as a table",
        element("p", words, class_="quiet"),
        table(columns(*head), rows, label="Risk by coverage"),
    )


def time_histogram(runs: Sequence[Reported]) -> Html | None:
    """How long questions took in all, a strip for each run on one scale."""
    strips = [(place, one, _times(one)) for place, one in enumerate(runs)]
    strips = [strip for strip in strips if strip[2]]
    if not strips:
        return None
    every = sorted(value for _, _, values in strips for value in values)
    # One slow question must not press all others into the first bin.
    step = _nice(every[min(len(every) - 1, int(0.99 * len(every)))] / 5 or 0.2)
    high = 5 * step
    height = _STRIP * len(strips) + 40
    parts: list[Html] = []
    words = []
    for number_of, (place, one, values) in enumerate(strips):
        top = _STRIP * number_of + 6
        parts += _strip(values, (high, top), run_class(place))
        beyond = sum(value > high for value in values)
        name = f"{one.letter}: " if len(runs) > 1 else ""
        slower = f", {beyond} of them slower than the drawing shows" if beyond else ""
        words.append(f"{name}{counted(len(values), 'question')}{slower}.")
        if len(runs) > 1:
            parts.append(element("text", one.letter, x="8", y=number(top + 44), class_="axis"))
    floor = _STRIP * len(strips) + 20
    for tick in range(6):
        x = number(_STRIP_LEFT + _STRIP_WIDTH * tick / 5)
        words_of_tick = seconds(step * tick) if tick else "0"
        parts.append(element("text", words_of_tick, x=x, y=number(floor), text_anchor="middle"))
    drawing = element(
        "svg",
        element("title", "How long questions took", id="times-title"),
        element("desc", " ".join(words), id="times-words"),
        *parts,
        viewBox=f"0 0 {number(_WIDTH)} {number(height)}",
        role="img",
        aria_labelledby="times-title times-words",
        class_="chart",
    )
    caption = element("figcaption", "Seconds in all by question. ", " ".join(words))
    return element("figure", drawing, caption)


def _nice(step: float) -> float:
    """The next of 1, 2, 2.5 and 5 by a power of ten, so that ticks are round."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= step - 1e-12)


def _strip(values: Sequence[float], place: tuple[float, float], class_: str) -> list[Html]:
    """Bars of one run; `place` is the largest value and the upper edge."""
    high, top = place
    bins = [0] * _N_BINS
    for value in values:
        if value <= high:
            bins[min(_N_BINS - 1, int(value / high * _N_BINS))] += 1
    edges = [_STRIP_LEFT + _STRIP_WIDTH * n / _N_BINS for n in range(_N_BINS + 1)]
    tall = _STRIP - 14
    floor = top + tall
    parts = [
        element("line", class_="rule", x1=number(edges[0]), x2=number(edges[-1]), y1=number(floor),
                y2=number(floor))
    ]  # fmt: skip
    for n, (start, end) in zip(bins, pairwise(edges), strict=True):
        if n:
            length = max(1.0, tall * n / max(bins))
            parts.append(
                element(
                    "rect",
                    class_=f"column {class_}",
                    x=number(start + 0.5),
                    y=number(floor - length),
                    width=number(end - start - 1),
                    height=number(length),
                )
            )
    return parts


def _times(one: Reported) -> list[float]:
    found = (row.values["seconds"].get("total") for row in one.rows.values())
    return [float(value) for value in found if value is not None]

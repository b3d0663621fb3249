"""Charts drawn by the server as small SVG: geometry here, markup in `components/`; the same figures always stand in a table beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kit.french import MONTHS, NBSP, counted, day, number

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 12, 32
GAP = 0.2
"""Between two bars, in parts of a bar's place."""
MOST_DAYS, MOST_WEEKS = 62, 62
MOST_LABELS = 6
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; positions are text, since a template would write a number the French way."""

    label: str
    value: int
    said: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the chart, or a label below it."""

    label: str
    at: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars over time, ready for `components/chart_bars.html`."""

    bars: list[Bar]
    levels: list[Tick]
    marks: list[Tick]
    period: str
    summary: str
    total: int
    view_box: str = f"0 0 {WIDTH} {HEIGHT}"
    left: str = str(LEFT)
    right: str = str(WIDTH - RIGHT)
    base: str = str(HEIGHT - BOTTOM)
    label_y: str = str(HEIGHT - 10)
    level_x: str = str(LEFT - 6)

    @property
    def is_empty(self) -> bool:
        return self.total == 0


@dataclass(frozen=True, slots=True)
class Bucket:
    """What one bar stands for."""

    label: str
    when: str
    short: str
    value: int


def bars_over_time(days: Sequence[tuple[date, int]], one: str, several: str = "") -> BarChart:
    """A bar a day; over two months a bar a week (from Monday), over fourteen months a bar a month. `one` names what is counted.

    `days` are in order and leave none out; a day without anything is a bar of nothing, never a gap in time.
    """
    period, buckets = _buckets(days)
    top, step = _scale(max((bucket.value for bucket in buckets), default=0))
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(buckets))
    every = -(-len(buckets) // MOST_LABELS) or 1
    return BarChart(
        bars=[_bar(bucket, index, slot, top, counted(bucket.value, one, several)) for index, bucket in enumerate(buckets)],
        levels=[Tick(number(level), _text(_y(level, top))) for level in range(0, top + 1, step)],
        marks=[Tick(bucket.short, _text(LEFT + slot * (index + 0.5))) for index, bucket in enumerate(buckets) if index % every == 0],
        period=period,
        summary=_summary(buckets, one, several),
        total=sum(bucket.value for bucket in buckets),
    )


def _buckets(days: Sequence[tuple[date, int]]) -> tuple[str, list[Bucket]]:
    if len(days) <= MOST_DAYS:
        return "jour", [_bucket(day(on, weekday=True), "le {}", f"{on.day:02d}/{on.month:02d}", count) for on, count in days]
    if len(days) <= MOST_WEEKS * 7:
        weeks = _gathered([(on - timedelta(days=on.weekday()), count) for on, count in days])
        return "semaine", [_bucket(f"semaine du {day(on)}", "la {}", f"{on.day:02d}/{on.month:02d}", count) for on, count in weeks]
    months = _gathered([(on.replace(day=1), count) for on, count in days])
    return "mois", [_bucket(f"{MONTHS[on.month - 1]} {on.year}", "en {}", f"{on.month:02d}/{on.year}", count) for on, count in months]


def _bucket(label: str, when: str, short: str, value: int) -> Bucket:
    return Bucket(label, when.format(label), short, value)


def _gathered(days: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    totals: dict[date, int] = {}
    for on, count in days:
        totals[on] = totals.get(on, 0) + count
    return list(totals.items())


def _scale(highest: int) -> tuple[int, int]:
    """The top of the axis, and the step between its lines: round numbers, about four lines."""
    magnitude = 1
    while True:
        for step in (one * magnitude for one in STEPS):
            if step * 5 >= highest:
                return max(step, -(-highest // step) * step), step
        magnitude *= 10


def _bar(bucket: Bucket, index: int, slot: float, top: int, said: str) -> Bar:
    y = _y(bucket.value, top)
    return Bar(
        label=bucket.label,
        value=bucket.value,
        said=f"{bucket.label}{NBSP}: {said}",
        x=_text(LEFT + slot * (index + GAP / 2)),
        y=_text(y),
        width=_text(slot * (1 - GAP)),
        height=_text(HEIGHT - BOTTOM - y),
    )


def _y(value: int, top: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top


def _text(position: float) -> str:
    return f"{position:.2f}"


def _summary(buckets: Sequence[Bucket], one: str, several: str) -> str:
    total = sum(bucket.value for bucket in buckets)
    if not total:
        return f"Aucun {one} pour le moment."
    highest = max(buckets, key=lambda bucket: bucket.value)
    return f"{counted(total, one, several)} en tout{NBSP}; le plus grand nombre, {number(highest.value)}, {highest.when}."

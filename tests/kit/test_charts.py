"""Charts: what is drawn is what the table says, in every grouping; the SVG is well formed and passes the policy of contents."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings, strategies as st

from kit.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, BarChart, bars_over_time
from kit.french import NARROW_NBSP, NBSP
from tests.markup import Markup

MONDAY = date(2026, 2, 2)
BASE_Y = HEIGHT - BOTTOM
COUNTS = st.lists(st.integers(0, 60_000), min_size=1, max_size=500)


@dataclass
class Drawn:
    """A chart's markup, read back."""

    text: str
    tree: ET.Element
    drawing: ET.Element

    def attributes(self, tag: str, *names: str) -> list[tuple[float, ...]]:
        return [tuple(float(one.attrib[name]) for name in names) for one in self.drawing.iter(tag)]

    def table(self) -> dict[str, int]:
        rows = self.tree.findall(".//tbody/tr")
        return {row.findtext("th", ""): int(re.sub(r"\s", "", row.findtext("td", ""))) for row in rows}


def daily(*counts: int, start: date = MONDAY) -> list[tuple[date, int]]:
    return [(start + timedelta(days=index), count) for index, count in enumerate(counts)]


def draw(chart: BarChart, caption: str = "Dépôts") -> Drawn:
    text = render_to_string("components/chart_bars.html", {"chart": chart, "id": "depots", "caption": caption})
    tree = ET.fromstring(f"<div>{text}</div>")
    (drawing,) = tree.iter("svg")
    return Drawn(text, tree, drawing)


@settings(max_examples=40)
@given(COUNTS)
def test_heights_drawn_are_the_figures_of_the_table(counts):
    chart = bars_over_time(daily(*counts), "dépôt")
    if chart.is_empty:
        return

    drawn = draw(chart)

    highest_level, lowest_level = chart.levels[-1], chart.levels[0]
    top = int(highest_level.label.replace(NARROW_NBSP, ""))
    assert (float(lowest_level.at), float(highest_level.at)) == (BASE_Y, TOP)
    heights = drawn.attributes("rect", "y", "height")
    assert [y + height for y, height in heights] == pytest.approx([BASE_Y] * len(heights), abs=0.02)
    assert [height * top / (BASE_Y - TOP) for _, height in heights] == pytest.approx(list(drawn.table().values()), abs=top * 0.0001)
    assert sum(drawn.table().values()) == sum(counts) == chart.total


@given(COUNTS)
def test_bars_stand_in_order_inside_the_drawing_and_never_overlap(counts):
    chart = bars_over_time(daily(*counts), "dépôt")

    spans = [(float(bar.x), float(bar.x) + float(bar.width)) for bar in chart.bars]

    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert spans[0][0] >= LEFT
    assert spans[-1][1] <= WIDTH - RIGHT
    assert all(TOP - 0.01 <= float(bar.y) <= BASE_Y for bar in chart.bars)


@given(st.integers(0, 10**12))
def test_scale_is_round_holds_the_highest_and_has_few_lines(highest):
    chart = bars_over_time(daily(highest), "dépôt")

    levels = [int(level.label.replace(NARROW_NBSP, "")) for level in chart.levels]
    step = levels[1]
    assert levels == [step * index for index in range(len(levels))]
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert highest <= levels[-1] < highest + step or (highest, levels) == (0, [0, 1])
    assert len(levels) <= 6


@pytest.mark.parametrize(
    ("days", "period", "labels", "mark"),
    [
        (1, "jour", [f"lundi 2{NBSP}février 2026"], "02/02"),
        (62, "jour", None, "02/02"),
        (63, "semaine", None, "02/02"),
        (434, "semaine", None, "02/02"),
        (435, "mois", None, "02/2026"),
    ],
)
def test_a_long_time_is_gathered(days, period, labels, mark):
    chart = bars_over_time(daily(*[1] * days), "dépôt")

    assert (chart.period, chart.marks[0].label, chart.total) == (period, mark, days)
    assert len(chart.bars) <= 62
    assert len(chart.marks) <= 6
    assert labels is None or [bar.label for bar in chart.bars] == labels


def test_weeks_start_on_monday_and_months_on_the_first():
    thursday = date(2026, 1, 1)

    weeks = bars_over_time(daily(*[1] * 70, start=thursday), "dépôt")
    months = bars_over_time(daily(*[1] * 450, start=thursday), "dépôt")

    assert [(bar.label, bar.value) for bar in weeks.bars[:2]] == [
        (f"semaine du 29{NBSP}décembre 2025", 4),
        (f"semaine du 5{NBSP}janvier 2026", 7),
    ]
    assert [(bar.label, bar.value) for bar in months.bars[:2]] == [("janvier 2026", 31), ("février 2026", 28)]


@pytest.mark.parametrize(
    ("counts", "summary"),
    [
        ((0, 1), f"1{NBSP}dépôt en tout{NBSP}; le plus grand nombre, 1, le mardi 3{NBSP}février 2026."),
        ((2, 5, 5), f"12{NBSP}dépôts en tout{NBSP}; le plus grand nombre, 5, le mardi 3{NBSP}février 2026."),
        ((1200,), f"1{NARROW_NBSP}200{NBSP}dépôts en tout{NBSP}; le plus grand nombre, 1{NARROW_NBSP}200, le lundi 2{NBSP}février 2026."),
    ],
)
def test_summary_says_the_total_and_the_peak(counts, summary):
    assert bars_over_time(daily(*counts), "dépôt").summary == summary


@pytest.mark.parametrize(("days", "when"), [(70, f"la semaine du 9{NBSP}février 2026"), (450, "en mars 2026")])
def test_summary_of_what_is_gathered_names_the_week_or_the_month(days, when):
    counts = [0] * days
    counts[10 if days == 70 else 40] = 3

    assert bars_over_time(daily(*counts), "dépôt").summary == f"3{NBSP}dépôts en tout{NBSP}; le plus grand nombre, 3, {when}."


@pytest.mark.parametrize("days", [[], daily(0, 0, 0)])
def test_without_anything_to_count_a_sentence_replaces_the_drawing(days):
    chart = bars_over_time(days, "dossier déposé", "dossiers déposés")

    text = render_to_string("components/chart_bars.html", {"chart": chart, "id": "depots", "caption": "Dépôts"})

    assert chart.is_empty
    assert text.strip() == "<p>Aucun dossier déposé pour le moment.</p>"


def test_drawing_has_a_name_a_description_and_words_for_each_bar():
    drawn = draw(bars_over_time(daily(2, 0, 1), "dépôt"))

    (title, *bars) = drawn.drawing.iter("title")
    (description,) = drawn.drawing.iter("desc")
    assert drawn.drawing.attrib["role"] == "img"
    assert drawn.drawing.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
    assert (title.text, drawn.tree.findtext(".//table/caption")) == ("Dépôts par jour", "Dépôts par jour")
    assert description.text == drawn.tree.findtext(".//figcaption")
    assert [bar.text for bar in bars] == [
        f"lundi 2{NBSP}février 2026{NBSP}: 2{NBSP}dépôts",
        f"mardi 3{NBSP}février 2026{NBSP}: 0{NBSP}dépôt",
        f"mercredi 4{NBSP}février 2026{NBSP}: 1{NBSP}dépôt",
    ]


def test_drawing_stays_in_its_box_and_passes_the_policy_of_contents():
    drawn = draw(bars_over_time(daily(*range(62)), "dépôt"))

    assert drawn.drawing.attrib["viewBox"] == f"0 0 {WIDTH} {HEIGHT}"
    assert Markup(drawn.text).inline == []
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in drawn.attributes("text", "x", "y"))
    assert drawn.attributes("line", "x1", "x2") == [(LEFT, WIDTH - RIGHT)] * len(drawn.attributes("line", "x1"))


def test_words_given_are_escaped():
    chart = bars_over_time(daily(2), "<b>dépôt</b>", "\"><script>alert('x')</script>")

    drawn = draw(chart, '<i>Dépôts</i> & "autres"')

    assert [element.tag for element in drawn.tree.iter() if element.tag in {"b", "i", "script"}] == []
    assert drawn.drawing.findtext("title") == '<i>Dépôts</i> & "autres" par jour'
    assert "<script>alert('x')</script>" in drawn.drawing.findtext("rect/title", "")

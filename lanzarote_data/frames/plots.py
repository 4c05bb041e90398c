"""Plots for slides and reports (the extra ``plots``): each takes and returns a matplotlib axis.

All are readable in black and white and by colour-blind people: what differs in colour differs in
lightness and in hatching, line or marker too, and numbers stand where they count.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from lanzarote_data.frames.dataset import Dataset, load
from lanzarote_data.frames.extras import extra

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

PLOTS = ("urgency_by_chapter", "party_by_chapter", "follow_up_over_time")

# From dark to light, as the levels go from the most urgent on.
SHADES = ("#14213d", "#5f8fc4", "#e3ebf5", "#b8b8b8", "#ffffff")
HATCHES = ("", "///", "...", "xxx", "")
# The colours of Okabe and Ito that differ in lightness too, each with a line and a marker.
LINES = (
    ("#000000", "-", "o"),
    ("#0072b2", "--", "s"),
    ("#d55e00", "-.", "^"),
    ("#009e73", ":", "D"),
    ("#cc79a7", "-", "v"),
    ("#e69f00", "--", "X"),
)


def urgency_by_chapter(
    ax: Axes | None = None, *, data: Dataset | None = None, party: str = ""
) -> Axes:
    """Bars that show how many recommendations of each urgency a chapter has.

    All recommendations of ``data`` are shown, or with ``party`` what is addressed to that Party.
    Without ``ax`` a new figure is made.

    :raises LanzaroteError: matplotlib is not installed, or there is no such Party.

    >>> import lanzarote_data as lz
    >>> axis = lz.plots.urgency_by_chapter(party="BEL")
    >>> axis.get_xlabel()
    'Recommendations'
    """
    data = data or load()
    ax = ax or _new_axis((9, 5.5))
    table = data.counts("chapter_id", "urgency", party=party).unstack()
    table = table[table.sum(axis="columns") > 0]
    left = table.iloc[:, 0] * 0
    for urgency, shade, hatch in zip(table.columns, SHADES, HATCHES, strict=False):
        bars = ax.barh(
            _chapter_labels(data, table.index),
            table[urgency],
            left=left,
            label=str(urgency),
            color=shade,
            hatch=hatch,
            edgecolor="#14213d",
        )
        numbers = [str(number) if number else "" for number in table[urgency]]
        box = {"facecolor": shade, "edgecolor": "none", "pad": 1.0}
        ax.bar_label(bars, numbers, label_type="center", color=_ink(shade), bbox=box)
        left = left + table[urgency]
    ax.invert_yaxis()
    ax.set_xlabel("Recommendations")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(title="The Committee would", frameon=False, loc="lower right")
    return ax


def party_by_chapter(ax: Axes | None = None, *, data: Dataset | None = None) -> Axes:
    """A heat map: how many recommendations each Party has of its own in each chapter.

    Generic recommendations are left out, since they are the same for every Party. Shown are the
    Parties that have recommendations of their own in ``data``. Without ``ax`` a new figure is
    made.

    :raises LanzaroteError: matplotlib is not installed.

    >>> import lanzarote_data as lz
    >>> axis = lz.plots.party_by_chapter()
    >>> [label.get_text() for label in axis.get_yticklabels()]
    ['Belgium']
    """
    data = data or load()
    specific = data.recommendations.dropna(subset=["party_id"])
    grouped = specific.groupby(["party_id", "chapter_id"], observed=False).size().unstack()
    table = grouped[grouped.sum(axis="columns") > 0]
    ax = ax or _new_axis((9, 1.8 + 0.4 * len(table)))
    most = max(int(table.to_numpy().max(initial=0)), 1)
    image = ax.imshow(table, cmap="Blues", vmin=0, vmax=most, aspect="auto")
    names = data.parties.name
    ax.set_yticks(range(len(table)), [names[party] for party in table.index])
    ax.set_xticks(range(table.shape[1]), data.chapters.number[list(table.columns)])
    ax.set_xlabel("Chapter")
    for row, counts in enumerate(table.to_numpy()):
        for column, number in enumerate(counts):
            ink = _ink(image.to_rgba(number))
            ax.text(column, row, str(number), ha="center", va="center", color=ink)
    return ax


def follow_up_over_time(
    ax: Axes | None = None, *, data: Dataset | None = None, party: str = ""
) -> Axes:
    """Steps that show how many recommendations had which status, day by day.

    A recommendation and Party has the status of its latest entry in ``follow_up``. The words for
    a status are ours, not the formal vocabulary of the Committee. Without ``ax`` a new figure is
    made.

    :raises LanzaroteError: matplotlib is not installed, or there is no such Party.

    >>> import lanzarote_data as lz
    >>> axis = lz.plots.follow_up_over_time()
    >>> [text.get_text() for text in axis.texts]
    ['No follow-up has been reported yet.']
    """
    data = data or load()
    ax = ax or _new_axis((9, 5))
    table = _status_by_day(data.follow_up_history(party=party))
    ax.set_ylabel("Recommendations")
    ax.spines[["top", "right"]].set_visible(False)
    if table.empty:
        ax.text(
            0.5, 0.5, "No follow-up has been reported yet.", ha="center", transform=ax.transAxes
        )
        ax.set_axis_off()
        return ax
    for number, status in enumerate(table.columns):
        if table[status].any():
            colour, line, marker = LINES[number % len(LINES)]
            ax.step(
                table.index,
                table[status],
                where="post",
                linewidth=2,
                color=colour,
                linestyle=line,
                marker=marker,
                label=str(status),
            )
    ax.yaxis.set_major_locator(extra("matplotlib.ticker", "plots").MaxNLocator(integer=True))
    ax.set_ylim(bottom=0)
    ax.legend(title="Status (our words)", frameon=False)
    return ax


def _status_by_day(history: pandas.DataFrame) -> pandas.DataFrame:
    """How many recommendations stand at each status after each day on which something came."""
    import pandas

    statuses = history["status"].cat.categories
    standing: dict[tuple[str, str], str] = {}
    lines = {}
    columns = (history[name] for name in ("recommendation_id", "party_id", "status", "date"))
    for recommendation, party, status, date in zip(*columns, strict=True):
        standing[recommendation, party] = status
        counted = list(standing.values())
        lines[date] = [counted.count(one) for one in statuses]
    return pandas.DataFrame.from_dict(lines, orient="index", columns=list(statuses))


def _chapter_labels(data: Dataset, chapters: pandas.Index) -> list[str]:
    """A chapter as a label: its number and title, in lines that are not too long."""
    known = data.chapters
    titles = [f"{known.number[c]}. {known.title[c]}" for c in chapters]
    return [textwrap.fill(title, 42) for title in titles]


def _new_axis(size: tuple[float, float]) -> Axes:
    pyplot = extra("matplotlib.pyplot", "plots")
    axis: Axes = pyplot.subplots(figsize=size, layout="constrained")[1]
    return axis


def _ink(paper: object) -> str:
    """Black or white, whichever reads better on a colour."""
    red, green, blue = extra("matplotlib.colors", "plots").to_rgb(paper)
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"

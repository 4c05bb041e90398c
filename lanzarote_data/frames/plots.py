"""Plots for slides and reports (the extra ``plots``): each takes and returns a matplotlib axis.

All are readable in black and white and by colour-blind people: what differs in colour differs in
lightness too, and in hatching or by the number that stands there. ``data`` is the installed data
unless another is given, and without ``ax`` a new figure is made. ``credit=True`` writes the credit
line below, which has to be under what is published.
"""

from __future__ import annotations

import textwrap
from itertools import cycle
from typing import TYPE_CHECKING, cast

from lanzarote_data.frames.addressing import current
from lanzarote_data.frames.conversions import extra
from lanzarote_data.frames.dataset import Dataset, load
from lanzarote_data.frames.finding import kind_of
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.text.folding import folded

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

PLOTS = ("urgency_by_chapter", "party_by_chapter", "follow_up_over_time")

# What is drawn side by side differs in lightness and in hatching. The first three go from dark
# to light, as the levels of urgency go from the most urgent on.
LOOKS = (
    ("#14213d", ""),
    ("#5f8fc4", "///"),
    ("#e3ebf5", "..."),
    ("#a3a3a3", ""),
    ("#ffffff", "xxx"),
    ("#f2c14e", "\\\\\\"),
    ("#ffffff", ""),
)
NOTHING = "nothing reported"
EDGE = "#14213d"


def urgency_by_chapter(
    ax: Axes | None = None, *, data: Dataset | None = None, party: str = "", credit: bool = False
) -> Axes:
    """Bars that show how many recommendations of each urgency a chapter has.

    All recommendations are shown, or with ``party`` what is addressed to that Party. Every chapter
    has its line, so that two Parties can be set side by side.

    :raises LanzaroteError: matplotlib is not installed, or there is no such Party.

    >>> import lanzarote_data as lz
    >>> axis = lz.plots.urgency_by_chapter(party="BEL")
    >>> axis.get_xlabel()
    'Recommendations'
    """
    data = _dataset(data)
    ax = _axis(ax, (9, 5.5))
    table = data.counts("chapter_id", "urgency", party=party).unstack()
    left = table.iloc[:, 0] * 0
    for urgency, (shade, hatch) in zip(table.columns, cycle(LOOKS), strict=False):
        bars = ax.barh(
            _chapter_labels(data, table.index),
            table[urgency],
            left=left,
            label=str(urgency),
            color=shade,
            hatch=hatch,
            edgecolor=EDGE,
        )
        numbers = [str(number) if number else "" for number in table[urgency]]
        box = {"facecolor": shade, "edgecolor": "none", "pad": 1.5}
        ax.bar_label(bars, numbers, label_type="center", color=_ink(shade), bbox=box)
        left = left + table[urgency]
    ax.invert_yaxis()
    ax.set_xlabel("Recommendations")
    _show_numbers(ax, ax.xaxis, len(table.columns))
    return _credited(ax, data) if credit else ax


def party_by_chapter(
    ax: Axes | None = None, *, data: Dataset | None = None, credit: bool = False
) -> Axes:
    """A heat map: how many recommendations each Party has of its own in each chapter.

    Generic recommendations are left out, since they are the same for every Party. Shown are the
    Parties that have recommendations of their own, by name.

    :raises LanzaroteError: matplotlib is not installed.

    >>> import lanzarote_data as lz
    >>> axis = lz.plots.party_by_chapter()
    >>> "Belgium" in [label.get_text() for label in axis.get_yticklabels()]
    True
    """
    data = _dataset(data)
    specific = current(data.recommendations).dropna(subset=["party_id"])
    grouped = specific.groupby(["party_id", "chapter_id"], observed=False).size().unstack()
    names = data.parties.name
    table = grouped[grouped.sum(axis="columns") > 0]
    table = table.loc[sorted(table.index, key=lambda party: folded(names[party]))]
    ax = _axis(ax, (9, 1.8 + 0.4 * len(table)))
    most = max(int(table.to_numpy().max(initial=0)), 1)
    image = ax.imshow(table, cmap="Blues", vmin=0, vmax=most, aspect="auto")
    ax.set_yticks(range(len(table)), [names[party] for party in table.index])
    ax.set_xticks(range(table.shape[1]), data.chapters.number[list(table.columns)])
    ax.set_xlabel("Chapter")
    for row, counts in enumerate(table.to_numpy()):
        for column, number in enumerate(counts):
            ink = _ink(image.to_rgba(number))
            ax.text(column, row, str(number), ha="center", va="center", color=ink)
    return _credited(ax, data) if credit else ax


def follow_up_over_time(
    ax: Axes | None = None, *, data: Dataset | None = None, party: str = "", credit: bool = False
) -> Axes:
    """Layers that show how many recommendations had which status, day by day.

    A recommendation of the report and Party has the status of its latest entry in ``follow_up``;
    on the others nothing was reported. The words for a status are ours, not the formal vocabulary
    of the Committee.

    :raises LanzaroteError: matplotlib is not installed, or there is no such Party.

    >>> import lanzarote_data as lz
    >>> axis = lz.plots.follow_up_over_time()
    >>> axis.get_ylabel()
    'Recommendations'
    """
    data = _dataset(data)
    ax = _axis(ax, (9, 5))
    history = data.follow_up_history(party=party)
    ax.set_ylabel("Recommendations")
    if history.empty:
        ax.text(0.5, 0.5, f"{NOTHING.capitalize()}.", ha="center", transform=ax.transAxes)
        ax.set_axis_off()
        return _credited(ax, data) if credit else ax
    table = _status_by_day(history, _addressed(data, party))
    below = table.iloc[:, 0] * 0
    for number, status in enumerate(table.columns):
        colour, hatch = LOOKS[number % len(LOOKS)]
        if table[status].any():
            ax.fill_between(
                table.index,
                below,
                below + table[status],
                step="post",
                facecolor=colour,
                hatch=hatch,
                edgecolor=EDGE,
                label=str(status),
            )
        below = below + table[status]
    ax.set_ylim(bottom=0)
    _show_numbers(ax, ax.yaxis, 3)
    return _credited(ax, data) if credit else ax


Addressed = set[tuple[str, str]]
"""Recommendations of the report, each with a Party that it is addressed to."""


def _addressed(data: Dataset, party: str) -> Addressed:
    party_id = data.party(party) if party else ""
    return {pair for pair in data.matrix().index if party_id in ("", pair[1])}


def _status_by_day(history: pandas.DataFrame, addressed: Addressed) -> pandas.DataFrame:
    """How many recommendations have each status after each day on which something came."""
    import pandas

    statuses = history["status"].cat.categories
    standing: dict[tuple[str, str], str] = {}
    lines = {}
    columns = (history[name] for name in ("report_recommendation_id", "party_id", "status", "date"))
    for recommendation, party, status, date in zip(*columns, strict=True):
        standing[recommendation, party] = status
        counted = list(standing.values())
        silent = len(addressed - standing.keys())
        lines[date] = [*(counted.count(one) for one in statuses), silent]
    table = pandas.DataFrame.from_dict(lines, orient="index", columns=[*statuses, NOTHING])
    first, last = table.index[0], table.index[-1]  # the last step needs some length to be seen
    table.loc[last + max((last - first) / 12, pandas.Timedelta(days=7))] = table.iloc[-1]
    return table


def _credited(ax: Axes, data: Dataset) -> Axes:
    words = textwrap.fill(data.credit(), 90)
    ax.annotate(
        *(words, (0, 0), (0, -40), "axes fraction", "offset points"), va="top", fontsize="x-small"
    )
    return ax


def _chapter_labels(data: Dataset, chapters: pandas.Index) -> list[str]:
    """A chapter as a label: its number and title in at most two lines."""
    known = data.chapters
    titles = [f"{known.number[c]}. {known.title[c]}" for c in chapters]
    lines = (textwrap.wrap(title, 40, max_lines=2, placeholder=" …") for title in titles)
    return ["\n".join(label) for label in lines]


def _dataset(data: object) -> Dataset:
    if data is None or isinstance(data, Dataset):
        return data or load()
    raise LanzaroteError(f"{kind_of(data)} is no dataset.", "Write data=lz.load(path).")


def _axis(ax: object, size: tuple[float, float]) -> Axes:
    """The axis to draw on: the one given, or that of a new figure."""
    pyplot = extra("matplotlib.pyplot", "plots")
    if ax is None:
        ax = pyplot.subplots(figsize=size, layout="constrained")[1]
    if not isinstance(ax, pyplot.Axes):
        hint = "Write ax=pyplot.subplots()[1]."
        raise LanzaroteError(f"{kind_of(ax)} is no axis of matplotlib.", hint)
    return cast("Axes", ax)


def _show_numbers(ax: Axes, axis: Axis, columns: int) -> None:
    """Mark whole numbers alone on an axis that counts; the legend has so many columns."""
    axis.set_major_locator(extra("matplotlib.ticker", "plots").MaxNLocator(integer=True))
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False)


def _ink(paper: object) -> str:
    """Black or white, whichever reads better on a colour."""
    red, green, blue = extra("matplotlib.colors", "plots").to_rgb(paper)
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"

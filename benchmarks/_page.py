"""Results shown: as plain text, as the page ``docs/speed.md``, and as a chart of growth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._plan import WORKING, Comparison
from benchmarks._results import (
    GROWTH_HEADERS,
    HEADERS,
    OURS,
    Line,
    Measured,
    Results,
    growth_lines,
    lines,
)
from benchmarks._sizes import SIZES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PICTURE = "pictures/speed.svg"
_INTRODUCTION = """# Speed

Made by `python -m benchmarks`; the figures are those of the run that was kept last. Seconds differ
from machine to machine, so what counts are the ratios: each line stands beside what another
program takes for the same data, in the same run, on the same machine. A ratio of 0.5 is half the
time.

**What is measured.** Packages that a generator makes from a seed, the same bytes every time: the
lengths of their texts, markup and the shares of their kinds of rows are those of the real tables,
the words mean nothing. A row is one of a Party’s own: a recommendation, an observation, a
practice, a Party of a practice or a footnote. At 1,000,000 rows there are ten Parties with ten
workbooks: one workbook would unpack to more than the 400 megabytes that the import allows, and its
longest sheet would come near to the 1,048,576 rows at which a sheet of Excel ends. The workbooks to
import have one text in a hundred edited.

Each step runs in a process of its own, taking turns with its peers; the least time of several
runs counts (two at the large sizes). Time within a process is taken after all
libraries are loaded; “whole process” is from start to end. Memory is the most that the process had,
with Python and all libraries; “× tables” is that beside the size of the CSV files.

The peers do less: `to_excel` writes no layout and no lists to choose from, `read_excel` looks at
no formula, finds no edits and validates nothing, `frictionless validate` does not check the rules
of this package, `daff` compares tables only, `flatten-tool` takes rows to a workbook and back
without finding what changed. Where a peer stands beside no number, it takes too long at that size.
"""
_REASONS = """## What stands in the way of the targets that are not met

- **`import --dry-run` of one Party, with edits:** the result is checked with pandera. To import
  pandera, with pandas that it needs, takes by itself 1.1 to 1.4 times as long as the whole process
  of the peer. A workbook without edits changes nothing and needs no check: that takes 0.4 of it.
- **Validation** takes 0.28 to 0.32 in five runs; the version before took 0.42 on the same machine,
  and 0.31 on the one before, so that machines differ by more than is missing. Two fifths are the
  reader of CSV and the texts that it makes, a fifth the values and their constraints (pandera sees
  each text once), a third the rules, which frictionless does not have.
- **Import** takes 0.41 to 0.46 of openpyxl’s time on this machine, and took 0.34 on the one before,
  which was slower for openpyxl. A quarter each is the quick reader with the guard, the tables and
  the base, telling rows apart and merging, and the validation of what comes of it.
- **Growth of the difference:** it compares texts in memory and does nothing else. Those of 100,000
  rows (24 megabytes) come near to fitting into the processor’s cache (32), those of 1,000,000 do
  not. It takes a hundredth of the time of its peer.

Half of an export is packing: the rows are written as XML, a column at a time, and XlsxWriter makes
everything else. Validation, import and the dry run were measured on another machine than the rest;
each stands beside its peers of the same run.
"""
_RUNNING = """## To run it

```
pip install -e '.[bench]'
python -m benchmarks                  # up to 100,000 rows: some minutes
python -m benchmarks --all --keep     # all sizes; keeps the results and makes this page
python -m benchmarks --size '10,000 rows' --only import --folder build/benchmarks
python -m benchmarks generate 100000 build/large    # a package, to profile with
```

`--keep` writes `benchmarks/results.json`, this page and its chart; what was not measured
anew stays as it was. `python -m benchmarks edits` is something else: it looks for edits that get
lost, in ten thousand random scripts.
"""


def plain(results: Results) -> str:
    """The tables as text of even columns."""
    parts = []
    for size in results.sizes:
        rows = lines(results, size)
        if rows:
            parts.append(_even([(size, *HEADERS[1:]), *rows]))
    growth = growth_lines(results)
    if growth:
        parts.append(_even([GROWTH_HEADERS, *growth]))
    return "\n\n".join(parts)


def _even(rows: Sequence[Line]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def page(results: Results) -> str:
    """The page as Markdown."""
    parts = [_INTRODUCTION, f"## Ratios\n\n{_machine(results)}\n"]
    for size in results.sizes:
        rows = lines(results, size)
        if rows:
            parts.append(f"### {size[:1].upper()}{size[1:]}\n\n{_markdown(HEADERS, rows)}\n")
    growth = growth_lines(results)
    if growth:
        parts.append(f"## Growth\n\n{_markdown(GROWTH_HEADERS, growth)}\n")
    parts.append(f"![Seconds of each step by number of rows, beside peers]({PICTURE})\n")
    return "\n".join([*parts, _REASONS, _RUNNING])


def _machine(results: Results) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in results.made_with.items())
    return f"{versions}; {results.processors} processors."


def _markdown(headers: Line, rows: Iterable[Line]) -> str:
    parts = [headers, tuple("---" for _ in headers), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in parts)


def write(results: Results, docs: Path) -> None:
    """Write the page and its chart to the folder of the guides."""
    (docs / "speed.md").write_text(page(results), encoding="utf-8")
    (docs / PICTURE).parent.mkdir(parents=True, exist_ok=True)
    draw(results, docs / PICTURE)


def draw(results: Results, path: Path) -> None:
    """Draw the chart of growth: time by rows for each step and its peers, both logarithmic."""
    import matplotlib
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 6.5), layout="constrained")
    axes = figure.subplots(2, 4, sharex=True, sharey=True).flatten()
    for ax, comparison in zip(axes, WORKING, strict=False):
        _draw_step(ax, results, comparison)
    for ax in axes[len(WORKING) :]:
        _draw_memory(ax, results)
    # Without a date and with ids that do not change, the same results make the same file.
    with matplotlib.rc_context({"svg.hashsalt": "lanzarote", "svg.fonttype": "none"}):
        figure.savefig(path, metadata={"Date": None})


_LOOKS = (("#14213d", "o", "-"), ("#b3541e", "s", "--"), ("#5f8fc4", "^", ":"))


def _draw_step(ax: Axes, results: Results, comparison: Comparison) -> None:
    by = [OURS, *(peer.name for peer in comparison.peers)]
    for name, look in zip(by, _LOOKS, strict=False):
        found = _by_size(results, comparison.name, name)
        _line(ax, found, [measured.seconds for measured in found], name, look)
    ax.set_title(comparison.name, fontsize=10)
    ax.set_xlabel("rows", fontsize=8)
    ax.set_ylabel("seconds", fontsize=8)
    ax.set_yscale("log")
    _finish(ax)


def _draw_memory(ax: Axes, results: Results) -> None:
    """The most memory of the steps, in the last panel, on an axis of its own."""
    ax.set_axis_off()
    inner = ax.inset_axes((0.0, 0.0, 1.0, 1.0))
    shades = [*_LOOKS, ("#8a8a8a", "D", "-."), ("#4c7a34", "v", "-"), ("#7a4c8a", "P", "--")]
    shades.append(("#c9a227", "X", ":"))
    for comparison, look in zip(WORKING, shades, strict=True):
        found = _by_size(results, comparison.name, OURS)
        megabytes = [measured.peak / 1e6 for measured in found]
        _line(inner, found, megabytes, comparison.name, look)
    inner.set_title("most memory, megabytes", fontsize=10)
    inner.set_yscale("log")
    _finish(inner)


def _line(
    ax: Axes, found: list[Measured], values: list[float], name: str, look: tuple[str, str, str]
) -> None:
    colour, marker, style = look
    rows = {size.name: size.rows for size in SIZES}
    ax.plot(
        [rows[measured.size] for measured in found],
        values,
        label=name,
        color=colour,
        marker=marker,
        linestyle=style,
        markersize=4,
    )


def _by_size(results: Results, name: str, by: str) -> list[Measured]:
    found = (results.find(size, name, by) for size in results.sizes)
    return [measured for measured in found if measured]


def _finish(ax: Axes) -> None:
    ax.set_xscale("log")
    ax.minorticks_off()
    ax.grid(visible=True, which="major", linewidth=0.4)
    ax.tick_params(labelsize=8)
    ax.legend(fontsize=7)

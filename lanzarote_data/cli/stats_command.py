"""Count the recommendations by chapter, urgency and scope.

A generic recommendation counts once, not once for each Party. With --party only what is addressed
to that Party is counted: its own recommendations and the generic ones. Counted is the newest round
in which there are rows (of the Party), or the round that --round names.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Mapping, Sequence

from lanzarote_data.cli import DONE, common
from lanzarote_data.frames.dataset import Dataset, load
from lanzarote_data.frames.finding import find_party
from lanzarote_data.text.items import need_factsheets
from lanzarote_data.text.rounds import choose_round, urgencies_of
from lanzarote_data.text.spreadsheets import csv_text

EXAMPLE = "lanzarote stats --party BEL"
FORMAT = "lanzarote.stats/1"
LONGEST_TITLE = 25
FIELDS = ("chapter_id", "scope", "urgency")
Counts = Mapping[tuple[str, str, str], int]
"""Numbers by chapter, scope and urgency, in the order of each; zeros too."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--party", default="", metavar="ID", help="the Party’s three letters, or its name"
    )
    common.add_round(parser)
    parser.add_argument("--format", choices=("text", "json", "csv"), default="text")


def run(options: argparse.Namespace) -> int:
    data = load(common.descriptor_path(options))
    counts = _counts(data, options.party, options.round)
    if options.format == "json":
        listed = [dict(zip((*FIELDS, "count"), line, strict=True)) for line in _lines(counts)]
        common.print_json({"format": FORMAT, "counts": listed, "total": sum(counts.values())})
    elif options.format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow([*FIELDS, "count"])
        writer.writerows((*map(csv_text, line[:-1]), line[-1]) for line in _lines(counts))
    else:
        _print_table(_table(counts, data))
    return DONE


def _counts(data: Dataset, party: str, round_id: str) -> Counts:
    """The counts in the chapters and by the levels of urgency of one round."""
    need_factsheets(data.package)
    party_id = find_party(data.tables, party) if party else ""
    round_id = choose_round(data.tables, party_id, round_id)["round_id"]
    rounds = {row["chapter_id"]: row["round_id"] for row in data.tables.rows("chapters")}
    words = {row["urgency"] for row in urgencies_of(data.tables, round_id)}
    counted = data.counts(*FIELDS, party=party_id).reset_index()
    columns = (counted[name] for name in (*FIELDS, "recommendations"))
    found = {(str(c), str(s), str(u)): int(n) for c, s, u, n in zip(*columns, strict=True)}
    found = {key: number for key, number in found.items() if rounds[key[0]] == round_id}
    used = words | {urgency for (*_, urgency), number in found.items() if number}
    return {key: number for key, number in found.items() if key[2] in used}


def _lines(counts: Counts) -> list[tuple[str, str, str, int]]:
    return [(*key, number) for key, number in counts.items()]


def _table(counts: Counts, data: Dataset) -> list[list[str]]:
    """Two header lines, the first with the round; a line for each chapter, and the sums."""
    counted = {chapter for chapter, *_ in counts}
    rows = [row for row in data.tables.rows("chapters") if row["chapter_id"] in counted]
    ids = {row["round_id"] for row in rows}
    about = "".join(row["title"] for row in data.tables.rows("rounds") if row["round_id"] in ids)
    titles = {row["chapter_id"]: f"{row['number']}. {row['title']}" for row in rows}
    kinds = list(dict.fromkeys(key[1:] for key in counts))
    scopes = [scope if kinds[i - 1][0] != scope else "" for i, (scope, _) in enumerate(kinds)]
    heads = [[_short(about), *scopes, ""], ["Chapter", *(urgency for _, urgency in kinds), "total"]]
    lines = [[counts[chapter, *kind] for kind in kinds] for chapter in titles]
    lines.append([sum(column) for column in zip(*lines, strict=True)])
    shown = [[str(number or "·") for number in (*line, sum(line))] for line in lines]
    names = [*map(_short, titles.values()), "Total"]
    return [*heads, *([name, *line] for name, line in zip(names, shown, strict=True))]


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def _print_table(lines: Sequence[Sequence[str]]) -> None:
    """A table with its first column to the left and its numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *others in lines:
        cells = [text.rjust(width) for text, width in zip(others, widths[1:], strict=True)]
        common.say(" ".join([first.ljust(widths[0]), *cells]).rstrip())

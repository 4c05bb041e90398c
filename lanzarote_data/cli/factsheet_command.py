"""Write the factsheet of a Party from the tables.

It is that of the newest round in which the Party has rows, or of the round that --round names.
The formats are Markdown (md), one HTML file (html), Word (docx) and PDF (pdf). Without --format
the name of --out decides. Without --out, Markdown and HTML go to standard output; Word and PDF
files are written to the current folder as factsheet-BEL.docx or .pdf; where the Party has rows in
several rounds, the name has the round too.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lanzarote_data.cli import DONE, common
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.tables import Tables
from lanzarote_data.render.factsheet import WRITERS, rendered
from lanzarote_data.store.atomic import write_file
from lanzarote_data.store.tables import read_tables
from lanzarote_data.text.document import document_of
from lanzarote_data.text.items import Items, need_factsheets
from lanzarote_data.text.rounds import choose_round, factsheets_of, party_named

EXAMPLE = "lanzarote factsheet BEL --out factsheet-BEL.docx"
_OF_TEXT = ("md", "html")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("party", metavar="PARTY", help="the Party’s three letters, or its name")
    common.add_round(parser)
    parser.add_argument(
        "--format", choices=tuple(WRITERS), help="default: by the name of --out, else md"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="the file to write")


def run(options: argparse.Namespace) -> int:
    kind = options.format or _format_of(options.out)
    package = common.package_of(options)
    tables = read_tables(package).tables
    need_factsheets(package)
    party_id = party_named(tables, options.party)
    document = document_of(Items(tables), party_id, options.round)
    content = rendered(document, kind)
    out = options.out or _default_name(tables, party_id, options.round, kind)
    if out is None:
        common.write_out(content.decode("utf-8"))
        return DONE
    write_file(common.output_path(package, given=out), content)
    if document.notice:
        common.say_beside(f"Note: {document.notice}")
    common.say(f"{out}: written")
    return DONE


def _format_of(out: Path | None) -> str:
    if out is None:
        return "md"
    kind = out.suffix.lower().removeprefix(".")
    kind = {"markdown": "md", "htm": "html"}.get(kind, kind)
    if kind not in WRITERS:
        listed = ", ".join(f".{name}" for name in WRITERS)
        raise LanzaroteError(
            f"{out.name} does not say which format the factsheet shall have.",
            f"Give it one of the endings {listed}, or name the format with --format.",
        )
    return kind


def _default_name(tables: Tables, party_id: str, round_id: str, kind: str) -> Path | None:
    """The file that is written if none is named; none for text, which goes to the screen."""
    if kind in _OF_TEXT:
        return None

    chosen = choose_round(tables, party_id, round_id)["round_id"]
    names = {own_round: name for name, own_round in factsheets_of(tables, party_id).items()}
    return Path(f"factsheet-{names.get(chosen, f'{chosen}-{party_id}')}.{kind}")

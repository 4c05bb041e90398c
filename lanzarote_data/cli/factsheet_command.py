"""Write the factsheet of a Party from the tables.

Without --out a Markdown factsheet goes to standard output.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lanzarote_data.cli import DONE, common


def register(commands: common.Commands) -> None:
    """Declare the command."""
    example = "lanzarote factsheet BEL --out factsheet-BEL.md"
    parser = common.add_command(commands, "factsheet", __doc__, example)
    parser.add_argument("party", metavar="PARTY", help="the Party’s three letters")
    parser.add_argument("--format", choices=("md",), default="md")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the file to write")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from lanzarote_data.atomic import write_file
    from lanzarote_data.factsheet.document import document_of
    from lanzarote_data.factsheet.markdown import markdown_of
    from lanzarote_data.factsheet.order import factsheet_content
    from lanzarote_data.storage import read_tables

    tables = read_tables(common.package_of(options)).tables
    text = markdown_of(document_of(tables, factsheet_content(tables, options.party.upper())))
    if options.out:
        write_file(options.out, text.encode("utf-8"))
    else:
        print(text, end="")
    return DONE

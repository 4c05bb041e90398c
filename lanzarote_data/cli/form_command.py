"""Write the reporting form of a Party.

It shows what is addressed to the Party, with columns to fill in, and goes to the folder forms of
the package as BEL.xlsx; --for stakeholder asks for comments and goes to BEL-stakeholder.xlsx. A
form that came back is read in with 'lanzarote import'. A file there that has entries which were
not imported yet is not overwritten.
"""

from __future__ import annotations

import argparse

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.cli.export_command import say_exported
from lanzarote_data.cli.import_command import FORMAT
from lanzarote_data.frames.finding import find_party
from lanzarote_data.store.lock import locked
from lanzarote_data.text.items import need_factsheets
from lanzarote_data.workbook.exports import export_workbook
from lanzarote_data.workbook.form import file_name, form_view

EXAMPLE = "lanzarote form BEL --due 2026-12-31"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("party", metavar="PARTY", help="the Party’s three letters, or its name")
    parser.add_argument(
        "--for",
        dest="addressee",
        choices=("party", "stakeholder"),
        default="party",
        help="who fills it in: the Party reports measures (default), a stakeholder comments",
    )
    parser.add_argument("--due", type=common.day, metavar="DATE", help="until when, as 2026-12-31")
    common.add_round(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    package = common.package_of(options, to_write=True)
    need_factsheets(package, "report_recommendations", "citation_targets", "follow_up")
    with locked(package):
        tables = common.valid_tables(package)
        if tables is None:
            return PROBLEMS
        party_id = find_party(tables, options.party)
        view = form_view(tables, party_id, options.addressee, options.round, options.due or "")
        folder = common.output_path(package, "forms")
        exported = export_workbook(tables, view, folder, file_name(tables, view))
    if options.format == "json":
        empty: dict[str, object] = {"changes": [], "conflicts": [], "problems": []}
        written = {"applied": exported.state == "written", "path": str(exported.path)}
        common.print_json({"format": FORMAT} | written | empty)
    else:
        say_exported(exported)
    return PROBLEMS if exported.state == "kept" else DONE

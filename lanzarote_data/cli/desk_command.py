"""Open the local web page on which staff hand in workbooks.

The page is for this machine and the browser that this command opens; nobody else can use it. Stop
it with the button at its foot, or with Ctrl-C.
"""

from __future__ import annotations

import argparse

from lanzarote_data.cli import DONE, common
from lanzarote_data.model.errors import PackageError, how_to_install

EXAMPLE = "lanzarote desk"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=0, metavar="N", help="the port (default: a free one)"
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="print the address, and open no browser"
    )


def run(options: argparse.Namespace) -> int:
    package = common.package_of(options, to_write=True)
    try:
        from lanzarote_data.desk.serve import serve
    except ImportError as reason:
        raise PackageError(
            f"The desk needs a package that is not installed: {reason.name}.",
            how_to_install("desk"),
        ) from reason
    by = common.handed_in_by()
    serve(package, options.port, not options.no_browser, by, _tell)
    common.say("The desk is closed.")
    return DONE


def _tell(address: str) -> None:
    common.say(f"The desk is open: {address}")
    common.say("It is for this machine alone. Stop it with its button, or with Ctrl-C.")

"""Print the credit line to put under what you publish.

It names whose text and whose work the data is.
"""

from __future__ import annotations

import argparse

from lanzarote_data.cli import DONE, common


def register(commands: common.Commands) -> None:
    """Declare the command."""
    parser = common.add_command(commands, "credit", __doc__, "lanzarote credit")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from lanzarote_data.frames.dataset import load

    common.say(load(common.descriptor_path(options)).credit())
    return DONE

"""Print the credit line to put under what you publish.

It names whose text and whose work the data is.
"""

from __future__ import annotations

import argparse

from lanzarote_data.cli import DONE, common
from lanzarote_data.frames.dataset import load

EXAMPLE = "lanzarote credit"


def run(options: argparse.Namespace) -> int:
    common.say(load(common.descriptor_path(options)).credit())
    return DONE

"""The command line, as a person at a terminal and a program use it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lanzarote_data.cli import main


class Shell:
    """Runs commands in the current folder."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Exit status, standard output and standard error of a command."""
        try:
            status = main(arguments)
        except SystemExit as end:
            status = int(end.code or 0)
        return status, *self.capsys.readouterr()

    def json(self, *arguments: str) -> tuple[int, Any]:
        """Exit status and the one object on standard output."""
        status, out, _ = self(*arguments, "--format", "json")
        return status, json.loads(out)

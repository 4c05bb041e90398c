"""The tasks of a maintainer: ``nox -l`` lists them, ``nox -s fast`` runs one.

They use the environment that nox itself runs in, so set that up first (CONTRIBUTING.md).
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import nox

nox.options.sessions = ["style", "fast"]
nox.options.default_venv_backend = "none"
BIN = Path(sys.executable).parent


def run(session: nox.Session, tool: str, *arguments: str) -> None:
    """Run a tool of this environment, whether it is activated or not."""
    session.run(str(BIN / tool), *arguments, external=True)


@nox.session
def fast(session: nox.Session) -> None:
    """Run the tests that are not marked slow."""
    run(session, "pytest", "-q", "-m", "not slow", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests, those that drive LibreOffice and Chromium included."""
    run(session, "pytest", "-q", *session.posargs)


@nox.session
def lowest(session: nox.Session) -> None:
    """Run the fast tests with the lowest versions that pyproject.toml allows."""
    session.run(".ci/lowest", external=True)


@nox.session
def style(session: nox.Session) -> None:
    """Format, lint, check types and the direction of imports."""
    run(session, "ruff", "format", ".")
    run(session, "ruff", "check", "--fix", ".")
    run(session, "mypy")
    run(session, "lint-imports")


@nox.session
def docs(session: nox.Session) -> None:
    """Make the generated pages and modules again."""
    run(session, "python", "docs/generate.py")


@nox.session
def columns(session: nox.Session) -> None:
    """Write the header of each declared table, with its new columns, which are empty."""
    package = json.loads(Path("datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        path = Path(resource["path"])
        names = [field["name"] for field in resource["schema"]["fields"]]
        with path.open("a+", encoding="utf-8", newline="") as file:
            file.seek(0)
            rows = list(csv.DictReader(file))
            lost = set(rows[0]) - set(names) if rows else set()
            if lost:
                session.error(f"{path} has columns that are not declared: {sorted(lost)}")
            file.truncate(0)
            writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    run(session, "lanzarote", "validate", "--package", ".")


@nox.session
def build(session: nox.Session) -> None:
    """Validate the tables; make the workbooks and factsheets again."""
    run(session, "lanzarote", "build")


@nox.session
def everything(session: nox.Session) -> None:
    """Run what the server runs for each change."""
    session.run(".ci/run", external=True)

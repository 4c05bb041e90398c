"""The page of all problem codes: what each means, and where and how severely it is reported."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

from lanzarote_data.validate.rules import RULES

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "lanzarote_data"
CALLS = {
    "error": "error",
    "Fault": "error",
    "row_rule": "error",
    "table_rule": "error",
    "warning": "warning",
    "_report": "error",
    "_warn": "warning",
    "Doubt": "warning",
}
"""The calls that take a code first, and the severity of what they make."""

Uses = dict[str, tuple[set[str], set[str]]]


def page() -> str:
    """The page as Markdown.

    :raises ValueError: the code reports what ``problem-codes.toml`` does not explain, or the file
        explains what nothing reports.
    """
    meanings = _meanings()
    known = {code for group in meanings.values() for code in group}
    used = uses(known)
    unclear = known ^ set(used)
    if unclear:
        raise ValueError(f"docs/problem-codes.toml and the code disagree: {sorted(unclear)}")
    parts = [
        "# Problem codes",
        "Made by `python docs/generate.py`. Codes are stable: programs may rely on them "
        "(`lanzarote validate --format json`). An error stops what was asked for; a warning "
        "stops nothing. The message of each problem says what is wrong in the place at hand "
        "and what to do; this page says what a code means. Reported by: the folder of "
        "`lanzarote_data/` whose code reports it. For a rule, the meaning is what must hold.",
    ]
    for title, group in meanings.items():
        rows = (_line(code, text, *used[code]) for code, text in group.items())
        table = "\n".join(
            ["| code | severity | meaning | reported by |", "|---|---|---|---|", *rows]
        )
        parts += [f"## {title}", table]
    return "\n\n".join(parts) + "\n"


def _meanings() -> dict[str, dict[str, str]]:
    written = tomllib.loads((HERE / "problem-codes.toml").read_text(encoding="utf-8"))
    rules = {rule.code: rule.sentence for rule in RULES}
    return {"Descriptor": written.pop("Descriptor"), "Rules of the tables": rules, **written}


def _line(code: str, meaning: str, severities: set[str], rooms: set[str]) -> str:
    return (
        f"| `{code}` | {' or '.join(sorted(severities))} | {meaning} | {', '.join(sorted(rooms))} |"
    )


def uses(known: set[str]) -> Uses:
    """The severities of each code and the rooms that report it.

    A code is what one of ``CALLS`` takes first. A known one may also begin a tuple, as in a table
    of codes and sentences, and is an error there; one that is found in neither way is an error of
    the rooms that name it.
    """
    found: Uses = {}
    named: Uses = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).parts[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            code, severity = _reported(node)
            if code in known or (isinstance(node, ast.Call) and code):
                _add(found, code, severity, room)
            elif isinstance(node, ast.Constant) and node.value in known:
                _add(named, str(node.value), "error", room)
    return {**named, **found}


def _add(found: Uses, code: str, severity: str, room: str) -> None:
    severities, rooms = found.setdefault(code, (set(), set()))
    severities.add(severity)
    rooms.add(room)


def _reported(node: ast.AST) -> tuple[str, str]:
    """The code that a node of the syntax tree reports, and its severity; empty if none."""
    if isinstance(node, ast.Tuple):
        return _text(node.elts), "error"
    if not isinstance(node, ast.Call):
        return "", ""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    severity = CALLS.get(node.func.id if isinstance(node.func, ast.Name) else name, "")
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if isinstance(value := given.get("severity"), ast.Constant) and severity:
        severity = str(value.value)
    code = _text(node.args) if severity else ""
    # A log takes a sentence first.
    return "" if " " in code else code, "warning" if "harmless" in given else severity


def _text(items: list[ast.expr]) -> str:
    """The first of some expressions, if it is a text."""
    first = items[0] if items else None
    return str(first.value) if isinstance(first, ast.Constant) else ""

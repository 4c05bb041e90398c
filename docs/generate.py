"""Makes what is made from the code and the descriptor: ``python docs/generate.py``.

``docs/api.md`` comes from the docstrings of what ``lanzarote_data`` exports;
``lanzarote_data/frames/columns.py`` comes from ``datapackage.json``, so that editors complete
columns; ``docs/problem-codes.md`` comes from ``docs/problem-codes.toml`` and the code. A test says
when one of them is out of date.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

import lanzarote_data as lz  # noqa: E402
from docs import problem_codes  # noqa: E402
from lanzarote_data.frames import plots  # noqa: E402
from lanzarote_data.model.package import Package, Resource  # noqa: E402
from lanzarote_data.store.descriptor import load_package  # noqa: E402

TYPES = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "date": "Timestamp",
    "year": "int",
    "yearmonth": "str",
}


def main() -> None:
    """Write every generated file that is not as it should be."""
    for path, content in generated().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")
            print(f"{path.relative_to(TOP)}: written")


def generated() -> dict[Path, str]:
    """The generated files and their contents."""
    package = load_package(TOP)
    return {
        TOP / "docs" / "api.md": api(package),
        TOP / "docs" / "problem-codes.md": problem_codes.page(),
        TOP / "lanzarote_data" / "frames" / "columns.py": columns(package),
    }


def columns(package: Package) -> str:
    """The module that declares each table’s columns for editors and type checkers."""
    parts = [
        '"""The columns of each table, for editors and type checkers; never imported otherwise.',
        "",
        "Made from datapackage.json by docs/generate.py; a change there goes there, not here.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "from pandas import DataFrame, Series, Timestamp",
        "",
        *(line for resource in package.resources for line in _frame_class(resource)),
        "",
        "class Frames:",
        '    """The tables of the data, each an attribute."""',
        "",
        *(f"    {r.name}: {_class_name(r)}" for r in package.resources),
    ]
    # A table whose fields are all its key declares none.
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(parts)) + "\n"


def _frame_class(resource: Resource) -> Iterator[str]:
    from pandas import DataFrame

    yield from ("", f"class {_class_name(resource)}(DataFrame):")
    yield f'    """{resource.title}. {resource.description}"""'
    yield ""
    for field in resource.fields:
        # The key is the index, and a name that every frame has (rank) is no attribute.
        if field.name not in resource.primary_key and not hasattr(DataFrame, field.name):
            yield f"    {field.name}: Series[{TYPES[field.type]}]"
            yield f'    """{field.title}. {field.description}"""'
    yield ""


def _class_name(resource: Resource) -> str:
    return "".join(word.capitalize() for word in resource.name.split("_"))


def api(package: Package) -> str:
    """The API reference as Markdown, from signatures and docstrings."""
    tables = [f"| `lz.{r.name}` | {len(r.fields)} | {r.title} |" for r in package.resources]
    functions = [name for name in lz.__all__ if hasattr(lz.Dataset, name)]
    others = [n for n in lz.__all__ if n not in functions and n not in package and n != "plots"]
    drawn = [name for name in vars(plots) if getattr(plots, name).__doc__ and name in plots.PLOTS]
    parts = [
        "# API reference",
        "Made from the docstrings by `python docs/generate.py`. The guide is "
        "[analysts.md](analysts.md).",
        "Everything below is a name of the module: `import lanzarote_data as lz`.",
        "## Tables\n\nEach is a pandas frame, read when it is first asked for; "
        '`lz.describe("recommendations")` says what its columns mean.',
        "\n".join(["| frame | fields | table |", "|---|---|---|", *tables]),
        "## Questions\n\nEach asks the installed data; as a method of a `Dataset` it asks that.",
        *(part for name in functions for part in _entry(f"lz.{name}", getattr(lz.Dataset, name))),
        "## Plots\n\nThe extra `plots` (matplotlib) draws them.",
        *(part for name in drawn for part in _entry(f"lz.plots.{name}", getattr(plots, name))),
        "## Classes and other functions",
        *(part for name in others for part in _entry(f"lz.{name}", getattr(lz, name))),
        "## Methods of classes",
        *(part for kind in (lz.Dataset, lz.Problems) for part in _methods(kind, functions)),
    ]
    return "\n\n".join(parts) + "\n"


def _methods(kind: type, described: list[str]) -> Iterator[str]:
    """The methods of a class that are described nowhere else."""
    ours = [base for base in kind.__mro__ if base.__module__.startswith(lz.__name__)]
    for name in dict.fromkeys(name for base in ours for name in vars(base)):
        found = getattr(kind, name)
        if inspect.isroutine(found) and name[0] != "_" and name not in described:
            yield from _entry(f"{kind.__name__}.{name}", getattr(found, "__func__", found))


def _entry(name: str, thing: object) -> Iterator[str]:
    yield f"### `{name}`"
    if not (inspect.isclass(thing) and issubclass(thing, Exception)):
        signature = str(inspect.signature(thing))  # type: ignore[arg-type]
        call = f"{name}{signature}"
        call = re.sub(r"\((self|cls)(, )?", "(", call)
        yield f"```python\n{_short(call)}\n```"
    yield _markdown(inspect.getdoc(thing) or "")


def _short(call: str) -> str:
    """A signature without the quotes around annotations and without module paths, but for
    polars, whose frames are others.
    """
    unquoted = re.sub(r"(: |-> )'([^']*)'", r"\1\2", call)
    return re.sub(r"\b(?!polars)(?:[a-z_]+\.)+(?=[A-Z])", "", unquoted).replace("'", '"')


def _markdown(docstring: str) -> str:
    """A docstring as Markdown: examples fenced, roles and ``literals`` in backquotes."""
    body, _, example = docstring.partition("\n>>> ")
    body = re.sub(r":(?:meth|func|class|data):`[~.]?([^`]*)`", r"`\1`", body.replace("``", "`"))
    body = re.sub(r"^:raises (\w+): ", r"Raises `\1`: ", body, flags=re.MULTILINE)
    return body.strip() + (f"\n\n```pycon\n>>> {example.strip()}\n```" if example else "")


if __name__ == "__main__":
    main()

"""What the other programs do: ``python -m benchmarks.peers NAME ARGUMENT …``.

They do less: no layout and no lists to choose from, no edits found, nothing validated.
"""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas


def run(name: str, *arguments: str) -> tuple[str, ...]:
    """The arguments with which Python runs one of the functions below in a process of its own."""
    return ("-m", "benchmarks.peers", name, *arguments)


def read_excel(engine: Any, place: str) -> None:
    """Read the first sheets with rows of a workbook, or of every workbook in a folder."""
    import pandas

    path = Path(place)
    for book in sorted(path.glob("[A-Z]*.xlsx")) if path.is_dir() else [path]:
        with pandas.ExcelFile(book, engine=engine) as opened:
            titles = [title for title in opened.sheet_names if not str(title).startswith("_")]
            opened.parse(titles[1:], dtype=str)


def _frames(package: str) -> dict[str, pandas.DataFrame]:
    import pandas

    described = json.loads(Path(package, "datapackage.json").read_text(encoding="utf-8"))
    return {
        resource["name"]: pandas.read_csv(
            Path(package, resource["path"]), dtype="str", keep_default_na=False
        )
        for resource in described["resources"]
    }


def to_excel(package: str, out: str) -> None:
    """Write the rows of one Party to a workbook, a sheet for each table."""
    import pandas

    with pandas.ExcelWriter(out, engine="openpyxl") as writer:
        for name, frame in _frames(package).items():
            own = frame[frame.iloc[:, 0].str.contains("-BEL-") | (len(frame) < 100)]
            own.to_excel(writer, sheet_name=name, index=False)


def release(package: str, out: str) -> None:
    """Write all tables in six formats, and put them into a zip."""
    import sqlite3

    import pandas

    folder = Path(out)
    folder.mkdir(exist_ok=True)
    frames = _frames(package)
    database = sqlite3.connect(folder / "tables.sqlite")
    with pandas.ExcelWriter(folder / "tables.xlsx", engine="xlsxwriter") as writer:
        for name, frame in frames.items():
            frame.to_csv(folder / f"{name}.csv", index=False)
            frame.to_json(folder / f"{name}.jsonl", orient="records", lines=True)
            frame.to_parquet(folder / f"{name}.parquet")
            frame.to_html(folder / f"{name}.html")
            frame.to_sql(name, database, if_exists="replace", index=False)
            frame.to_excel(writer, sheet_name=name, index=False)
    database.close()
    with zipfile.ZipFile(folder / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            if path.suffix != ".zip":
                archive.write(path, path.name)


def copy(place: str, out: str) -> None:
    """Copy a folder: the limit of how quickly its files can be written."""
    shutil.copytree(place, out)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])

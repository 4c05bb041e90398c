"""Makes the pictures of workbooks for the guides: ``python docs/pictures.py``.

LibreOffice prints a few rows and columns of a committed workbook, so that they are legible at the
width at which a page shows them. Run it when the look of workbooks has changed. It needs
LibreOffice and pdftoppm (poppler-utils).
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).resolve().parent.parent
WIDTH = 1760
"""Pixels: twice the width at which a page shows a picture, for screens of high resolution."""


class Picture(NamedTuple):
    """What a picture shows: the columns of a sheet by their headers, and the rows by their ids."""

    sheet: str
    columns: tuple[str, ...]
    first: str
    last: str


PICTURES = {
    "recommendations": Picture(
        "Recommendations", ("↳ Id", "Urgency", "Lead-in", "Text"), "R2-BEL-X-4", "R2-BEL-X-3"
    ),
    "citations": Picture(
        "Citations",
        ("↳ Id", "Recommendation", "Marker", "Kind", "Locator", "Text of the footnote"),
        "R2-BEL-X-4.1",
        "R2-BEL-X-3.1",
    ),
}


def main() -> None:
    """Make every picture again."""
    for name, picture in PICTURES.items():
        with tempfile.TemporaryDirectory() as folder:
            _print(picture, Path(folder))
            target = TOP / "docs" / "pictures" / name
            command = ["pdftoppm", "-png", "-singlefile", "-scale-to-x", str(WIDTH)]
            command += ["-scale-to-y", "-1", str(Path(folder, "part.pdf")), str(target)]
            subprocess.run(command, check=True)
        _trim(target.with_suffix(".png"))


def _print(picture: Picture, folder: Path) -> None:
    """Print the part of the sheet that a picture shows to ``part.pdf``."""
    import openpyxl

    workbook = openpyxl.load_workbook(TOP / "workbooks" / "BEL.xlsx")
    for sheet in workbook:
        sheet.sheet_state = "visible" if sheet.title == picture.sheet else "hidden"
    sheet = workbook[picture.sheet]
    workbook.active = sheet
    header = [cell.value for cell in sheet[1]]
    # Neighbours of one width share an entry, in which they could only be hidden together.
    for shared in list(sheet.column_dimensions.values()):
        for cell in sheet[1][shared.min - 1 : shared.max]:
            column = openpyxl.worksheet.dimensions.ColumnDimension(
                sheet, cell.column_letter, shared.width, hidden=cell.value not in picture.columns
            )
            sheet.column_dimensions[cell.column_letter] = column
    ids = [row[header.index("↳ Id")].value for row in sheet.iter_rows()]
    shown = range(ids.index(picture.first) + 1, ids.index(picture.last) + 2)
    for line in range(2, sheet.max_row + 1):
        sheet.row_dimensions[line].hidden = line not in shown
    sheet.oddFooter.left.text = sheet.oddFooter.center.text = sheet.oddFooter.right.text = None
    sheet.page_margins = openpyxl.worksheet.page.PageMargins(0.1, 0.1, 0.1, 0.1, 0, 0)
    workbook.save(folder / "part.xlsx")
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(folder), str(folder / "part.xlsx")]
    subprocess.run(command, check=True, capture_output=True)


def _trim(path: Path) -> None:
    """Cut the white margins off, and keep few colours, so that the file is small."""
    from PIL import Image, ImageChops

    picture = Image.open(path).convert("RGB")
    box = ImageChops.invert(picture).getbbox()
    picture.crop(box).quantize(64).save(path, optimize=True)


if __name__ == "__main__":
    main()

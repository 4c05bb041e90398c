"""Makes the pictures for the guides: ``python docs/pictures.py``, in the top folder.

LibreOffice prints a few rows and columns of a committed workbook, or of a form, so that they are
legible at the width at which a page shows them; Chromium shows pages of the site, and of the desk
with invented rows. Run it when the look of one of them has changed. It needs LibreOffice,
pdftoppm (poppler-utils) and Chromium.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from copy import copy
from pathlib import Path
from typing import Any, NamedTuple

from lanzarote_data.store.descriptor import load_package

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

from lanzarote_data.model.package import Package  # noqa: E402
from tests.conftest import BROWSERS, QUIET  # noqa: E402
from tests.packages import copy_package  # noqa: E402
from tests.test_desk import OBS, REC, change_tables, saved  # noqa: E402
from tests.test_desk_browser import Person, opened  # noqa: E402
from tests.workbooks import make, put  # noqa: E402

WIDTH = 1760
"""Pixels: twice the width at which a page shows a picture, for screens of high resolution."""


class Picture(NamedTuple):
    """What a picture shows: the columns of a sheet by their headers, and the rows by their ids.

    The column of ids is the one named first; without columns the whole sheet is shown.
    """

    sheet: str
    columns: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    of_form: bool = False


PICTURES = {
    "recommendations": Picture(
        "Recommendations", ("↳ Id", "Urgency", "Text", "Lead-in"), "R2-BEL-X-4", "R2-BEL-X-3"
    ),
    "citations": Picture(
        "Citations",
        ("↳ Id", "Belongs to", "Marker", "Text of the footnote", "Kind", "Locator"),
        "R2-BEL-X-4.1",
        "R2-BEL-X-3.1",
    ),
    "form-start": Picture("Read me", of_form=True),
    "form-report": Picture(
        "Report",
        ("Code", "Urgency", "Recommendation", "Date", "Status", "Measures taken", "Source"),
        "VIII-4",
        "VIII-5",
        of_form=True,
    ),
}
FILLED = (
    "2026-03-01",
    "under way",
    "A synthetic measure, as an example.",
    "Letter of 1 March 2026",
)


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
    _picture_of_site(TOP / "docs" / "pictures" / "site-standing.png")
    _desk()


def _desk() -> None:
    """Take the pictures of the desk, each of the main part of a page."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        package = copy_package("small", Path(folder) / "package")
        browser = driver.chromium.launch(executable_path=found, args=list(QUIET))
        for person in opened(browser, package, device_scale_factor=1.5):
            _journey(person, package)
        browser.close()


def _journey(person: Person, package: Package) -> None:
    make(package, "ALL")
    changed = put(OBS, "R2-BEL-II-o1", "Text", "The Committee observes a synthetic matter.[^1]")
    good = saved(package, "good.xlsx", changed)
    more = put(REC, "R2-BEL-II-1", "Text", "to consider a synthetic recommendation in full.[^1]")
    conflict = saved(package, "conflict.xlsx", more)
    change_tables(package, "R2-BEL-II-1", "to carefully consider a synthetic recommendation.[^1]")
    good = good.rename(good.with_name("BEL from Ann.xlsx"))
    conflict = conflict.rename(conflict.with_name("BEL from Ben.xlsx"))
    person.hand_in(conflict)
    _take(person, "desk-conflict", 760)
    person.hand_in(good)
    _take(person, "desk-changes", 760)
    person.apply()
    person.page.get_by_role("link", name="Start", exact=True).click()
    _take(person, "desk-start", 760)


def _take(person: Person, name: str, height: int) -> None:
    person.page.set_viewport_size({"width": 1100, "height": height})
    path = TOP / "docs" / "pictures" / f"{name}.png"
    person.page.screenshot(path=path)
    _trim(path)


def _print(picture: Picture, folder: Path) -> None:
    """Print the part of the sheet that a picture shows to ``part.pdf``."""
    import openpyxl

    workbook = openpyxl.load_workbook(
        _form() if picture.of_form else TOP / "workbooks" / "BEL.xlsx"
    )
    for sheet in workbook:
        sheet.sheet_state = "visible" if sheet.title == picture.sheet else "hidden"
        sheet.print_area = None
    sheet = workbook[picture.sheet]
    workbook.active = sheet
    if picture.columns:
        _hide_the_rest(sheet, picture)
    sheet.oddFooter.left.text = sheet.oddFooter.center.text = sheet.oddFooter.right.text = None
    sheet.page_margins = openpyxl.worksheet.page.PageMargins(0.1, 0.1, 0.1, 0.1, 0, 0)
    workbook.save(folder / "part.xlsx")
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(folder), str(folder / "part.xlsx")]
    subprocess.run(command, check=True, capture_output=True)


def _hide_the_rest(sheet: Any, picture: Picture) -> None:
    """Hide the columns and rows of a sheet that the picture does not show."""
    import openpyxl

    header = [cell.value for cell in sheet[1]]
    # Neighbours of one width share an entry, in which they could only be hidden together.
    for shared in list(sheet.column_dimensions.values()):
        for cell in sheet[1][shared.min - 1 : shared.max]:
            column = openpyxl.worksheet.dimensions.ColumnDimension(
                sheet, cell.column_letter, shared.width, hidden=cell.value not in picture.columns
            )
            sheet.column_dimensions[cell.column_letter] = column
    ids = [row[header.index(picture.columns[0])].value for row in sheet.iter_rows()]
    shown = range(ids.index(picture.first) + 1, ids.index(picture.last) + 2)
    for line in range(2, sheet.max_row + 1):
        sheet.row_dimensions[line].hidden = line not in shown


def _form() -> io.BytesIO:
    """The form of Belgium with one row filled in."""
    import openpyxl

    from lanzarote_data.store.tables import read_tables
    from lanzarote_data.workbook.form import form_view
    from lanzarote_data.workbook.write import workbook_bytes

    tables = read_tables(load_package(TOP)).tables
    content = workbook_bytes(tables, form_view(tables, "BEL", "party", "", "2026-12-31"))
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Report"]
    line = next(row[0].row for row in sheet.iter_rows() if row[0].value == "VIII-4")
    for column, text in enumerate(FILLED, start=5):
        cell = sheet.cell(line, column, text)
        cell._style = copy(sheet.column_dimensions[cell.column_letter]._style)
    made = io.BytesIO()
    book.save(made)
    return made


def _picture_of_site(target: Path) -> None:
    """A picture of the table of where matters stand, as a screen shows it."""
    from playwright.sync_api import sync_playwright

    from lanzarote_data.site.build import build_site
    from lanzarote_data.store.tables import read_tables

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        build_site(read_tables(load_package(TOP)).tables, Path(folder))
        program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))))
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(Path(folder, "standing.html").as_uri())
        page.screenshot(path=str(target))
        browser.close()
    _trim(target)


def _trim(path: Path) -> None:
    """Cut the white margins off, and keep few colours, so that the file is small."""
    from PIL import Image, ImageChops

    picture = Image.open(path).convert("RGB")
    box = ImageChops.invert(picture).getbbox()
    picture.crop(box).quantize(64).save(path, optimize=True)


if __name__ == "__main__":
    main()

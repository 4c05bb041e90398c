"""Do in LibreOffice Calc what a person does; run by a python that has `uno`.

The package around this file starts it beside a LibreOffice that listens on a port, and talks to
it in lines of JSON: a request on standard input, its answer on standard output. A request opens
a workbook, performs steps and saves the result. An answer is `{}`, or it has `error`, where one
is at fault the number of the `step`, and `gone` when LibreOffice itself has ended. At the end of
its input the server asks LibreOffice to terminate.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

uno: Any = importlib.import_module("uno")
UnoError: Any = uno.getClass("com.sun.star.uno.Exception")
NotYetError: Any = uno.getClass("com.sun.star.connection.NoConnectException")

SAVE_FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".ods": "calc8",
    ".pdf": "calc_pdf_Export",
    ".csv": "Text - txt - csv (StarCalc)",
}
CSV_COMMA_QUOTE_UTF8 = "44,34,76,1"
BOLD = 150.0
SECONDS_BETWEEN_TRIES = 0.02


class StepError(Exception):
    """What LibreOffice refused, or what it could not do as asked."""


# --- LibreOffice ------------------------------------------------------------------------------


def properties(**values: Any) -> tuple[Any, ...]:
    """Return the values as UNO property values."""
    return tuple(
        uno.createUnoStruct("com.sun.star.beans.PropertyValue", Name=name, Value=value)
        for name, value in values.items()
    )


def elements(container: Any) -> Iterator[Any]:
    """Yield what a UNO container enumerates."""
    enumeration = container.createEnumeration()
    while enumeration.hasMoreElements():
        yield enumeration.nextElement()


def connect(port: int) -> Any:
    """Return the component context of the LibreOffice on the port, as soon as it is up."""
    context = uno.getComponentContext()
    resolver = create(context, "com.sun.star.bridge.UnoUrlResolver")
    address = f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext"
    while True:
        try:
            return resolver.resolve(address)
        except NotYetError:
            time.sleep(SECONDS_BETWEEN_TRIES)


def create(context: Any, service: str) -> Any:
    """Return a new instance of a UNO service."""
    return context.ServiceManager.createInstanceWithContext(service, context)


def profile_of(context: Any) -> str:
    """Return the URL of the user profile that this LibreOffice runs with."""
    substitution = create(context, "com.sun.star.util.PathSubstitution")
    return str(substitution.substituteVariables("$(user)", True))


def transferable(text: str) -> Any:
    """Return plain text to paste: an object with the UNO interface `XTransferable`."""
    interfaces = ("com.sun.star.lang.XTypeProvider", "com.sun.star.datatransfer.XTransferable")
    format_of_text = ("text/plain;charset=utf-16", "", uno.getTypeByName("string"))
    flavor = uno.createUnoStruct("com.sun.star.datatransfer.DataFlavor", *format_of_text)
    return SimpleNamespace(
        getTypes=lambda: tuple(uno.getTypeByName(name) for name in interfaces),
        getImplementationId=lambda: (),
        getTransferDataFlavors=lambda: (flavor,),
        isDataFlavorSupported=lambda asked: asked.MimeType == flavor.MimeType,
        getTransferData=lambda _asked: text,
    )


def is_alive(context: Any) -> bool:
    """Return whether LibreOffice still answers."""
    try:
        return bool(profile_of(context))
    except (UnoError, AttributeError):
        return False


class Keyboard:
    """The keys that a person strikes in the window of a document."""

    def __init__(self, window: Any) -> None:
        self.window = window
        self.toolkit = window.getToolkit()
        self.window.setFocus()

    def type(self, text: str) -> None:
        """Strike the keys of a text, Ctrl+Enter for a new line, and Enter at its end."""
        for character in text:
            if character == "\n":
                self.enter(control=True)
            else:
                self._strike_units(character)
        self.enter()

    def enter(self, *, control: bool = False) -> None:
        """Strike Enter, with or without the Ctrl key."""
        key = uno.getConstantByName("com.sun.star.awt.Key.RETURN")
        ctrl = uno.getConstantByName("com.sun.star.awt.KeyModifier.MOD1")
        self._strike("\r", KeyCode=key, Modifiers=ctrl if control else 0)

    def _strike_units(self, character: str) -> None:
        encoded = character.encode("utf-16-be", "surrogatepass")
        for high, low in zip(encoded[::2], encoded[1::2], strict=True):
            self._strike(chr(high << 8 | low))

    def _strike(self, unit: str, **values: int) -> None:
        event = uno.createUnoStruct("com.sun.star.awt.KeyEvent", KeyChar=uno.Char(unit), **values)
        event.Source = self.window
        self.toolkit.keyPress(event)
        self.toolkit.keyRelease(event)
        self.toolkit.processEventsToIdle()


class Workbook:
    """A document that is open in Calc."""

    def __init__(self, context: Any, url: str) -> None:
        self.context = context
        self.dispatcher = create(context, "com.sun.star.frame.DispatchHelper")
        self.document = self._open(url)
        self.unhidden: list[Any] = []

    def _open(self, url: str) -> Any:
        # A window that is loaded with `Hidden` crashes at its second message box.
        options = {"FilterName": SAVE_FILTERS[".csv"], "FilterOptions": CSV_COMMA_QUOTE_UTF8}
        chosen = properties(**options) if url.endswith(".csv") else ()
        document = self._desktop().loadComponentFromURL(url, "_blank", 0, chosen)
        if document is None:
            raise StepError("LibreOffice cannot open it")
        if not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            document.close(True)
            raise StepError("LibreOffice does not open it as a spreadsheet")
        return document

    def _desktop(self) -> Any:
        return create(self.context, "com.sun.star.frame.Desktop")

    def save(self, url: str, suffix: str) -> None:
        """Save the document in the format that the suffix names."""
        options = {"FilterName": SAVE_FILTERS[suffix]}
        if suffix == ".csv":
            options["FilterOptions"] = CSV_COMMA_QUOTE_UTF8
        try:
            self.document.storeToURL(url, properties(**options))
        except UnoError as error:
            raise StepError(f"LibreOffice cannot save it: {error.Message}") from error

    def close(self) -> None:
        """Close the document without saving it."""
        self.document.close(True)

    # --- where a person looks ---

    @property
    def controller(self) -> Any:
        """The controller of the window that shows the document."""
        return self.document.CurrentController

    def sheet(self, name: str) -> Any:
        """Return a sheet by its name."""
        sheets = self.document.Sheets
        if not sheets.hasByName(name):
            raise StepError(f"no sheet {name!r}, only {', '.join(sheets.ElementNames)}")
        return sheets.getByName(name)

    def cells(self, sheet: str, address: str) -> Any:
        """Return the cells of a sheet at an address such as `B2`, `B2:C9`, `5:5` or `C:C`."""
        try:
            return self.sheet(sheet).getCellRangeByName(address)
        except UnoError as error:
            raise StepError(f"{address!r} is no address of cells") from error

    def show(self, sheet: str) -> None:
        """Make a sheet the active one; a hidden one is unhidden until `hide_again`."""
        found = self.sheet(sheet)
        if not found.IsVisible:
            found.IsVisible = True
            self.unhidden.append(found)
        self.controller.setActiveSheet(found)
        if self.controller.ActiveSheet.Name != sheet:
            raise StepError(f"LibreOffice does not show the sheet {sheet!r}")

    def hide_again(self) -> None:
        """Hide what `show` has unhidden, apart from sheets that are gone since."""
        while self.unhidden:
            with contextlib.suppress(UnoError):
                self.unhidden.pop().IsVisible = False

    def go_to(self, sheet: str, address: str) -> Any:
        """Stand in a cell, or select cells, and return them."""
        cells = self.cells(sheet, address)
        self.show(sheet)
        self.press("GoToCell", ToPoint=address)
        return cells

    # --- what a person does there ---

    def press(self, command: str, **arguments: Any) -> None:
        """Dispatch a command as a menu, a button or a key does."""
        values = properties(**arguments)
        self.dispatcher.executeDispatch(self.controller.Frame, f".uno:{command}", "", 0, values)

    def change(self, command: str, **arguments: Any) -> None:
        """Dispatch a command that has to change the document."""
        with self.changing(f".uno:{command}"):
            self.press(command, **arguments)

    @contextlib.contextmanager
    def changing(self, what: str) -> Iterator[None]:
        """Raise a `StepError` when the document is unchanged at the end of the block."""
        self.document.setModified(False)
        yield
        if not self.document.isModified():
            protected = self.controller.ActiveSheet.isProtected()
            reason = "the sheet is protected" if protected else "it would have shown a message"
            raise StepError(f"{what} changed nothing, {reason}")

    def check_unlocked(self, sheet: str, address: str) -> Any:
        """Return cells that a person can write to; the API itself ignores protection."""
        cells = self.cells(sheet, address)
        if self.sheet(sheet).isProtected() and cells.CellProtection.IsLocked:
            raise StepError(f"the sheet {sheet!r} is protected")
        return cells

    def to_new_document(self) -> None:
        """Copy the active sheet into a new document, and go on with that one."""
        known = {document.RuntimeUID for document in elements(self._desktop().Components)}
        self.press("Move", DocName="", Index=1, Copy=True)
        opened = elements(self._desktop().Components)
        new = [document for document in opened if document.RuntimeUID not in known]
        if not new:
            raise StepError("LibreOffice made no new document")
        self.close()
        self.document = new[0]


# --- the steps --------------------------------------------------------------------------------


def type_text(workbook: Workbook, sheet: str, cell: str, text: str) -> None:
    """Enter a text into a cell."""
    workbook.go_to(sheet, cell)
    workbook.change("EnterString", StringName=text)


def type_keys(workbook: Workbook, sheet: str, cell: str, text: str) -> None:
    """Strike the keys of a text in a cell."""
    workbook.go_to(sheet, cell)
    with workbook.changing("Enter"):
        Keyboard(workbook.controller.Frame.ComponentWindow).type(text)


def paste_text(workbook: Workbook, sheet: str, cell: str, text: str) -> None:
    """Paste plain text into a cell."""
    workbook.check_unlocked(sheet, cell)
    workbook.go_to(sheet, cell)
    with workbook.changing("pasting"):
        workbook.controller.insertTransferable(transferable(text))


def paste_cells(
    workbook: Workbook, sheet: str, source_range: str, target_sheet: str, target_cell: str
) -> None:
    """Copy cells and paste them elsewhere."""
    workbook.check_unlocked(target_sheet, target_cell)
    workbook.go_to(sheet, source_range)
    workbook.press("Copy")
    workbook.go_to(target_sheet, target_cell)
    workbook.change("Paste")


def sort_from_cell(workbook: Workbook, sheet: str, cell: str, *, descending: bool) -> None:
    """Press the sort button while standing in a cell."""
    workbook.go_to(sheet, cell)
    workbook.change("SortDescending" if descending else "SortAscending")


def sort_range(
    workbook: Workbook,
    sheet: str,
    cells: str,
    column_index: int,
    *,
    descending: bool,
    has_header: bool,
) -> None:
    """Sort exactly the chosen cells."""
    chosen = workbook.go_to(sheet, cells)
    area = chosen.RangeAddress
    column = area.StartColumn + column_index + 1
    if column > area.EndColumn + 1:
        raise StepError(f"{cells!r} has no column {column_index}")
    if area.StartColumn == area.EndColumn:
        sort_one_column(workbook, chosen, descending=descending, has_header=has_header)
        return
    order = {"Col1": column, "Ascending1": not descending}
    workbook.change("DataSort", ByRows=True, HasHeader=has_header, IncludeAttribs=True, **order)


def sort_one_column(workbook: Workbook, chosen: Any, *, descending: bool, has_header: bool) -> None:
    """Sort the cells of one column; LibreOffice asks here, and "Current selection" is chosen."""
    if chosen.Spreadsheet.isProtected():
        raise StepError("the sheet is protected")
    field = uno.createUnoStruct(
        "com.sun.star.table.TableSortField", Field=0, IsAscending=not descending
    )
    fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
    with workbook.changing("sorting"):
        chosen.sort(
            properties(SortFields=fields, ContainsHeader=has_header, BindFormatsToContent=True)
        )


def filter_column(workbook: Workbook, sheet: str, column: str, value: str) -> None:
    """Show only the rows with this value in the column."""
    workbook.show(sheet)
    if workbook.sheet(sheet).isProtected():
        raise StepError(f"the sheet {sheet!r} is protected")
    index = workbook.cells(sheet, f"{column}1").RangeAddress.StartColumn
    filtered = auto_filter(workbook, sheet, index)
    area = filtered.DataArea
    filtered.FilterDescriptor.setFilterFields2((equals(index - area.StartColumn, value),))
    with workbook.changing("filtering"):
        filtered.refresh()
    data = workbook.sheet(sheet).getCellRangeByPosition(
        index, area.StartRow + 1, index, area.EndRow
    )
    if not data.queryVisibleCells().Count:
        raise StepError(f"the column {column} has no {value!r} to choose")


def auto_filter(workbook: Workbook, sheet: str, column: int) -> Any:
    """Return the database range whose auto filter has a button in the column."""
    number = workbook.document.Sheets.ElementNames.index(sheet)
    unnamed = workbook.document.getPropertyValue("UnnamedDatabaseRanges")
    ranges = list(elements(workbook.document.DatabaseRanges))
    ranges += [unnamed.getByTable(number)] if unnamed.hasByTable(number) else []
    for candidate in ranges:
        area = candidate.DataArea
        inside = area.Sheet == number and area.StartColumn <= column <= area.EndColumn
        if inside and candidate.AutoFilter:
            return candidate
    raise StepError("there is no auto filter on this column")


def equals(field: int, value: str) -> Any:
    """Return the filter condition that a field equals a value."""
    return uno.createUnoStruct(
        "com.sun.star.sheet.TableFilterField2",
        Field=field,
        Operator=uno.getConstantByName("com.sun.star.sheet.FilterOperator2.EQUAL"),
        StringValue=value,
    )


def insert_row(workbook: Workbook, sheet: str, before_row: int) -> None:
    """Insert an empty row."""
    workbook.go_to(sheet, f"{before_row}:{before_row}")
    workbook.change("InsertRowsBefore")


def delete_row(workbook: Workbook, sheet: str, row: int) -> None:
    """Delete a row."""
    workbook.go_to(sheet, f"{row}:{row}")
    workbook.change("DeleteRows")


def duplicate_row(workbook: Workbook, sheet: str, row: int, to_row: int) -> None:
    """Copy a whole row and paste it over another."""
    paste_cells(workbook, sheet, f"{row}:{row}", sheet, f"A{to_row}")


def fill_down(workbook: Workbook, sheet: str, cells: str) -> None:
    """Fill cells from the first row of the selection."""
    workbook.go_to(sheet, cells)
    workbook.change("FillDown")


def clear_row(workbook: Workbook, sheet: str, row: int) -> None:
    """Empty a whole row."""
    clear_cells(workbook, sheet, f"{row}:{row}")


def clear_cells(workbook: Workbook, sheet: str, cells: str) -> None:
    """Empty cells."""
    workbook.go_to(sheet, cells)
    workbook.change("ClearContents")


def insert_column(
    workbook: Workbook, sheet: str, before_letter: str, header: str, header_row: int
) -> None:
    """Insert a column and enter its header."""
    workbook.go_to(sheet, f"{before_letter}:{before_letter}")
    workbook.change("InsertColumnsBefore")
    type_text(workbook, sheet, f"{before_letter}{header_row}", header)


def delete_column(workbook: Workbook, sheet: str, letter: str) -> None:
    """Delete a column."""
    workbook.go_to(sheet, f"{letter}:{letter}")
    workbook.change("DeleteColumns")


def show_column(workbook: Workbook, sheet: str, letter: str) -> None:
    """Unhide a column."""
    workbook.go_to(sheet, f"{letter}:{letter}")
    workbook.change("ShowColumn")


def rename_sheet(workbook: Workbook, sheet: str, new_name: str) -> None:
    """Rename a sheet."""
    workbook.show(sheet)
    workbook.change("RenameTable", Name=new_name)


def add_sheet(workbook: Workbook, name: str) -> None:
    """Add a sheet at the end."""
    workbook.change("Add", Name=name)


def delete_sheet(workbook: Workbook, sheet: str) -> None:
    """Delete a sheet."""
    workbook.show(sheet)
    number = workbook.document.Sheets.ElementNames.index(sheet) + 1
    workbook.change("Remove", Index=number)


def copy_sheet_to_new_file(workbook: Workbook, sheet: str) -> None:
    """Copy a sheet into a new document."""
    workbook.show(sheet)
    workbook.to_new_document()


def set_formula(workbook: Workbook, sheet: str, cell: str, formula: str) -> None:
    """Put a formula into a cell, whatever the format of the cell."""
    workbook.check_unlocked(sheet, cell).Formula = formula


def set_number(workbook: Workbook, sheet: str, cell: str, value: float) -> None:
    """Put a number into a cell, whatever the format of the cell."""
    workbook.check_unlocked(sheet, cell).Value = value


def merge_cells(workbook: Workbook, sheet: str, cells: str) -> None:
    """Merge cells, and keep what the covered ones contain."""
    chosen = workbook.go_to(sheet, cells)
    with workbook.changing("merging"):
        chosen.merge(True)


def bold_words(workbook: Workbook, sheet: str, cell: str, start: int, length: int) -> None:
    """Make some characters of a text bold."""
    found = workbook.check_unlocked(sheet, cell)
    if start + length > len(found.String) or found.Type.value != "TEXT":
        raise StepError(f"{cell} holds no text of {start + length} characters")
    cursor = found.createTextCursor()
    cursor.gotoStart(False)
    cursor.goRight(start, False)
    cursor.goRight(length, True)
    with workbook.changing("making bold"):
        cursor.CharWeight = BOLD


STEPS: dict[str, Callable[..., None]] = {
    step.__name__: step
    for step in (
        type_text,
        type_keys,
        paste_text,
        paste_cells,
        sort_from_cell,
        sort_range,
        filter_column,
        insert_row,
        delete_row,
        duplicate_row,
        fill_down,
        clear_row,
        clear_cells,
        insert_column,
        delete_column,
        show_column,
        rename_sheet,
        add_sheet,
        delete_sheet,
        copy_sheet_to_new_file,
        set_formula,
        set_number,
        merge_cells,
        bold_words,
    )
}


# --- requests and answers ---------------------------------------------------------------------


def perform(workbook: Workbook, name: str, arguments: dict[str, Any]) -> None:
    """Perform one step; sheets that were hidden before are hidden after it."""
    try:
        STEPS[name](workbook, **arguments)
    finally:
        workbook.hide_again()


def answer(context: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Edit one workbook, and return the answer to the request."""
    place: dict[str, Any] = {"step": None}
    try:
        edit(context, request, place)
    except StepError as error:
        return {**place, "error": str(error)}
    except (UnoError, AttributeError, SystemError, TypeError, ValueError) as error:
        if not is_alive(context):
            return {**place, "error": "LibreOffice has crashed", "gone": True}
        return {**place, "error": repr(error)}
    return {}


def edit(context: Any, request: dict[str, Any], place: dict[str, Any]) -> None:
    """Open a workbook, do the steps and save it; `place` follows the number of the step."""
    workbook = Workbook(context, request["workbook"])
    try:
        for number, step in enumerate(request["steps"]):
            place["step"] = number
            perform(workbook, step["name"], step["arguments"])
        place["step"] = None
        workbook.save(request["saved"], request["suffix"])
    finally:
        workbook.close()


def say(value: dict[str, Any]) -> None:
    """Write one line of JSON to standard output."""
    print(json.dumps(value), flush=True)


def main(port: int, profile: str) -> None:
    """Serve requests from standard input until it ends, then end LibreOffice."""
    context = connect(port)
    if profile not in profile_of(context):
        say({"error": f"another LibreOffice listens on port {port}", "gone": True})
        return
    say({})
    for line in sys.stdin:
        say(answer(context, json.loads(line)))
    with contextlib.suppress(UnoError):
        create(context, "com.sun.star.frame.Desktop").terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])

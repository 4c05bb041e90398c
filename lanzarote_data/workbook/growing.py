"""Workbooks whose rows have the height of their texts, and grow when a text does."""

from __future__ import annotations

from collections.abc import Iterable

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet


class GrowingWorksheet(Worksheet):  # type: ignore[misc]
    """A sheet whose heights of rows are those at first.

    XlsxWriter declares each height as chosen by a person, which no program changes. Without
    heights, LibreOffice shows one line of each text.
    """

    def _xml_start_tag_unencoded(
        self, tag: str, attributes: Iterable[tuple[str, object]] = ()
    ) -> None:
        kept = [attribute for attribute in attributes if attribute[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, kept)


class GrowingWorkbook(Workbook):  # type: ignore[misc]
    """A workbook of such sheets."""

    worksheet_class = GrowingWorksheet

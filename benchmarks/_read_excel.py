"""A process that does nothing but ``pandas.read_excel``: of a workbook, these sheets.

``python -m benchmarks._read_excel WORKBOOK SHEET …``
"""

import sys

import pandas

if __name__ == "__main__":
    pandas.read_excel(sys.argv[1], sheet_name=sys.argv[2:], dtype=str, engine="openpyxl")

"""How strong the tests are: do they notice when the code is changed a little?

``python -m mutation`` changes the modules on which it rests that nothing is lost, one small change
at a time, with mutmut (the extra ``mutation``), and runs for each the tests of that module that
reach the changed function. Survivors are to be killed by a test or explained in
``mutation/explained.toml``.
"""

from __future__ import annotations

PLANS = {
    "types": ["tests/test_types.py"],
    "changes": ["tests/test_changes.py", "tests/test_merge.py", "tests/test_comparison.py"],
    "merge": ["tests/test_merge.py"],
    "storage": ["tests/test_csv.py", "tests/test_storage.py"],
    "table_file": ["tests/test_csv.py", "tests/test_storage.py"],
    "schema": ["tests/test_schema.py"],
    "declared_sums": ["tests/test_declared_sums.py"],
    "rules": ["tests/test_rules.py", "tests/test_references.py"],
    "workbook/read": ["tests/test_read.py"],
    "workbook/columns": ["tests/test_columns.py"],
    "workbook/rows": ["tests/test_rows.py"],
    "workbook/grid": ["tests/test_grid_cells.py"],
    "workbook/cells": ["tests/test_cells.py"],
    "workbook/identity": ["tests/test_told_apart.py"],
    "workbook/choices": ["tests/test_choices.py"],
    "workbook/extent": ["tests/test_extent.py"],
    "workbook/filling": ["tests/test_filling.py"],
    "workbook/new_rows": ["tests/test_new_rows.py"],
    "workbook/imports": ["tests/test_imports.py"],
    "workbook/guard": ["tests/test_guard.py"],
    "workbook/base": ["tests/test_base.py"],
    "workbook/plain_parts": ["tests/test_plain_parts.py"],
    "validation": ["tests/test_keys.py"],
}
"""The modules that are changed, and the quick tests that must notice it."""

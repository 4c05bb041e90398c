"""Tables as Parquet: typed columns; titles, descriptions and keys in the schema; not compressed."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from lanzarote_data.formats.typed_rows import (
    files_by_table,
    tables_by_file,
    text_table,
    typed_column,
)
from lanzarote_data.model.package import Field, Package, Resource
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.text.rights import facts

if TYPE_CHECKING:
    import pyarrow

_PLACE = "parquet/{}.parquet"


def write_parquet(tables: Tables) -> dict[str, bytes]:
    """A Parquet file for each table; a missing value is null."""
    return files_by_table(_PLACE, tables, partial(_table_bytes, tables.package))


def parquet_bytes(table: pyarrow.Table) -> bytes:
    """An Arrow table as Parquet, the same whatever a later library does by default."""
    from pyarrow import parquet

    out = io.BytesIO()
    # Compressed bytes would depend on how the library was built.
    parquet.write_table(table, out, compression="none", version="2.6", data_page_version="1.0")
    return out.getvalue()


def _table_bytes(package: Package, table: Table) -> bytes:
    import pyarrow

    schema = _schema(package, table.resource)
    columns = [
        pyarrow.array(typed_column(table, field), schema.field(field.name).type)
        for field in table.resource.fields
    ]
    return parquet_bytes(pyarrow.Table.from_arrays(columns, schema=schema))


def _schema(package: Package, resource: Resource) -> pyarrow.Schema:
    import pyarrow

    about = {
        "title": resource.title,
        "description": resource.description,
        "package": package.name,
        **{f"package_{name}": text for name, text in facts(package).items()},
        "primary_key": json.dumps(resource.primary_key),
        "foreign_keys": json.dumps([asdict(key) for key in resource.foreign_keys]),
    }
    return pyarrow.schema([_field(field) for field in resource.fields], metadata=about)


def _field(field: Field) -> pyarrow.Field:
    import pyarrow

    kinds: dict[str, Any] = {
        "integer": pyarrow.int64(),
        "year": pyarrow.int64(),
        "number": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
    }
    about = {"title": field.title, "description": field.description}
    kind = kinds.get(field.type, pyarrow.string())
    return pyarrow.field(field.name, kind, not field.constraints.required, about)


def read_parquet(files: Mapping[str, bytes], tables: Tables) -> Tables:
    """The tables from Parquet files.

    :raises KeyError, ValueError, OSError: a file is missing, is not Parquet, or has other columns.
    """
    return tables_by_file(_PLACE, files, tables, partial(_read, tables.package))


def _read(package: Package, resource: Resource, content: bytes) -> Table:
    from pyarrow import parquet

    found = parquet.ParquetFile(io.BytesIO(content)).read()
    if not found.schema.equals(_schema(package, resource)):
        raise ValueError("its columns are not those of the descriptor")
    found.validate(full=True)
    columns = (found.column(name).to_pylist() for name in resource.field_names)
    return text_table(resource, resource.field_names, zip(*columns, strict=True))

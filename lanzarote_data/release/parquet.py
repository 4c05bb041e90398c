"""Tables as Parquet: typed columns, titles and descriptions in the schema, not compressed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from lanzarote_data.package import Field, Package, Resource
from lanzarote_data.release.archive import Files
from lanzarote_data.release.cells import text_of, typed
from lanzarote_data.tables import Table, Tables

if TYPE_CHECKING:
    import pyarrow


def write_parquet(tables: Tables) -> dict[str, bytes]:
    """A Parquet file for each table; a missing value is null."""
    return {_path(t.resource): _parquet(tables.package, t) for t in tables.values()}


def _path(resource: Resource) -> str:
    return f"parquet/{resource.name}.parquet"


def _parquet(package: Package, table: Table) -> bytes:
    import pyarrow
    from pyarrow import parquet

    schema = _schema(package, table.resource)
    columns = [
        pyarrow.array(
            [typed(f, row.get(f.name, "")) for row in table.rows], schema.field(f.name).type
        )
        for f in table.resource.fields
    ]
    out = io.BytesIO()
    # Compressed bytes would depend on how the library was built.
    parquet.write_table(pyarrow.Table.from_arrays(columns, schema=schema), out, compression="none")
    return out.getvalue()


def _schema(package: Package, resource: Resource) -> pyarrow.Schema:
    import pyarrow

    about = {
        "title": resource.title,
        "description": resource.description,
        "package": package.name,
        "version": package.version,
        "credit": str(package.descriptor.get("lanzarote:credit", "")),
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


def read_parquet(files: Files, package: Package) -> Tables:
    """The tables from Parquet files.

    :raises KeyError, ValueError, OSError: a file is missing, is not Parquet, or is compressed.
    """
    return Tables(package, [_read(files[_path(r)], r) for r in package.resources])


def _read(content: bytes, resource: Resource) -> Table:
    from pyarrow import parquet

    file = parquet.ParquetFile(io.BytesIO(content))
    _refuse_compressed(file.metadata)
    rows = tuple(
        {name: text_of(resource.field(name), value) for name, value in row.items()}
        for row in file.read().to_pylist()
    )
    return Table(resource, rows)


def _refuse_compressed(about: Any) -> None:
    """Refuse what could unpack to more than the file has."""
    for group in range(about.num_row_groups):
        for column in range(about.num_columns):
            if about.row_group(group).column(column).compression != "UNCOMPRESSED":
                raise ValueError("its columns are compressed, which those of a release are not")

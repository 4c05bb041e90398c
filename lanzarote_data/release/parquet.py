"""Tables as Parquet: typed columns, titles and descriptions in the schema, not compressed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from lanzarote_data.model.package import Field, Package, Resource
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.release.archive import Files
from lanzarote_data.release.cells import text_of, typed
from lanzarote_data.release.parquet_guard import check_file

if TYPE_CHECKING:
    import pyarrow
    from pyarrow import parquet


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
    # Compressed bytes would depend on how the library was built. The rest is what the guard knows,
    # whatever a later library does by default.
    how = {"compression": "none", "version": "2.6", "data_page_version": "1.0"}
    parquet.write_table(pyarrow.Table.from_arrays(columns, schema=schema), out, **how)
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


def read_parquet(files: Files, tables: Tables) -> Tables:
    """The tables from Parquet files.

    :raises KeyError, ValueError, OSError: a file is missing, is not Parquet, or not as we make it.
    """
    package = tables.package
    return Tables(package, [_read(files[_path(t.resource)], package, t) for t in tables.values()])


def _read(content: bytes, package: Package, table: Table) -> Table:
    resource = table.resource
    ours = _parquet(package, Table(resource))
    check_file(content, ours, table.count)
    file = _opened(content, resource)
    if not file.schema_arrow.equals(_opened(ours, resource).schema_arrow):
        raise ValueError("its columns are not those of the descriptor")
    read = file.read()
    columns = [_texts(field, read.column(field.name)) for field in resource.fields]
    names = resource.field_names
    rows = zip(*columns, strict=True)
    return Table(resource, (dict(zip(names, row, strict=True)) for row in rows))


def _opened(content: bytes, resource: Resource) -> parquet.ParquetFile:
    """A file with its footer read; a text that stands in many rows is unpacked once."""
    from pyarrow import parquet

    return parquet.ParquetFile(io.BytesIO(content), read_dictionary=list(resource.field_names))


def _texts(field: Field, column: pyarrow.ChunkedArray) -> list[str]:
    """The canonical texts of a column."""
    column.validate(full=True)
    texts: list[str] = []
    for chunk in column.chunks:
        if hasattr(chunk, "dictionary"):
            known = [text_of(field, value) for value in chunk.dictionary.to_pylist()]
            places = chunk.indices.to_pylist()
            texts += ["" if place is None else known[place] for place in places]
        else:
            texts += [text_of(field, value) for value in chunk.to_pylist()]
    return texts

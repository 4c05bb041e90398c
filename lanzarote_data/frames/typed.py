"""Tables as pandas frames: dtypes, categories and the index all come from the descriptor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lanzarote_data.frames.finding import as_text
from lanzarote_data.model.errors import LanzaroteError
from lanzarote_data.model.package import Package, Resource
from lanzarote_data.model.problems import Location
from lanzarote_data.model.tables import Table, Tables
from lanzarote_data.validate.schema import DTYPES
from lanzarote_data.validate.values import typed_values, unreadable

if TYPE_CHECKING:
    import pandas


def frame_of(tables: Tables, name: str) -> pandas.DataFrame:
    """A table as a frame: its primary key is the index, every other field a column.

    Whole numbers are ``Int64``, booleans ``boolean``, dates ``datetime64``, texts ``string``;
    enumerated values and references to look-up tables are categories (:func:`levels`).

    :raises LanzaroteError: there is no such table, or a cell of it cannot be read as a value of
        its type, or names what is not there.
    """
    known_resource(tables, name)
    table = tables[name]
    frame = _typed(table)
    for field in table.resource.field_names:
        declared = levels(tables, table.resource, field)
        if declared:
            _refuse_unknown(table, field, declared[0])
            frame[field] = _as_category(frame[field], *declared)
    return frame.set_index(list(table.resource.primary_key))


def text_frame(lines: Sequence[Sequence[str]], columns: Sequence[str]) -> pandas.DataFrame:
    """A frame of texts, in which the empty ones are missing values."""
    import pandas

    frame = pandas.DataFrame(lines, columns=list(columns), dtype="string")
    return frame.mask(frame == "")


def _typed(table: Table) -> pandas.DataFrame:
    """The table with columns of the types of its fields; the index counts rows from 0."""
    import pandas

    columns = {}
    for field in table.resource.fields:
        texts = table.column(field.name)
        values, faults = typed_values(field, texts)
        if faults:
            fault = unreadable(field, texts[faults[0]])
            raise _unusable(table.location(faults[0], field.name), fault.message, len(faults) - 1)
        dtype = DTYPES[field.type]
        columns[field.name] = pandas.Series(values, dtype="string" if dtype == "object" else dtype)
    return pandas.DataFrame(columns, columns=list(table.resource.field_names))


def _unusable(where: Location, message: str, more: int) -> LanzaroteError:
    others = f" (and {more} more problems of this kind)" if more else ""
    hint = "'lanzarote validate' shows every problem of the tables."
    return LanzaroteError(f"{where}: {message}{others}", hint)


def known_resource(tables: Tables, name: str) -> Resource:
    """The declared table of this name.

    :raises LanzaroteError: there is none.
    """
    as_text(name, "name of a table", "one such as recommendations")
    if name not in tables:
        raise LanzaroteError(f"There is no table {name!r}.", f"There are {', '.join(tables)}.")
    return tables.package.resource(name)


def levels(tables: Tables, resource: Resource, field: str) -> tuple[list[str], bool] | None:
    """The categories of a field and whether they are ordered; None where it is no category.

    A field that is the id of a look-up table, or refers to one, has the table's rows in their
    order, which means something unless the table is merely sorted by that id: chapters by
    position, levels of urgency by rank. An enumerated field has its values as declared.
    """
    target = looked_up(tables.package, resource, field)
    if target:
        ids = (row[target.primary_key[0]] for row in tables.rows(target.name))
        return list(dict.fromkeys(ids)), target.order != target.primary_key
    enum = resource.field(field).constraints.enum
    return (list(enum), False) if enum else None


def looked_up(package: Package, resource: Resource, field: str) -> Resource | None:
    """The look-up table (one whose ids people choose) whose id stands in a field, if any."""
    reference = resource.reference(field)
    if reference:
        target = package.resource(reference.resource)
        return target if target.typed_id else None
    return resource if resource.typed_id and resource.primary_key == (field,) else None


def _as_category(
    column: pandas.Series[str], categories: list[str], ordered: bool
) -> pandas.Series[pandas.CategoricalDtype[str]]:
    import pandas

    values = pandas.Index(categories, dtype="string")
    return column.astype(pandas.CategoricalDtype(values, ordered=ordered))


def _refuse_unknown(table: Table, field: str, known: list[str]) -> None:
    """A value that is no category would silently become a missing one."""
    for index, row in enumerate(table.rows):
        if row[field] and row[field] not in known:
            raise _unusable(table.location(index, field), f"{row[field]!r} is not known.", 0)

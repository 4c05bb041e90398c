"""The data as one object: frames as attributes, and a method for each question people bring."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from lanzarote_data.frames.addressing import Addressing
from lanzarote_data.frames.base import known_resource, text_frame
from lanzarote_data.frames.citations import Citing
from lanzarote_data.frames.comparing import changes_between, sides
from lanzarote_data.frames.conversions import Conversions
from lanzarote_data.frames.finding import as_path
from lanzarote_data.frames.follow_up import FollowUp
from lanzarote_data.frames.making import tables_from, tables_with_rows
from lanzarote_data.frames.problems import Problems
from lanzarote_data.frames.texts import Texts
from lanzarote_data.model.changes import cells
from lanzarote_data.model.errors import LanzaroteError, StorageError
from lanzarote_data.model.package import DESCRIPTOR_NAME
from lanzarote_data.model.tables import Tables
from lanzarote_data.store import atomic
from lanzarote_data.store.csv_file import table_text
from lanzarote_data.store.descriptor import installed_descriptor, load_package
from lanzarote_data.store.history import read_history
from lanzarote_data.store.lock import locked
from lanzarote_data.store.tables import read_tables
from lanzarote_data.text.targets import with_targets

if TYPE_CHECKING:
    import pandas

CHANGES = ("kind", "table", "key", "field", "old", "new")
"""The columns of a frame of changes."""


class Dataset(Addressing, Citing, Texts, FollowUp, Conversions):
    """The tables of one package, to ask questions of; ``lz.load()`` makes it.

    Each table is an attribute: ``data.recommendations`` is a pandas frame of its own at every
    access, indexed by the table's primary key. ``package`` is the descriptor as objects and
    ``tables`` the rows as canonical text. A function of ``lanzarote_data`` that is a method here
    asks the data that is installed with the package.

    >>> import lanzarote_data as lz
    >>> data = lz.load()
    >>> len(data.urgencies), len(lz.urgencies)
    (3, 3)
    """

    @classmethod
    def from_frames(
        cls, frames: Mapping[str, pandas.DataFrame], *, like: Dataset | None = None
    ) -> Dataset:
        """A dataset of frames by table, described as ``like`` is, else as the installed data.

        A table without a frame has no rows. The primary key is the index of a frame, or columns.

        :raises LanzaroteError: there is no such table, or a column is not as declared.

        >>> import lanzarote_data as lz
        >>> data = lz.Dataset.from_frames({"parties": lz.parties.head(2)})
        >>> len(data.parties), len(data.chapters)
        (2, 0)
        """
        if not (like is None or isinstance(like, Dataset)):
            raise LanzaroteError("What a dataset is like is no dataset.", "Write like=lz.load().")
        return cls(tables_from(frames, (load() if like is None else like).tables))

    def with_rows(self, table: str, rows: Iterable[Mapping[str, object]]) -> Dataset:
        """Another dataset with rows added to a table; this one stays as it is.

        Each row is a dictionary of values by column. One whose primary key is there already
        changes the columns that it names. ``lz.validate`` says whether the result is valid.

        :raises LanzaroteError: there is no such table or column, or a row has no key.

        >>> import lanzarote_data as lz
        >>> data = lz.load().with_rows("urgencies", [{"urgency": "require", "rank": 7}])
        >>> int(data.urgencies["rank"]["require"])
        7
        """
        return Dataset(tables_with_rows(self.tables, table, rows))

    def history(self) -> pandas.DataFrame:
        """What was imported into the package, by whom and when: a line for each cell changed.

        The columns are ``sequence`` (the number of the import), ``time`` (UTC), ``by``,
        ``command`` (import, ingest, form or undo), ``workbook`` (the name of the file), and those
        of ``lz.diff``: ``kind``, ``table``, ``key``, ``field``, ``old`` and ``new``. It is empty
        for a release, which has no such record. The last change of each cell is
        ``data.history().groupby(["table", "key", "field"]).last()``.
        """
        import pandas

        lines = [
            (str(one.sequence), one.time, one.by, one.command, one.workbook, *line)
            for one in read_history(self.package).hand_ins
            for change in one.changes
            for line in cells(change)
        ]
        frame = text_frame(lines, ("sequence", "time", "by", "command", "workbook", *CHANGES))
        times = pandas.to_datetime(frame["time"], utc=True)
        return frame.assign(sequence=frame["sequence"].astype("Int64"), time=times)

    def write(self, folder: Path | str, *, overwrite: bool = False) -> Path:
        """Write the package into a folder, its descriptor and tables, all or none; the folder.

        :raises LanzaroteError: there is a package already, or the folder cannot be written to.
        """
        folder = as_path(folder)
        descriptor = folder / DESCRIPTOR_NAME
        if descriptor.exists() and not overwrite:
            hint = "Write overwrite=True, or elsewhere."
            raise StorageError(f"{descriptor} is there already.", hint)
        described = json.dumps(self.package.descriptor, ensure_ascii=False, indent=2) + "\n"
        tables = with_targets(self.tables).values()
        texts = {DESCRIPTOR_NAME: described, **{t.resource.path: table_text(t) for t in tables}}
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as reason:
            raise StorageError(
                f"{folder} cannot be written: {reason.strerror}.", "Name another folder."
            ) from reason
        with locked(load_package(folder)) if descriptor.exists() else nullcontext():
            atomic.replace_all(folder, {name: text.encode() for name, text in texts.items()})
        return folder


def load(path: Path | str | None = None) -> Dataset:
    """The data of a package (its descriptor or folder) or release (zip), else the installed data.

    :raises LanzaroteError: there is none, a table cannot be read, or the release was changed.
    """
    where = installed_descriptor() if path is None else as_path(path)
    if where.suffix.lower() == ".zip":
        from lanzarote_data.release.read import read_release

        return Dataset(read_release(where).tables.in_order())
    return Dataset(read_tables(load_package(where)).tables)


def diff(
    old: Dataset | Path | str, new: Dataset | Path | str | None = None, *, table: str = ""
) -> pandas.DataFrame:
    """What turns one dataset into another: a line for each cell that differs.

    ``old`` and ``new`` are datasets, packages, releases or workbooks; without ``new`` the
    installed data. Beside a workbook only what it holds is compared. The columns are ``kind``
    (added, removed, changed), ``table``, ``key``, ``field``, ``old`` and ``new``. A row that was
    added or removed has a line for each of its filled cells.

    :raises LanzaroteError: one of them cannot be read or has errors, or there is no such table.

    >>> import lanzarote_data as lz
    >>> data = lz.load()
    >>> changed = data.with_rows("parties", [{"party_id": "BEL", "name": "Another name"}])
    >>> print(lz.diff(data, changed).loc[0].to_list())
    ['changed', 'parties', 'BEL', 'name', 'Belgium', 'Another name']
    """
    installed = load().tables
    after_source = installed if new is None else _compared(new)
    before, after = sides(_compared(old), after_source, installed)
    Problems([*before.problems, *after.problems]).raise_if_errors()
    if table:
        known_resource(after.tables, table)
    changes = changes_between(before, after)
    lines = [line for c in changes if table in ("", c.resource) for line in cells(c)]
    return text_frame(lines, CHANGES)


def _compared(source: object) -> Tables | Path:
    return source.tables if isinstance(source, Dataset) else as_path(source)

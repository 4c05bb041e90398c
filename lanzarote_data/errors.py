"""What stops the work: errors that no officer can correct inside the data itself.

Wrong *data* is never an exception; it is a list of :class:`lanzarote_data.problems.Problem`.
"""


class LanzaroteError(Exception):
    """The work cannot go on.

    ``message`` says what is wrong and where, in one sentence; ``hint`` says what to do next.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class PackageError(LanzaroteError):
    """``datapackage.json`` is missing, unreadable, or describes something that we cannot do."""


class StorageError(LanzaroteError):
    """A table cannot be read or written: no such file, no permission, wrong encoding, locked."""


class WorkbookError(LanzaroteError):
    """A file is not a workbook of ours, is damaged, or is not safe to open."""


class SourceError(LanzaroteError):
    """The text of a factsheet cannot be read, or is not the text of a factsheet."""

"""Log records of the program, shown in the form of its errors."""

from __future__ import annotations

import logging

from lanzarote_data.cli.common import say_beside


class Notes(logging.Handler):
    """Shows each note on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        """Show one note."""
        say_beside(f"lanzarote: {record.getMessage()}")


def show_notes() -> None:
    """Show the notes of this program from now on."""
    logger = logging.getLogger("lanzarote_data")
    if not any(isinstance(handler, Notes) for handler in logger.handlers):
        logger.addHandler(Notes())

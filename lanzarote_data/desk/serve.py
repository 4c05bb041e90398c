"""Serve the desk on this machine until it is stopped."""

from __future__ import annotations

import _thread
import html
import os
import signal
import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path
from threading import Timer

from waitress.server import create_server

from lanzarote_data.desk.app import create_app
from lanzarote_data.desk.desk import Desk
from lanzarote_data.desk.safety import LARGEST_UPLOAD, Session
from lanzarote_data.model.errors import LanzaroteError, reason_of
from lanzarote_data.model.package import Package

HOST = "127.0.0.1"


def serve(
    package: Package, port: int, open_browser: bool, by: str, tell: Callable[[str], None]
) -> None:
    """Serve the desk of a package until Ctrl-C or its button stops it.

    ``port`` is 0 for any free one; ``by`` is who probably uses the desk; ``tell`` is given the
    address that lets a browser in.

    :raises LanzaroteError: the port is in use, or the package cannot be written to.
    """
    desk = Desk(package.path, by, _stop_soon)
    desk.inbox.tidy()
    with bound(port) as listening:
        session = Session(f"http://{HOST}:{listening.getsockname()[1]}")
        server = create_server(
            create_app(desk, session),
            sockets=[listening],
            threads=4,
            ident=None,
            max_request_body_size=LARGEST_UPLOAD,
        )
        # A program that is started in the background may be told to ignore Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        tell(session.address)
        door = _open(desk, session) if open_browser else None
        try:
            server.run()
        finally:
            if door:
                door.unlink(missing_ok=True)


def _stop_soon() -> None:
    """Stop as Ctrl-C does, once the browser has had time to load the last page."""
    Timer(0.5, _thread.interrupt_main).start()


def bound(port: int) -> socket.socket:
    """A socket on a port of this machine."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        found.bind((HOST, port))
    except (OSError, OverflowError) as fault:
        found.close()
        why = reason_of(fault) if isinstance(fault, OSError) else "it is not between 0 and 65535"
        message = f"The port {port} cannot be used: {why}."
        raise LanzaroteError(message, "Choose another one with --port, or none.") from fault
    return found


def _open(desk: Desk, session: Session) -> Path:
    """Open the browser by a file that leads to the address.

    Other users of the machine can see what programs are called with, but not what is in the file.
    """
    door = desk.inbox.make_folder() / "open.html"
    page = f'<meta http-equiv="refresh" content="0; url={html.escape(session.address)}">'
    with os.fdopen(os.open(door, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(page)
    webbrowser.open(door.as_uri())
    return door

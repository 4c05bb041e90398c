"""Who may use the desk: the browser that was given its first address, and nobody else.

The server listens on this machine only, but every web page in a browser and every user of the
machine can reach it there. So each request must name our own host (which stops DNS rebinding),
come from none but our own pages, and carry the session’s token. The token comes with the first
address and then lives in a cookie. Cookies are sent to all ports of a host, so ours is bound to
a path that nobody else knows.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask, Response, abort, make_response, request

LARGEST_UPLOAD = 100_000_000
COOKIE = "lanzarote-desk"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_ENTER = (
    '<!doctype html><link rel="icon" href="{0}assets/icon.svg">'
    '<meta http-equiv="refresh" content="0; url={0}"><a href="{0}">→</a>'
)


@dataclass(frozen=True)
class Session:
    """One run of the desk: its origin (``http://127.0.0.1:8080``), its path and its token."""

    origin: str
    path: str = field(default_factory=lambda: f"/{secrets.token_urlsafe(12)}")
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def home(self) -> str:
        """The path of the start page."""
        return f"{self.path}/"

    @property
    def address(self) -> str:
        """The first address, which lets a browser in."""
        return f"{self.origin}{self.home}?token={self.token}"

    def protect(self, app: Flask) -> None:
        """Check every request to an application, and set the headers of every answer."""
        app.config["MAX_CONTENT_LENGTH"] = LARGEST_UPLOAD
        app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_UPLOAD
        app.config["MAX_FORM_PARTS"] = 5_000
        app.before_request(self._check)
        app.after_request(_with_headers)

    def _check(self) -> Response | None:
        """Let a request pass, let a browser in, or refuse."""
        if request.host != urlsplit(self.origin).netloc:
            abort(421)
        origin = request.headers.get("Origin")
        if origin != self.origin and (origin is not None or request.method != "GET"):
            abort(403)
        if request.method == "GET" and request.path == self.home and "token" in request.args:
            return self._enter(request.args["token"])
        if not self._is_token(request.cookies.get(COOKIE, "")):
            abort(403)
        return None

    def _is_token(self, text: str) -> bool:
        return secrets.compare_digest(text.encode(), self.token.encode())

    def _enter(self, token: str) -> Response:
        """Give a browser that knows the token its cookie, and lead it to the start page.

        A page leads there and no redirection, after which a browser that came from elsewhere
        would not send the cookie.
        """
        if not self._is_token(token):
            abort(403)
        answer = make_response(_ENTER.format(self.home))
        answer.set_cookie(COOKIE, self.token, path=self.home, httponly=True, samesite="Strict")
        return answer


def _with_headers(answer: Response) -> Response:
    answer.headers.update(HEADERS)
    return answer

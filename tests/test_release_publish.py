"""Publishing, against servers on this machine that speak the protocols of CKAN and Zenodo."""

from __future__ import annotations

import gzip
import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lanzarote_data.formats.zip_file import zip_bytes
from lanzarote_data.model.errors import LanzaroteError, PackageError, StorageError
from lanzarote_data.release import publish as publish_module
from lanzarote_data.release.publish import Bundle, Target, _session, plan, publish, read_target
from tests.release_support import small_files

pytestmark = pytest.mark.slow

TOKEN = "secret-token-of-a-test"
BUNDLE = Bundle("small-data-2026.1.0.zip", zip_bytes(small_files()), small_files())


class _Server(ThreadingHTTPServer):
    """Keeps what it was asked; ``refuse`` makes it answer 403 to everything."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.asked: list[tuple[str, str, str, bytes]] = []
        self.refuse = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        authorization = str(self.headers.get("Authorization", ""))
        self.server.asked.append((self.command, self.path, authorization, body))
        status, answer = 403, {"message": f"not with {authorization}", "success": False}
        if not self.server.refuse and TOKEN in authorization and TOKEN not in self.path:
            status, answer = self.answer(body)
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_PUT = do_GET = _serve  # noqa: N815

    def answer(self, body: bytes) -> tuple[int, dict[str, Any]]:  # noqa: ARG002
        return 404, {"message": "no such address"}


class _Zenodo(_Handler):
    def answer(self, body: bytes) -> tuple[int, dict[str, Any]]:
        bucket = f"{self.server.address}/api/files/bucket-1"
        if (self.command, self.path) == ("POST", "/api/deposit/depositions"):
            html = f"{self.server.address}/uploads/7"
            return 201, {"id": 7, "links": {"bucket": bucket, "html": html}}
        if self.command == "PUT" and self.path.startswith("/api/files/bucket-1/"):
            return 201, {"size": len(body)}
        if (self.command, self.path) == ("PUT", "/api/deposit/depositions/7"):
            return (200, {}) if json.loads(body)["metadata"]["title"] else (400, {})
        return super().answer(body)


class _Thief(_Zenodo):
    def answer(self, body: bytes) -> tuple[int, dict[str, Any]]:
        status, answer = super().answer(body)
        return status, {**answer, "links": {"bucket": "http://127.0.0.1:1/elsewhere"}}


class _Ckan(_Handler):
    def answer(self, body: bytes) -> tuple[int, dict[str, Any]]:
        action = self.path.rpartition("/")[2]
        if action in ("package_create", "package_update"):
            name = json.loads(body)["name"]
            return 200, {"success": True, "result": {"id": "id-1", "name": name}}
        if action == "resource_create":
            return 200, {"success": True, "result": {}}
        return 404, {"success": False, "error": {"message": "no such action"}}


@contextmanager
def serving(handler: type[_Handler]) -> Iterator[_Server]:
    """A server on this machine, for the time of a test."""
    server = _Server(handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_folder_gets_the_zip(tmp_path: Path) -> None:
    address = publish(read_target(str(tmp_path / "public")), BUNDLE)
    assert address == str(tmp_path / "public" / BUNDLE.name)
    assert (tmp_path / "public" / BUNDLE.name).read_bytes() == BUNDLE.content


def test_zenodo_gets_a_draft_with_the_zip_and_all_metadata() -> None:
    with serving(_Zenodo) as server:
        address = publish(read_target(f"zenodo:{server.address}"), BUNDLE, TOKEN)
        assert address == f"{server.address}/uploads/7"
        calls = [(method, path) for method, path, *_ in server.asked]
        assert calls == [
            ("POST", "/api/deposit/depositions"),
            ("PUT", f"/api/files/bucket-1/{BUNDLE.name}"),
            ("PUT", "/api/deposit/depositions/7"),
        ]
        assert server.asked[1][3] == BUNDLE.content
        sent = json.loads(server.asked[2][3])["metadata"]
        assert sent == json.loads(small_files()[".zenodo.json"])
        assert {authorization for *_, authorization, _ in server.asked} == {f"Bearer {TOKEN}"}


def _parts(body: bytes) -> dict[str, Message]:
    """The parts of a multipart form by name."""
    boundary = body.split(b"\r\n", 1)[0][2:]
    head = b"Content-Type: multipart/form-data; boundary=" + boundary + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    return {
        str(part.get_param("name", header="content-disposition")): part
        for part in message.walk()
        if not part.is_multipart()
    }


@pytest.mark.parametrize(
    ("update", "action"), [(False, "package_create"), (True, "package_update")]
)
def test_ckan_gets_the_tables_the_descriptor_and_the_zip(update: bool, action: str) -> None:
    pytest.importorskip("frictionless_ckan_mapper")
    with serving(_Ckan) as server:
        target = read_target(f"ckan:{server.address}/", "a-committee", update)
        assert publish(target, BUNDLE, TOKEN) == f"{server.address}/dataset/small-data"
        (_, path, authorization, body), *uploads = server.asked
        assert path == f"/api/action/{action}"
        assert authorization == TOKEN
        sent = json.loads(body)
        assert (sent["owner_org"], sent["version"]) == ("a-committee", "2026.1.0")
        assert sent["license_id"] == "notspecified"
        assert "© the author: for the text" in sent["notes"]
        files = {}
        for *_, content in uploads:
            part = _parts(content)["upload"]
            files[str(part.get_filename())] = part.get_payload(decode=True)
        assert set(files) == {"places.csv", "notes.csv", "datapackage.json", BUNDLE.name}
        assert files["notes.csv"] == small_files()["tables/notes.csv"]
        assert files[BUNDLE.name] == BUNDLE.content


BOTH = pytest.mark.parametrize(("kind", "handler"), [("zenodo", _Zenodo), ("ckan", _Ckan)])


@BOTH
def test_a_refusal_is_one_sentence_without_the_token(
    kind: str,
    handler: type[_Handler],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(handler) as server:
        server.refuse = True
        with pytest.raises(StorageError) as caught:
            publish(read_target(f"{kind}:{server.address}"), BUNDLE, TOKEN)
    assert "did not take the release" in str(caught.value)
    assert "•••" in str(caught.value)
    assert caught.value.__cause__ is None
    said = caplog.text + "".join(capfd.readouterr()) + str(caught.value)
    assert TOKEN not in said


@BOTH
def test_a_password_of_this_machine_does_not_take_the_place_of_the_token(
    kind: str, handler: type[_Handler], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password another-secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with serving(handler) as server:
        publish(read_target(f"{kind}:{server.address}"), BUNDLE, TOKEN)
        assert all(TOKEN in authorization for *_, authorization, _ in server.asked)


@BOTH
def test_nothing_goes_where_a_server_points(kind: str, handler: type[_Handler]) -> None:
    with serving(handler) as other:

        class Pointing(handler):  # type: ignore[valid-type, misc]
            def end_headers(self) -> None:
                self.send_header("Location", f"{other.address}{self.path}")
                super().end_headers()

            def answer(self, _: bytes) -> tuple[int, dict[str, Any]]:
                return 307, {}

        refused = pytest.raises(StorageError, match="did not take the release")
        with serving(Pointing) as server, refused:
            publish(read_target(f"{kind}:{server.address}"), BUNDLE, TOKEN)
        assert other.asked == []


@BOTH
def test_a_server_that_never_answers_is_given_up(
    kind: str, handler: type[_Handler], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lanzarote_data.release.publish.SECONDS", 0.3)
    free = threading.Event()

    class Silent(handler):  # type: ignore[valid-type, misc]
        def answer(self, _: bytes) -> tuple[int, dict[str, Any]]:
            free.wait(60)
            return 404, {}

    with serving(Silent) as server:
        with pytest.raises(StorageError, match=r"(?i)timed? ?out|did not finish"):
            publish(read_target(f"{kind}:{server.address}"), BUNDLE, TOKEN)
        free.set()


def test_certificates_are_checked() -> None:
    assert _session(Target("zenodo", "http://127.0.0.1")).verify is True


def test_a_server_that_cannot_be_reached_is_one_sentence() -> None:
    with serving(_Zenodo) as server:
        address = server.address
    with pytest.raises(StorageError, match="did not take the release"):
        publish(Target("zenodo", address), BUNDLE, TOKEN)


def test_the_token_goes_to_no_other_server() -> None:
    with serving(_Thief) as server:
        with pytest.raises(StorageError, match="another server"):
            publish(read_target(f"zenodo:{server.address}"), BUNDLE, TOKEN)
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    "text",
    ["zenodo:http://zenodo.org", "ckan:data.example.org", "zenodo:", "ckan:https://me:pw@host"],
)
def test_a_token_goes_over_no_open_line(text: str) -> None:
    with pytest.raises(PackageError, match="does not name a server"):
        read_target(text)


def test_without_a_token_nothing_is_sent() -> None:
    with serving(_Zenodo) as server:
        with pytest.raises(LanzaroteError, match="no credential"):
            publish(read_target(f"zenodo:{server.address}"), BUNDLE)
        assert server.asked == []


@pytest.mark.parametrize("text", ["zenodo:https://zenodo.org", "ckan:https://x.org", "a/folder"])
def test_a_plan_says_what_goes_where(text: str) -> None:
    target = read_target(text)
    steps = "\n".join(plan(target, BUNDLE))
    assert target.address in steps
    assert BUNDLE.name in steps


# Servers that mean harm.


def _replying(status: int, text: str, **headers: str) -> type[_Handler]:
    """A server that gives one reply to everything, in which § stands for the token."""

    class Replying(_Handler):
        def _serve(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            content = text.replace("§", TOKEN).encode("latin-1")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT = do_GET = _serve  # noqa: N815

    return Replying


def _fault(kind: str, handler: type[_Handler]) -> str:
    with serving(handler) as server, pytest.raises(StorageError) as refusal:
        publish(read_target(f"{kind}:{server.address}"), BUNDLE, TOKEN)
    return refusal.value.message


@pytest.mark.parametrize("kind", ["zenodo", "ckan"])
@pytest.mark.parametrize("before", [*range(270, 310, 3), *range(440, 510, 3)])
def test_no_part_of_the_token_is_printed_wherever_a_reply_is_cut(kind: str, before: int) -> None:
    message = _fault(kind, _replying(403, "x" * before + "§"))
    assert TOKEN[:6] not in message


@pytest.mark.parametrize("place", ["html", "id", "bucket"])
def test_a_token_in_the_reply_of_a_success_is_not_printed(place: str) -> None:
    class Echo(_Zenodo):
        def answer(self, body: bytes) -> tuple[int, dict[str, Any]]:
            status, answer = super().answer(body)
            if "links" in answer and place == "id":
                answer = {"id": f"../../7?{TOKEN}", "links": {"bucket": answer["links"]["bucket"]}}
            elif "links" in answer:
                answer["links"][place] += f"?token={TOKEN}"
            return (200, {}) if "?" in self.path or "7%3F" in self.path else (status, answer)

    with serving(Echo) as server:
        try:
            said = publish(read_target(f"zenodo:{server.address}"), BUNDLE, TOKEN)
        except StorageError as refusal:
            said = refusal.message
    assert TOKEN not in said


def test_a_compressed_reply_is_not_unpacked() -> None:
    bomb = gzip.compress(b"x" * 50_000_000).decode("latin-1").replace("§", "x")
    handler = _replying(200, bomb, Content_Encoding="gzip")
    assert "compressed" in _fault("zenodo", handler)


def test_an_endless_reply_is_not_read_to_its_end() -> None:
    assert "larger than" in _fault("zenodo", _replying(200, "x" * 3_000_000))


@pytest.mark.parametrize("drip", [b"x", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"])
def test_a_reply_that_drips_ends(drip: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    class Dripping(_Handler):
        def _serve(self) -> None:
            for byte in drip[:-1] + b"y" * 200:
                time.sleep(0.05)
                with suppress(OSError):
                    self.wfile.write(bytes([byte]))

        do_POST = _serve  # noqa: N815

    monkeypatch.setattr(publish_module, "SECONDS", 1)
    start = time.monotonic()
    assert "1 seconds" in _fault("zenodo", Dripping)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy"])
@BOTH
def test_no_proxy_gets_the_token(
    kind: str, handler: type[_Handler], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(_replying(200, "{}")) as proxy, serving(handler) as server:
        proxied: list[str] = []
        monkeypatch.setattr(proxy, "process_request", lambda *_: proxied.append("x"))
        monkeypatch.setenv(name, proxy.address)
        monkeypatch.delenv("no_proxy", raising=False)
        publish(read_target(f"{kind}:{server.address}"), BUNDLE, TOKEN)
    assert proxied == [] and server.asked


def test_a_proxy_is_used_where_the_connection_through_it_is_encrypted() -> None:
    assert _session(Target("zenodo", "https://zenodo.org")).trust_env
    assert not _session(Target("zenodo", "http://127.0.0.1")).trust_env

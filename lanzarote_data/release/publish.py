"""Publishing a release: to a folder, to a CKAN portal, or as a draft on Zenodo.

Nothing is sent unless it is asked for: :func:`plan` says what would be. A credential is a
parameter, goes into a header, never over an unencrypted connection to another machine, and into no
message.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

from lanzarote_data.metadata.about import About, about_of
from lanzarote_data.model.descriptor import package_from
from lanzarote_data.model.errors import LanzaroteError, PackageError, StorageError, how_to_install
from lanzarote_data.model.package import DESCRIPTOR_NAME
from lanzarote_data.store.atomic import write_file
from lanzarote_data.store.untrusted import in_megabytes

if TYPE_CHECKING:
    import frictionless
    import requests

SECONDS = 60
SLOWEST = 20_000
"""Bytes a second that an upload must have to go on."""
LARGEST_REPLY = 2_000_000
MOST_SHOWN = 500
T = TypeVar("T")
_KINDS = ("ckan", "zenodo")


@dataclass(frozen=True)
class Target:
    """Where a release goes: ``kind`` is folder, ckan or zenodo, ``address`` a path or a URL.

    ``organisation`` is the organisation on the CKAN portal; ``update`` says that the data set is
    there already.
    """

    kind: str
    address: str
    organisation: str = ""
    update: bool = False


@dataclass(frozen=True)
class Bundle:
    """What is published: the zip under its name, and the files in it."""

    name: str
    content: bytes
    files: Mapping[str, bytes]

    @cached_property
    def descriptor(self) -> dict[str, Any]:
        """The descriptor among its files."""
        return dict(json.loads(self.files[DESCRIPTOR_NAME]))

    @cached_property
    def about(self) -> About:
        """What the descriptor says about the data set as a whole."""
        return about_of(package_from(self.descriptor, Path()))

    @cached_property
    def table_paths(self) -> list[str]:
        """The paths of its tables."""
        return [str(entry["path"]) for entry in self.descriptor["resources"]]


def read_target(text: str, organisation: str = "", update: bool = False) -> Target:
    """The target that a person names: a folder, ``ckan:https://…`` or ``zenodo:https://…``.

    :raises PackageError: the address is not one to send a credential to.
    """
    kind, _, address = text.partition(":")
    if kind not in _KINDS:
        return Target("folder", text)
    address = address.rstrip("/")
    parts = urlsplit(address)
    local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not parts.hostname or parts.username or not (parts.scheme == "https" or local):
        raise PackageError(
            f"{text!r} does not name a server that a release may be sent to.",
            f"Write {kind}: and the address of the server, which begins with https://.",
        )
    return Target(kind, address, organisation, update)


def plan(target: Target, bundle: Bundle) -> list[str]:
    """What publishing would do, step by step, in words."""
    size = f"{bundle.name} ({len(bundle.content):,} bytes)"
    about = f"“{bundle.about.title}”, version {bundle.about.version}"
    if target.kind == "folder":
        return [f"copy {size} to the folder {target.address}"]
    if target.kind == "zenodo":
        return [
            f"make a draft on {target.address} for {about}",
            f"upload {size}",
            "send the metadata of .zenodo.json",
            "leave the draft there: it is published by a person, on the page of the draft",
        ]
    verb = "renew" if target.update else "make"
    return [
        f"{verb} the data set {bundle.about.name} on {target.address} for {about}",
        f"upload {len(bundle.table_paths)} tables (CSV) and their {DESCRIPTOR_NAME}",
        f"upload {size}",
    ]


def publish(target: Target, bundle: Bundle, credential: str = "") -> str:
    """Publish a release; the address of what was published.

    :raises LanzaroteError: it is refused, or the server cannot be reached.
    """
    if target.kind == "folder":
        path = Path(target.address) / bundle.name
        write_file(path, bundle.content)
        return str(path)
    if not credential:
        raise PackageError(
            f"There is no credential for {target.address}.",
            "Set LANZAROTE_PUBLISH_TOKEN to the token that the server gave you.",
        )
    with _in_a_sentence(target, credential):
        send = _to_zenodo if target.kind == "zenodo" else _to_ckan
        return _redacted(send(target, bundle, credential), credential)


@contextlib.contextmanager
def _in_a_sentence(target: Target, credential: str) -> Iterator[None]:
    """Raise whatever goes wrong as one sentence without the credential in it."""
    try:
        yield
    except LanzaroteError:
        raise
    except ImportError as reason:
        raise StorageError(
            f"Publishing needs a package that is not installed: {reason.name}.",
            how_to_install("publish"),
        ) from None
    except Exception as reason:
        text = _redacted(str(reason), credential)[:MOST_SHOWN]
        # "from None": the original message could hold the credential.
        raise StorageError(
            f"{target.address} did not take the release: {text}.",
            "Look at what is there already; then try again.",
        ) from None


def _redacted(text: str, credential: str) -> str:
    """A text of a server without the credential, in whichever way it is written there.

    It must not be cut before: of a credential that was cut a part would be left.
    """
    encoded = base64.b64encode(credential.encode()).decode("ascii").rstrip("=")
    for form in (credential, quote(credential, ""), json.dumps(credential)[1:-1], encoded):
        text = text.replace(form, "•••")
    return text


def _to_zenodo(target: Target, bundle: Bundle, credential: str) -> str:
    """A draft with the zip and all metadata; publishing it is a click that cannot be undone.

    Zenodo's API is used directly: frictionless' adapter keeps only seven of the metadata, sends
    local paths as file names, and puts the token into addresses.
    """
    session = _session(target)
    session.headers["Authorization"] = f"Bearer {credential}"
    deposits = f"{target.address}/api/deposit/depositions"
    draft = _answer(session, "POST", deposits, json={})
    bucket = str(draft["links"]["bucket"])
    _same_server(target, bucket)
    _answer(session, "PUT", f"{bucket}/{bundle.name}", data=bundle.content)
    metadata = json.loads(bundle.files[".zenodo.json"])
    _answer(session, "PUT", f"{deposits}/{draft['id']}", json={"metadata": metadata})
    return str(draft["links"].get("html") or f"{target.address}/deposit/{draft['id']}")


def _session(target: Target) -> requests.Session:
    """A session that reads no endless reply, waits for none, and follows no redirection.

    It checks certificates, as requests does by default. A proxy is used only where the connection
    through it is encrypted up to the server.
    """
    import requests

    class Session(requests.Session):
        def send(self, request: requests.PreparedRequest, **settings: Any) -> requests.Response:
            settings |= {"timeout": SECONDS, "allow_redirects": False, "stream": True}
            seconds = SECONDS + int(request.headers.get("Content-Length") or 0) / SLOWEST
            return _within(seconds, lambda: _whole(super(Session, self).send(request, **settings)))

    session = Session()
    session.trust_env = target.address.startswith("https:")
    session.headers["Accept-Encoding"] = "identity"
    # Else requests replaces the credential by a password from ~/.netrc.
    session.auth = lambda request: request
    return session


def _within(seconds: float, work: Callable[[], T]) -> T:
    """The result of some work, which may not take longer, whatever a server does.

    :raises ValueError: it takes longer.
    """
    results: list[T] = []
    faults: list[Exception] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as fault:
            faults.append(fault)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if faults:
        raise faults[0]
    if not results:
        raise ValueError(f"it did not finish its reply in {seconds:.0f} seconds")
    return results[0]


def _whole(answer: requests.Response) -> requests.Response:
    """A reply that is read to its end.

    :raises ValueError: it is too large, or compressed, which was not asked for.
    """
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ValueError("its reply is compressed, which was not asked for")
    content = answer.raw.read(LARGEST_REPLY + 1, decode_content=False)
    answer.close()
    if len(content) > LARGEST_REPLY:
        raise ValueError(f"its reply is larger than {in_megabytes(LARGEST_REPLY)}")
    answer._content, answer._content_consumed = content, True
    return answer


def _same_server(target: Target, address: str) -> None:
    """Send the credential to no other server than the one that was named."""
    if urlsplit(address)[:2] != urlsplit(target.address)[:2]:
        raise ValueError(f"it names another server for the files: {address}")


def _answer(session: requests.Session, method: str, address: str, **content: Any) -> dict[str, Any]:
    answer = session.request(method, address, **content)
    if answer.status_code not in (200, 201):
        raise ValueError(f"{method} gave {answer.status_code}: {answer.text}")
    found: dict[str, Any] = answer.json()
    return found


def _to_ckan(target: Target, bundle: Bundle, credential: str) -> str:
    """A data set with the tables, the descriptor and the zip, through frictionless' adapter."""
    from frictionless import Resource, system
    from frictionless.portals import CkanControl
    from frictionless.portals.ckan.adapter import CkanAdapter

    control = CkanControl(
        baseurl=target.address,
        apikey=credential,
        organization_name=target.organisation or None,
        allow_update=target.update,
    )
    adapter = CkanAdapter(control)
    with (
        tempfile.TemporaryDirectory() as name,
        contextlib.redirect_stdout(io.StringIO()),
        system.use_context(http_session=_session(target)),
    ):
        package = _ckan_package(Path(name), bundle)
        result = adapter.write_package(package)
        whole = Resource(name="release", path=bundle.name, format="zip", basepath=name)
        # Else frictionless unpacks the zip and sends the first file in it.
        whole.compression = None
        whole.title = f"{bundle.about.title}, version {bundle.about.version}: all formats"
        adapter.write_resource(str(result.context["dataset_id"]), whole)
    return str(result.url)


def _ckan_package(folder: Path, bundle: Bundle) -> frictionless.Package:
    """The package with its files in ``folder``, described as CKAN can show it.

    CKAN shows one licence for the whole; where there are several it gets none, and the description
    says all of them.
    """
    from frictionless import Package

    descriptor = dict(bundle.descriptor)
    for path in bundle.table_paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(bundle.files[path])
    (folder / bundle.name).write_bytes(bundle.content)
    if len(bundle.about.licences) > 1:
        descriptor["licenses"] = [{"name": "notspecified", "title": bundle.about.rights}]
    descriptor["description"] = f"{bundle.about.description}\n\n{bundle.about.rights}"
    return Package.from_descriptor(descriptor, basepath=str(folder))

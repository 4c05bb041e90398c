"""The package as Git has it in an earlier revision."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from lanzarote_data.model.errors import StorageError
from lanzarote_data.model.package import DESCRIPTOR_NAME
from lanzarote_data.model.tables import Tables
from lanzarote_data.store.descriptor import load_package
from lanzarote_data.store.tables import read_sound_tables

_PATIENCE = 60.0


def tables_at(folder: Path, revision: str) -> Tables:
    """The tables of the package in ``folder`` in a Git revision, such as ``HEAD~1`` or ``main``.

    :raises StorageError: there is no Git, no repository, no such revision, or no package in it.
    :raises LanzaroteError: the package of that revision cannot be read.
    """
    named = ["rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{commit}}"]
    commit = _git(folder, f"file, folder or Git revision {revision}", named).decode("ascii").strip()
    with TemporaryDirectory() as place:
        _check_out(folder, commit, Path(place), DESCRIPTOR_NAME)
        package = load_package(Path(place))
        for resource in package.resources:
            _check_out(folder, commit, Path(place), resource.path)
        return read_sound_tables(package)


def _check_out(folder: Path, commit: str, place: Path, name: str) -> None:
    """Write a file as a commit has it; no filter, pager or hook of the repository is run."""
    content = _git(
        folder, f"{name} in the revision {commit:.7}", ["cat-file", "blob", f"{commit}:./{name}"]
    )
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _git(folder: Path, asked: str, arguments: list[str]) -> bytes:
    """What Git prints.

    :raises StorageError: there is no Git, or it does not have what is ``asked`` for.
    """
    command = ["git", "-C", str(folder), *arguments]
    words = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=_PATIENCE, env=words
        )
        told = done.stderr.decode("utf-8", "replace").partition("\n")[0]
    except FileNotFoundError:
        told = "Git is not installed"
    except (OSError, ValueError, subprocess.TimeoutExpired) as reason:
        told = str(reason)
    else:
        if done.returncode == 0:
            return done.stdout
    why = f": {told.removeprefix('fatal: ').rstrip('.')}" if told else ""
    raise StorageError(
        f"There is no {asked}{why}.",
        "Name a file or folder that is there, or a revision of the package, such as HEAD~1.",
    )

"""Make an open-data release: one zip with the tables in many formats, metadata and change log.

The same tables, version, date and previous release give the same bytes. With --previous, the
version must fit what changed, and no id may be used for another row. Before it is written, all
formats are read back and compared with the tables, and frictionless validates the package.

With --to, show what publishing would do; with --publish, do it. The token of a server is taken from
the environment variable LANZAROTE_PUBLISH_TOKEN.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.model.errors import PackageError
from lanzarote_data.model.problems import has_errors

if TYPE_CHECKING:
    from lanzarote_data.model.problems import Problem
    from lanzarote_data.release.publish import Target
    from lanzarote_data.release.read import Release

FORMAT = "lanzarote.release/1"


def register(commands: common.Commands) -> None:
    """Declare the command."""
    example = "lanzarote release 2026.2 --previous releases/lanzarote-data-2026.1.0.zip"
    parser = common.add_command(commands, "release", __doc__, example)
    parser.add_argument("version", metavar="VERSION", help="such as 2026.1, or 2026.1.1")
    parser.add_argument(
        "--previous", type=Path, metavar="RELEASE", help="the previous release: a zip or a folder"
    )
    parser.add_argument(
        "--date", default="", help="the date of the release (default: that of the descriptor)"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="instead of build/releases/")
    parser.add_argument(
        "--to", metavar="TARGET", help="a folder, ckan:https://… or zenodo:https://zenodo.org"
    )
    parser.add_argument("--publish", action="store_true", help="send the release to --to")
    parser.add_argument(
        "--organization", default="", metavar="NAME", help="the organisation on a CKAN portal"
    )
    parser.add_argument(
        "--update", action="store_true", help="update a data set that is already on the CKAN portal"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    from lanzarote_data.release.make import make_release, plan_release

    target = _target(options)
    package = common.package_of(options) if options.out else common.own_package_of(options)
    plan = plan_release(package, options.version, options.date, options.previous)
    outcome = Outcome(str(plan.version))
    if has_errors(plan.problems):
        return _end(options, outcome, plan.problems)
    folder = common.output_path(package, "build", "releases", given=options.out)
    made = make_release(plan, folder)
    outcome = replace(outcome, path=made.path, digest=made.digest, files=len(made.files))
    if target:
        outcome = _published(options, outcome, target, made.files)
    return _end(options, outcome, plan.problems, plan.previous)


def _target(options: argparse.Namespace) -> Target | None:
    """Where the release is to go, if anywhere: read first, so that a slip costs nothing."""
    from lanzarote_data.release.publish import read_target

    if options.to:
        return read_target(options.to, options.organization, options.update)
    if options.publish:
        raise PackageError("--publish does not say where to.", "Name a place with --to.")
    return None


@dataclass(frozen=True)
class Outcome:
    """A release as it was made; without a path it was refused."""

    version: str
    path: Path | None = None
    digest: str = ""
    files: int = 0
    plan: tuple[str, ...] = ()
    rights: str = ""
    address: str = ""


def _published(
    options: argparse.Namespace, made: Outcome, target: Target, files: Mapping[str, bytes]
) -> Outcome:
    """What publishing would do; and where the release is now, if it was to be done."""
    from lanzarote_data.metadata.about import read_about
    from lanzarote_data.release.publish import Bundle, plan, publish

    path = made.path or Path()
    bundle = Bundle(path.name, path.read_bytes(), dict(files), read_about(dict(files)))
    steps = tuple(plan(target, bundle))
    address = ""
    if options.publish:
        address = publish(target, bundle, os.environ.get("LANZAROTE_PUBLISH_TOKEN", ""))
    return replace(made, plan=steps, rights=bundle.about.rights, address=address)


def _end(
    options: argparse.Namespace,
    made: Outcome,
    problems: Sequence[Problem],
    previous: Release | None = None,
) -> int:
    """Say what came of it; the exit status."""
    if options.format == "json":
        common.print_json(_as_json(made, problems))
    else:
        common.print_problems(problems)
        _say(made, previous)
    return DONE if made.path else PROBLEMS


def _say(made: Outcome, previous: Release | None) -> None:
    if made.path is None:
        common.say(f"Version {made.version} was not made. Nothing was written.")
        return
    common.say(f"{made.path}: version {made.version}, {common.count(made.files, 'file')}, verified")
    common.say(f"SHA-256: {made.digest}")
    if previous:
        common.say(f"The change log says what changed since {previous.version}.")
    else:
        common.say("First release: there was none before to compare with (--previous).")
    _say_published(made)


def _say_published(made: Outcome) -> None:
    if made.address:
        common.say(f"Published: {made.address}")
    elif made.plan:
        common.say("Nothing was sent. With --publish this would be done:")
        for step in made.plan:
            common.say(f"  - {step}")
        common.say(f"Before you do: may you publish all of it? {made.rights}")


def _as_json(made: Outcome, problems: Sequence[Problem]) -> dict[str, object]:
    return {
        "format": FORMAT,
        "released": made.path is not None,
        "version": made.version,
        "path": str(made.path) if made.path else None,
        "sha256": made.digest or None,
        "files": made.files,
        "plan": list(made.plan),
        "published": made.address or None,
        "problems": [problem.as_json() for problem in problems],
    }

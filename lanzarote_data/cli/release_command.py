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
from pathlib import Path
from typing import NamedTuple

from lanzarote_data.cli import DONE, PROBLEMS, common
from lanzarote_data.model.errors import PackageError
from lanzarote_data.model.problems import has_errors
from lanzarote_data.release.make import Made, Plan, make_release, plan_release
from lanzarote_data.release.publish import Bundle, Target, publish, read_target
from lanzarote_data.release.publish import plan as steps_of

EXAMPLE = "lanzarote release 2026.2 --previous releases/lanzarote-data-2026.1.0.zip"
FORMAT = "lanzarote.release/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
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


def run(options: argparse.Namespace) -> int:
    target = _target(options)
    package = common.package_of(options, to_write=not options.out)
    plan = plan_release(package, options.version, options.date, options.previous)
    made, published = None, Published()
    if not has_errors(plan.problems):
        folder = common.output_path(package, "build", "releases", given=options.out)
        made = make_release(plan, folder)
        published = _published(target, made, options.publish) if target else published
    if options.format == "json":
        common.print_json(_as_json(plan, made, published))
    else:
        common.print_problems(plan.problems)
        _say(plan, made, published)
    return DONE if made else PROBLEMS


def _target(options: argparse.Namespace) -> Target | None:
    """Where the release is to go, if anywhere: read first, so that a slip costs nothing."""
    if options.to:
        return read_target(options.to, options.organization, options.update)
    if options.publish:
        raise PackageError("--publish does not say where to.", "Name a place with --to.")
    return None


class Published(NamedTuple):
    """What publishing would do, whose rights it needs, and where the release is now."""

    plan: tuple[str, ...] = ()
    rights: str = ""
    address: str = ""


def _published(target: Target, made: Made, is_wanted: bool) -> Published:
    bundle = Bundle(made.path.name, made.path.read_bytes(), made.files)
    steps, address = tuple(steps_of(target, bundle)), ""
    if is_wanted:
        address = publish(target, bundle, os.environ.get("LANZAROTE_PUBLISH_TOKEN", ""))
    return Published(steps, bundle.about.rights, address)


def _say(plan: Plan, made: Made | None, published: Published) -> None:
    if made is None:
        return common.say(f"Version {plan.version} was not made. Nothing was written.")
    files = common.count(len(made.files), "file")
    common.say(f"{made.path}: version {plan.version}, {files}, verified")
    common.say(f"SHA-256: {made.digest}")
    if plan.previous:
        common.say(f"The change log says what changed since {plan.previous.version}.")
    else:
        common.say("First release: there was none before to compare with (--previous).")
    if published.address:
        common.say(f"Published: {published.address}")
    elif published.plan:
        common.say("Nothing was sent. With --publish this would be done:")
        for step in published.plan:
            common.say(f"  - {step}")
        common.say(f"Before you do: may you publish all of it? {published.rights}")
    return None


def _as_json(plan: Plan, made: Made | None, published: Published) -> dict[str, object]:
    return {
        "format": FORMAT,
        "released": made is not None,
        "version": str(plan.version),
        "path": str(made.path) if made else None,
        "sha256": made.digest if made else None,
        "files": len(made.files) if made else 0,
        "plan": list(published.plan),
        "published": published.address or None,
        "problems": plan.problems,
    }

"""Lint of ``datapackage.json``: our profile, the published one, and cross-references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from lanzarote_data.model.descriptor import MOST_FAULTS, descriptor_faults
from lanzarote_data.model.package import DESCRIPTOR_NAME
from lanzarote_data.model.problems import Location, Problem, error
from lanzarote_data.model.profile import OTHER_KIND, Fault, published_faults
from lanzarote_data.store.descriptor import read_descriptor


def lint(path: Path) -> list[Problem]:
    """Everything that is wrong with a descriptor; ``path`` may be its folder.

    :raises PackageError: the file cannot be read as a JSON object.
    """
    name = DESCRIPTOR_NAME if path.is_dir() else path.name
    return descriptor_problems(read_descriptor(path), name)


def descriptor_problems(
    descriptor: Mapping[str, Any], name: str = DESCRIPTOR_NAME
) -> list[Problem]:
    """Everything that is wrong with a descriptor; at most :data:`MOST_FAULTS` problems.

    ``name`` is that of its file.
    """
    found = islice(_faults(descriptor), MOST_FAULTS)
    return [
        error(fault.code, Location(source=name, field=fault.path), fault.message, fault.hint)
        for fault in found
    ]


def _faults(descriptor: Mapping[str, Any]) -> Iterator[Fault]:
    """The faults by our profile, then those by the published one that ours does not have.

    A fault by both has the code of the published profile.
    """
    own = descriptor_faults(descriptor)
    if [fault.code for fault in own] == [OTHER_KIND]:
        yield from own
        return
    published = list(islice(published_faults(descriptor), MOST_FAULTS))
    places = {fault.path for fault in published}
    for fault in own:
        is_both = fault.code == "descriptor-unusable" and fault.path in places
        yield replace(fault, code="descriptor-profile") if is_both else fault
    for fault in published:
        if not any(_is_about_the_same(fault.path, other.path) for other in own):
            yield fault


def _is_about_the_same(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")

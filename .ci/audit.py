"""Are there known vulnerabilities in what is installed here? Findings are a failure.

Where no service that knows them can be reached, it says so and goes on: nothing was found then,
since nothing was looked for.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

SERVICES = ("pypi", "osv")
Dependency = dict[str, Any]


def audited(service: str) -> tuple[list[Dependency], str]:
    """What a service knows of each installed package, and what pip-audit said besides."""
    command = [sys.executable, "-m", "pip_audit", "--skip-editable", "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", "15", "--vulnerability-service", service]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        found: list[Dependency] = json.loads(done.stdout)["dependencies"]
    except ValueError:
        found = []
    return found, done.stderr.strip().rpartition("\n")[2]


def verdict(dependencies: list[Dependency]) -> tuple[int, list[str]]:
    """The exit status and what to say of packages of which at least one was looked up."""
    known = [one for one in dependencies if "vulns" in one]
    lines = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in "
        f"{', '.join(fault['fix_versions']) or 'no version'}"
        for one in known
        for fault in one["vulns"]
    ]
    end = f"{len(known)} of {len(dependencies)} installed packages looked up"
    return (1 if lines else 0), [*lines, f"{end}, {len(lines)} known vulnerabilities."]


def main() -> int:
    """Ask one service after the other, until one knows any package; the exit status."""
    said = ""
    for service in SERVICES:
        dependencies, said = audited(service)
        if any("vulns" in one for one in dependencies):
            status, lines = verdict(dependencies)
            print("\n".join(lines))
            return status
    print(f"Vulnerabilities were not looked for: no service could be asked. {said}".strip())
    return 0


if __name__ == "__main__":
    sys.exit(main())

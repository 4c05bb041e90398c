"""What tests share: small packages to change, programs that people use, and no silent skip in CI.

A test that needs a program which a machine may lack carries the mark ``office`` or ``browser`` and
skips with a reason where the program is missing. With ``CI=true`` in the environment such a skip
is a failure: there the programs have to be installed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from lanzarote_data.model.package import Package
from tests.desk import Desk
from tests.office import Office, office_missing
from tests.packages import copy_own_package, copy_package
from tests.shell import Shell

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NEVER_SKIPPED_IN_CI = ("office", "browser")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# A busy machine takes its time; that is no fault.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# For --hypothesis-profile=long: what takes seconds by default takes hours with it.
settings.register_profile(
    "long",
    max_examples=500,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that accepts new wording."""
    parser.addoption("--update-wording", action="store_true", help="rewrite tests/wording.txt")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item], config: pytest.Config) -> None:
    """Let one worker drive a program, which is started once; such tests are slow.

    One worker writes the wording, too. What takes long is begun first, so that no worker waits for
    another at the end.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    for item in items:
        if config.getoption("--update-wording"):
            item.add_marker(pytest.mark.xdist_group("wording"))
        for name in NEVER_SKIPPED_IN_CI:
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.xdist_group(name))
                item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, Any]:
    """Make a failure of the skip of a marked test, where ``CI=true``."""
    report = yield
    marked = any(item.get_closest_marker(name) for name in NEVER_SKIPPED_IN_CI)
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if skipped and marked and os.environ.get("CI") == "true":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"With CI=true this test must not be skipped. {reason}"
    return report


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    """The command line."""
    return Shell(capsys)


@pytest.fixture
def package(tmp_path: Path) -> Package:
    """A copy of the smallest package that has every kind of row."""
    return copy_package("tiny", tmp_path)


@pytest.fixture
def small(tmp_path: Path) -> Package:
    """A copy of a package of two Parties and few rows."""
    return copy_package("small", tmp_path)


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """A copy of the project’s own package, for tests that change nothing in it."""
    return copy_own_package(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """One LibreOffice for all tests that drive one."""
    reason = office_missing()
    if reason:
        pytest.skip(reason)
    with Office() as running:
        yield running


@pytest.fixture(scope="session")
def office_profile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The option for a profile of a LibreOffice that only converts; to make one takes a while."""
    return f"-env:UserInstallation={tmp_path_factory.mktemp('profile').as_uri()}"


@pytest.fixture
def desk(small: Package, office: Office) -> Desk:
    """A person with LibreOffice and the workbooks of the small package."""
    return Desk(small, office)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests that drive one."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium is installed")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=list(QUIET))
        yield started
        started.close()

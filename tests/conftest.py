"""Rules for the whole suite."""

import os
from collections.abc import Generator
from typing import Any

import pytest

REQUIRED_SUITES = "KORPU_REQUIRED_SUITES"
"""Markers whose tests may not be skipped, separated by commas: continuous integration names the suites that it has set up."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    required = {name for name in os.environ.get(REQUIRED_SUITES, "").split(",") if name}
    missed = sorted(required & {mark.name for mark in item.iter_markers()})
    if report.skipped and missed and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but the suites {', '.join(missed)} must run: {report.longrepr}"
    return report

"""A plugin of pytest: a line for each test when it has ended, with its set-up and tear-down; see `miyabi_reports`."""

import pytest
from miyabi_reports import message_of, take_reports


def pytest_configure(config):
    # A worker of xdist runs tests; the process that started it tells of them.
    if hasattr(config, "workerinput"):
        return
    report = take_reports("pytest")
    if report is not None:
        config.pluginmanager.register(_Teller(report, config.rootpath), "miyabi-teller")


class _Teller:
    def __init__(self, report, root):
        self._report = report
        self._root = root
        self._phases = {}
        self._ended = set()

    def pytest_runtest_logreport(self, report):
        phases = self._phases.setdefault(report.nodeid, [])
        # Whoever runs a test again begins with its set-up: the last time counts.
        if report.when == "setup":
            phases.clear()
        phases.append(report)

    def pytest_runtest_logfinish(self, nodeid):
        phases = self._phases.pop(nodeid, [])
        self._ended.add(nodeid)
        if phases:
            self._tell(nodeid, _status(phases), phases)

    def pytest_collectreport(self, report):
        if not report.passed:
            self._tell(report.nodeid, report.outcome, [report])

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session, exitstatus):
        # 0, 1 and 5: all passed, some failed, there was nothing to run. A test may end the session with these as well.
        if int(exitstatus) in (0, 1, 5) and len(self._ended) >= session.testscollected:
            self._report.end()

    def _tell(self, nodeid, status, phases):
        path, *names = nodeid.split("::")
        entry = {"names": names or ["(whole file)"], "file": str(self._root / path), "status": status}
        failed = next((phase for phase in phases if phase.outcome == "failed"), None)
        if failed is not None:
            crash = getattr(failed.longrepr, "reprcrash", None)
            entry["message"] = message_of(failed.longrepr if crash is None else crash.message)
        entry["durationMs"] = sum(getattr(phase, "duration", 0) for phase in phases) * 1000
        self._report.tell(entry)


def _status(phases):
    if any(phase.outcome == "failed" for phase in phases):
        return "failed"
    # A part of a test that was skipped leaves the rest of it.
    whole = [phase for phase in phases if type(phase).__name__ != "SubtestReport"]
    if any(phase.outcome == "skipped" for phase in whole):
        return "skipped"
    return "passed" if any(phase.when == "call" for phase in whole) else "failed"

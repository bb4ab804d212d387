"""Makes unittest tell of each test when it has ended, whichever runner counts them; see `miyabi_reports`."""

import functools
import sys
import time

from miyabi_reports import message_of, take_reports


def watch(results):
    """Follows the first object of the class `TestResult` for which a run starts; others belong to tests."""
    run = _Run()

    def told(name):
        original = getattr(results, name)
        heard = getattr(run, name)

        @functools.wraps(original)
        def method(self, *arguments):
            answer = original(self, *arguments)
            if name == "startTestRun":
                heard(self)
            elif run.owner is self:
                heard(*arguments)
            return answer

        setattr(results, name, method)

    for name in (
        "startTestRun",
        "startTest",
        "addSuccess",
        "addError",
        "addFailure",
        "addSkip",
        "addExpectedFailure",
        "addUnexpectedSuccess",
        "addSubTest",
        "stopTest",
        "stopTestRun",
    ):
        told(name)


class _Run:
    """The names of its methods are those of `unittest.TestResult`."""

    def __init__(self):
        self.owner = None
        self._report = None
        self._test = None
        self._status = None
        self._message = None
        self._began = 0.0

    def startTestRun(self, owner):
        if self.owner is not None:
            return
        self._report = take_reports("unittest")
        if self._report is not None:
            self.owner = owner

    def startTest(self, test):
        self._test, self._status, self._message = test, None, None
        self._began = time.monotonic()

    def addSuccess(self, test):
        self._note(test, "passed")

    def addError(self, test, error):
        self._note(test, "failed", error)

    def addFailure(self, test, error):
        self._note(test, "failed", error)

    def addSkip(self, test, reason):
        self._note(test, "skipped")

    def addExpectedFailure(self, test, error):
        self._note(test, "skipped")

    def addUnexpectedSuccess(self, test):
        self._note(test, "failed", (None, "It passed, which was not expected.", None))

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self._note(test, "failed", error)

    def stopTest(self, test):
        if self._status is not None:
            self._tell(test, self._status, self._message, (time.monotonic() - self._began) * 1000)
        self._test = None

    def stopTestRun(self):
        # It is also called when the run is broken off.
        if sys.exc_info()[0] is None and not self.owner.shouldStop:
            self._report.end()

    def _note(self, test, status, error=None):
        kind, value = (None, None) if error is None else error[:2]
        message = None if error is None else message_of(value if kind is None else "%s: %s" % (kind.__name__, value))
        # What fails outside of every test, such as the set-up of a class, is told at once.
        if self._test is None:
            self._tell(test, status, message, 0)
        elif self._status != "failed":
            self._status, self._message = status, message

    def _tell(self, test, status, message, duration):
        names, module = [test.id()], None
        if hasattr(test, "_testMethodName") and not type(test).__module__.startswith("unittest."):
            names = [type(test).__qualname__, test._testMethodName]
            module = sys.modules.get(type(test).__module__)
        entry = {"names": names, "status": status, "durationMs": duration}
        if message is not None:
            entry["message"] = message
        if getattr(module, "__file__", None):
            entry["file"] = module.__file__
        self._report.tell(entry)

"""What the programs of a run were told of their reports, and how these are written: as in `reporting.cjs`, for Python 3."""

import hashlib
import hmac
import json
import os
import re
from urllib.parse import unquote

# All that Miyabi adds to NODE_OPTIONS; it was put there as one piece. What comes last was said last.
_ADDED = re.compile(r" ?--conditions=miyabi-reports:(\S+):([0-9a-f]+) .*?--conditions=miyabi-end")


def take_reports(runner):
    """Takes on that this process reports; what it starts from now on is told nothing. None when nobody asked, or somebody has."""
    options = os.environ.get("NODE_OPTIONS", "")
    told = _ADDED.findall(options)
    if not told:
        return None
    rest = _ADDED.sub("", options).strip()
    if rest:
        os.environ["NODE_OPTIONS"] = rest
    else:
        del os.environ["NODE_OPTIONS"]
    prefix, key = told[-1]
    return Report(unquote(prefix), bytes.fromhex(key), runner)


class Report:
    """A file that did not exist; where one did, a second one, which tells that there is one too many."""

    def __init__(self, prefix, key, runner):
        self._process = os.getpid()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        name = "%s-%d.jsonl" % (runner, self._process)
        try:
            self._file = os.open(prefix + name, flags, 0o600)
        except OSError:
            name = "%s-%d.second-%s.jsonl" % (runner, self._process, os.urandom(8).hex())
            self._file = os.open(prefix + name, flags, 0o600)
        self._seal = hmac.new(key, name.encode() + b"\0", hashlib.sha256)
        self.tell({"start": True})

    def tell(self, entry):
        """Writes one line at once: who is killed has told what went before."""
        # A fork of the runner that a test made is not the runner.
        if self._file is None or os.getpid() != self._process:
            return
        line = (json.dumps(entry) + "\n").encode()
        self._seal.update(line)
        self._write(line)

    def end(self):
        """Says that everything has been told."""
        self.tell({"end": True})
        if self._file is None or os.getpid() != self._process:
            return
        self._write(b"\n#sealed %s\n" % self._seal.hexdigest().encode())
        os.close(self._file)
        self._file = None

    def _write(self, text):
        while text:
            text = text[os.write(self._file, text) :]


def message_of(value):
    """The first lines of what a failure says."""
    return str(value)[:2000]

"""
Python runs this when it starts, because PYTHONPATH leads here. It makes unittest report where a run of Miyabi's wants a report, changes
nothing anywhere else, and runs the module of this name that it stands in front of.
"""

import importlib.machinery
import importlib.util
import os
import sys


class _Watch:
    """Waits until unittest is imported, which most programs never do."""

    def find_spec(self, name, path=None, target=None):
        if name != "unittest.result":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            import miyabi_unittest

            miyabi_unittest.watch(module.TestResult)

        spec.loader.exec_module = exec_module
        return spec


def _run_the_other():
    here = os.path.dirname(os.path.abspath(__file__))
    others = [path for path in sys.path if os.path.abspath(path) != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if "--conditions=miyabi-reports:" in os.environ.get("NODE_OPTIONS", ""):
    sys.meta_path.insert(0, _Watch())
_run_the_other()

"""Put off what BrainPy imports for others, until somebody asks for it: import this before BrainPy.

It is a quarter of what a process that kernels are forked from imports. Whoever uses one of these
modules has the real one, and does not notice.
"""

import sys
import threading
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

PUT_OFF = (
    "braintools.cogtask",
    "braintools.conn",
    "braintools.fit",
    "braintools.optim",
    "braintools.trainer",
    "numpy.f2py",
    "scipy.signal",
    "scipy.stats",
)
"""For spectra, networks, training and the like, which the course does not have."""


class Later(ModuleType):
    """A module whose code runs when something in it is first asked for.

    ``importlib.util.LazyLoader`` would run it for whoever only looks where it comes from, as the
    debugger does with everything that is imported.
    """

    def __getattr__(self, name: str) -> Any:
        """Return what the module has by this name."""
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        _run(self)
        return getattr(self, name)

    def __dir__(self) -> list[str]:
        """Return what the module has."""
        _run(self)
        return dir(self)


class _PutOff(Loader):
    """Makes a module, and leaves its code for later."""

    def __init__(self, real: Loader) -> None:
        self.real = real

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module, empty."""
        return Later(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing; have the module look as if its own loader had made it."""
        _spec(module).loader = module.__loader__ = self.real


class _There(_PutOff):
    """Hands over a module that its package has imported, when that ran first."""

    def __init__(self, module: ModuleType) -> None:
        self.module, self.real = module, _loader(module)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module that is there: it must not be made twice."""
        return self.module


class _Finder(MetaPathFinder):
    """Finds what is put off, once; and runs a package before a module in it, as Python does."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where it is, or None where others know (as for a module that is reloaded)."""
        package = sys.modules.get(name.rpartition(".")[0])
        if type(package) is Later:
            _run(package)
            if there := sys.modules.get(name):
                _spec(there).loader = _There(there)
                return there.__spec__
        if name not in PUT_OFF or target is not None:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec and spec.loader:
            spec.loader = _PutOff(spec.loader)
        return spec


def _spec(module: ModuleType) -> ModuleSpec:
    assert module.__spec__
    return module.__spec__


def _loader(module: ModuleType) -> Loader:
    loader = _spec(module).loader
    assert loader
    return loader


def _run(module: Later) -> None:
    """Make it an ordinary module, now; whoever asks meanwhile waits, but for the module itself."""
    with _running:
        if type(module) is not Later:
            return
        module.__class__ = ModuleType  # type: ignore[assignment]
        try:
            _loader(module).exec_module(module)
        except BaseException:
            module.__class__ = Later
            raise


_running = threading.RLock()
sys.meta_path.insert(0, _Finder())

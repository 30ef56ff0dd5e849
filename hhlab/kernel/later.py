"""Put off what BrainPy imports for others, until somebody asks for it: import this before BrainPy.

It is a quarter of what a process that kernels are forked from imports. Whoever uses one of these
modules has the real one, and does not notice.
"""

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any

PUT_OFF = ("scipy.signal", "scipy.stats")
"""What braintools imports, for spectra and diagrams that the course does not have."""


class Later(ModuleType):
    """Stands for a module that is imported when something in it is first asked for.

    ``importlib.util.LazyLoader`` would import it for whoever only looks where it comes from, as the
    debugger does with everything that is imported.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__spec__ = importlib.util.find_spec(name)
        self.__file__ = self.__spec__.origin if self.__spec__ else None

    def __getattr__(self, name: str) -> Any:
        """Return what the real module has by this name."""
        if name.startswith("__") and name not in ("__all__", "__path__"):
            raise AttributeError(name)
        return getattr(self._real(), name)

    def __dir__(self) -> list[str]:
        """Return what the real module has."""
        return dir(self._real())

    def _real(self) -> ModuleType:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        real = importlib.import_module(self.__name__)
        vars(self).update(vars(real))
        return real


for _name in PUT_OFF:
    if _name not in sys.modules:
        sys.modules[_name] = Later(_name)

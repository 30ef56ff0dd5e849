"""Build a Hodgkin–Huxley neuron in BrainPy, and check it against the equations themselves.

What students and test cells use. Units throughout: mV, ms, µA/cm², mS/cm², µF/cm², °C.

Each name is imported when it is first asked for. Most of an instructor's commands ask for none, and
need not wait for Matplotlib and SciPy, which take longer to import than all the rest.
"""

import importlib
from typing import Any

__version__ = "0.1.0"

_PLACES = {
    "GRADING_DT": "reference.homework",
    "START": "reference.homework",
    "CheckFailed": "channel.failure",
    "ModelError": "channel.failure",
    "Parameters": "reference",
    "Stimulus": "reference.stimulus",
    "Trace": "reference.trace",
    "call": "channel.call",
    "check": "",
    "derivative": "probe.questions",
    "expect": "channel.expect",
    "hidden_number": "channel.hidden",
    "hidden_parameters": "probe.draws",
    "hidden_pulses": "probe.draws",
    "hidden_states": "probe.draws",
    "inspect": "probe.questions",
    "plot": "lab",
    "pulse": "reference.stimulus",
    "reference": "",
    "refine": "probe.questions",
    "simulate": "probe.questions",
    "step": "probe.questions",
    "value": "channel.call",
}
"""Where each name is from; what is not in a module there is a module itself."""

__all__ = list(_PLACES)


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    place = ".".join(filter(None, (__name__, _PLACES[name])))
    home = importlib.import_module(place)
    found = vars(home)[name] if name in vars(home) else importlib.import_module(f"{place}.{name}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

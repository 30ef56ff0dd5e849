"""Do once what takes time the first time, in the process that graded kernels are forked from."""

import contextlib
import importlib
import io

import numpy as np
from matplotlib import font_manager, pyplot
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.registry import backend_registry

from ..reference.stimulus import pulse
from . import plot

LAZY = (
    "jax.experimental.multihost_utils",
    "jaxlib.mlir.dialects.builtin",
    "jaxlib.mlir.dialects.mhlo",
)
"""What JAX would import only when it is first used."""
ARRAYS = ("cupy", "dask.array", "ndonnx", "torch")
"""What BrainPy looks for when it first draws a number, to tell kinds of arrays apart. One of them
asks for its process when it is imported, and a fork knows of none."""

COMPRESSED = {"compress_level": 3}
"""How PNGs are: a tenth larger, made in seven eighths of the time. SVG knows no such option."""


def warm_up() -> str:
    """Draw the course's figures, for nobody; return why forks would not be safe, or nothing."""
    for module in LAZY:
        importlib.import_module(module)
    for module in ARRAYS:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    backend_registry.list_all()  # which reads what every package that is installed has to offer
    _draw()
    from jax._src import xla_bridge  # JAX has no public way to ask

    started = xla_bridge.backends_are_initialized()
    return "importing BrainPy has started a JAX backend" if started else ""


def _draw() -> None:
    FigureCanvasAgg.print_png.__kwdefaults__ = {"metadata": None, "pil_kwargs": COMPRESSED}
    t = np.linspace(0.0, 37.0, 10)
    V, gate = np.tile(np.linspace(-80.0, 40.0, 10)[:, None], 6), np.linspace(0.0, 1.0, 10)
    plot.potentials(t, V, pulse([1.0, 2.0, 4.0, 8.0, 10.0, 15.0]))
    plot.gates(t, gate, gate, gate, title="I = 15 µA/cm²")
    plot.refinement([(dt, t, V[:, 0]) for dt in (0.1, 0.05, 0.01)], truth=(t, V[:, 0]))
    for number in pyplot.get_fignums():
        pyplot.figure(number).savefig(io.BytesIO(), format="png")
    pyplot.close("all")
    font_manager._get_font.cache_clear()  # type: ignore[attr-defined]  # closes the fonts' files

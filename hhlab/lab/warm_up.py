"""Do once what takes time the first time, in the process that graded kernels are forked from."""

import gc
import importlib
import io
import sys

import numpy as np
import saiunit
from matplotlib import font_manager, mathtext, pyplot
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.registry import backend_registry

from ..reference.stimulus import pulse
from . import plot, stepping

LAZY = (
    "jax.experimental.multihost_utils",
    "jaxlib.mlir.dialects.builtin",
    "jaxlib.mlir.dialects.mhlo",
)
"""What JAX would import only when it is first used."""
ARRAYS = ("cupy", "dask", "ndonnx", "torch")
"""What BrainPy looks for when it first draws a number, to tell kinds of arrays apart."""

PROGRAMS = 1000
"""How many programs a kernel may compile before the memory in which it lowers them is given up."""

COMPRESSED = {"compress_level": 3}
"""How PNGs are: a tenth larger, made in seven eighths of the time. SVG knows no such option."""


def warm_up() -> str:
    """Draw figures and follow the bench's step, for nobody; return why forks would not be safe."""
    for module in LAZY:
        importlib.import_module(module)
    _find_no_arrays()
    backend_registry.list_all()  # which reads what every package that is installed has to offer
    _draw()
    stepping.follow_course()
    from jax._src import xla_bridge  # JAX has no public way to ask, nor for what follows
    from jax._src.interpreters import mlir

    # what JAX does first of all: reads the metadata of all that is installed, for ways to compute
    xla_bridge._discover_and_register_pjrt_plugins()
    # the memory in which programs are lowered: JAX takes another one after ten, for long sessions
    mlir._thread_local_context.set_local((mlir._create_ir_context(), -PROGRAMS))
    started = xla_bridge.backends_are_initialized()
    return "importing BrainPy has started a JAX backend" if started else ""


def _find_no_arrays() -> None:
    """Have BrainPy look for other kinds of arrays once and for all, and find none.

    Students have none. dask.array takes as long to import as JAX, and asks for its process then,
    but a fork does not see any.
    """
    absent = set(ARRAYS) - set(sys.modules)
    for name in absent:
        sys.modules[name] = None  # type: ignore[assignment]  # which is how Python is told so
    saiunit.math.asarray(np.zeros(1))
    for name in absent:
        del sys.modules[name]


def _draw() -> None:
    gc.freeze()  # what was imported need not be looked at when circles are
    FigureCanvasAgg.print_png.__kwdefaults__ = {"metadata": None, "pil_kwargs": COMPRESSED}
    t = np.linspace(0.0, 37.0, 10)
    V, gate = np.tile(np.linspace(-80.0, 40.0, 10)[:, None], 6), np.linspace(0.0, 1.0, 10)
    plot.potentials(t, V, pulse([1.0, 2.0, 4.0, 8.0, 10.0, 15.0]))
    plot.gates(t, gate, gate, gate, title="I = 15 µA/cm²")
    plot.refinement([(dt, t, V[:, 0]) for dt in (0.1, 0.05, 0.01)], truth=(t, V[:, 0]))
    pyplot.subplots()[1].set_yscale("log")  # whose ticks are mathematics, with fonts of their own
    for number in pyplot.get_fignums():
        pyplot.figure(number).savefig(io.BytesIO(), format="png")
    pyplot.close("all")
    # what keeps the fonts' files open: two caches, and circles
    mathtext.MathTextParser._parse_cached.cache_clear()  # type: ignore[attr-defined]
    font_manager._get_font.cache_clear()  # type: ignore[attr-defined]
    gc.collect()

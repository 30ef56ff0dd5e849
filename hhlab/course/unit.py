"""What the course on the Hodgkin–Huxley neuron tells the grader."""

from collections.abc import Mapping

import numpy as np

import hhlab

from .. import truth
from ..check.picture import picture
from ..grading.unit import Unit
from ..lab import DRAWN, FIGURES, LOOPS, READ
from ..truth import (
    known,
    measurements,  # noqa: F401  # registers what wrong measurements mean
)


def remembered(folder: str, filling: bool) -> Mapping[str, str]:
    """Return what tells of programs that JAX has compiled before, and of pictures drawn before."""
    return {
        DRAWN if filling else READ: folder,
        "JAX_COMPILATION_CACHE_DIR": folder,
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        # else JAX would try to write to a folder that is read only, and tell the student
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0" if filling else "1e9",
    }


NAME = "hhlab.course.unit:UNIT"
"""What ``c.Examine.unit`` says in the course."""

UNIT = Unit(
    names={**{name: getattr(hhlab, name) for name in hhlab.__all__}, "np": np, "truth": truth},
    checks=(hhlab.check, hhlab.expect),
    explains=("hhlab.mistakes", "hhlab.truth"),
    answers="hhlab.kernel.batch:replies",
    preload=(
        "hhlab.kernel.later",
        "brainpy",
        "hhlab.channel.expect",
        "hhlab.check",
        "hhlab.kernel.batch",
        "hhlab.kernel.cpu",
        "hhlab.lab.figures",
        "hhlab.lab.plot",
        "hhlab.lab.points",
        "hhlab.probe.draws",
        "hhlab.probe.questions",
        "scipy.integrate",
    ),
    warm_up="hhlab.lab.warm_up:warm_up",
    prepare="hhlab.kernel.cpu:stay_on_cpu",
    environment={
        "JAX_PLATFORMS": "cpu",
        # sharper ones are for the student's screen: they take twice as long to draw
        FIGURES: "plain",
        # to compile takes longer than to run a second of a neuron, and is needed for each answer
        "XLA_FLAGS": f"--xla_backend_optimization_level=0 {LOOPS}",
    },
    compile_cache=remembered,
    tell=known.tell,
    learn=known.learn,
    depends_on=("brainpy", "brainevent", "braintools", "jax", "jaxlib", "numpy", "scipy"),
    hidden=("hhlab.course", "hhlab.truth"),
    assignments=("hh-model", "hh-explore"),
    finished=(
        r"\b\w+\.(?:dyn|neurons)\.\w*HH\w*",
        r"\bfrom (?:brainpy|hhlab)[\w.]* import [\w ,*]+",
        r"\bimport hhlab[\w.]*|\bhhlab\.[\w.]+",
        r"\breference\.\w+",
        r"\bat_rest\([^)]{0,200}\)\[[^]]{0,200}\]",
    ),
    picture=picture,
)

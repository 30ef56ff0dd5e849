"""What BrainPy, JAX and Python mean when they complain about a student's neuron."""

import re

from .mistake import Mistake

JOINT = "return bp.JointEq(…) of the four functions: dV, dm, dh and dn of self."
STEP = "V, m, h, n = self.integral(…) of the four states in order, then t, x and dt=dt."

MEANINGS: tuple[tuple[str, Mistake], ...] = (
    (
        r"NotImplementedError: TODO",
        Mistake(
            "a blank not filled in",
            "The line that raises NotImplementedError is still there.",
            "put your code in the place of that line.",
        ),
    ),
    (
        r"missing \d+ required positional argument.*|d[Vmhn]\(\) (missing|takes)",
        Mistake(
            "a function is called without what it needs",
            "With brackets Python calls a function there and then; an integral takes all of "
            "the states, t and x.",
            f"TODO 7: {JOINT} The functions themselves, without brackets. TODO 8: {STEP}",
        ),
    ),
    (
        r"not enough values to unpack \(expected 4|is missing from what the model returned",
        Mistake(
            "fewer than four equations",
            "JointEq joins fewer equations than there are states.",
            JOINT,
        ),
    ),
    (
        r"too many values to unpack",
        Mistake(
            "more results than names",
            "The integral returns one new value for each equation: four.",
            STEP,
        ),
    ),
    (
        r"[Ee]llipsis",
        Mistake(
            "... left in place",
            "The three dots stand for code that is still to be written.",
            "put your code in the place of the dots.",
        ),
    ),
    (
        r"Do not find time variable|JointEq: got method",
        Mistake(
            "@property missing",
            "Without @property, self.derivative is a function that makes the equations, "
            "and BrainPy takes it for an equation.",
            "the line @property above def derivative.",
        ),
    ),
    (
        r"shape of the original data is",
        Mistake(
            "a variable of another shape",
            "A variable keeps its shape: one value for each neuron.",
            "… * bm.ones(self.num) in TODO 1 to 6.",
        ),
    ),
    (
        r"dtype of the original data is",
        Mistake(
            "a variable of another type",
            "A variable keeps the type that it starts with.",
            "dtype=bool belongs to self.spike, and only there.",
        ),
    ),
    (
        r"truth value of an array",
        Mistake(
            "Python's and, or, not, if with arrays",
            "They ask for one truth value; an array holds many.",
            "bm.logical_and(…), bm.where(…).",
        ),
    ),
    (
        r"TracerArrayConversion|TracerBool|TracerInteger|ConcretizationType"
        r"|only length-1 arrays|only 0-dimensional arrays|must be real number, not",
        Mistake(
            "NumPy or math in an equation",
            "BrainPy compiles the equations, and NumPy and math cannot be compiled.",
            "bm.exp and its like in place of np.exp or math.exp.",
        ),
    ),
    (
        r"UnexpectedTracerError",
        Mistake(
            "a value kept that only exists while BrainPy compiles",
            "A plain attribute was set in update.",
            "write to variables only, as into self.V.value.",
        ),
    ),
    (
        r"odeint\.<locals>|got an array of object|cannot unpack non-iterable"
        r"|object is not (callable|iterable|subscriptable)|derivative must return",
        Mistake(
            "something of another kind where a function or a result belongs",
            "A return is missing, or a name stands for something else.",
            f"TODO 7: {JOINT} TODO 8: {STEP}",
        ),
    ),
    (
        r"has no attribute 'integral'|'derivative'",
        Mistake(
            "the integral is missing",
            "It is made at the end of __init__, from the equations of TODO 7.",
            JOINT,
        ),
    ),
    (
        r"NameError|UnboundLocalError|not defined",
        Mistake(
            "a name without a value",
            "A name was used before it got a value, or is misspelt; attributes need self.",
            "the name in the message above.",
        ),
    ),
    (
        r"unexpected keyword argument",
        Mistake(
            "an argument with another name",
            "The names of arguments are those of the equations.",
            STEP,
        ),
    ),
)


def of_error(text: str) -> tuple[Mistake, ...]:
    """Return what an error message means.

    Parameters
    ----------
    text : str
        Its kind and first line.

    Returns
    -------
    tuple of Mistake
        The first meaning that fits, or none.
    """
    return next(((meaning,) for said, meaning in MEANINGS if re.search(said, text)), ())

"""What BrainPy, JAX and Python mean when they complain about a student's neuron."""

import re

from ..channel.language import Text
from ..channel.mistake import Mistake, explains

JOINT = Text("return bp.JointEq(…) of the four functions: dV, dm, dh and dn of self.")
STEP = Text("V, m, h, n = self.integral(…) of the four states in order, then t, x and dt=dt.")

A_WORD = Text("a word where a number is needed")
QUOTED = Text("What stands in quotation marks is a word, and so is what str(…) makes.")
PART_MISSING = Mistake(
    Text("a part of the class is not there"),
    Text("The class ends where its cell does, and where a line is less indented."),
    Text(
        "the whole class in one cell, each def of it two spaces from the left, with the name that "
        "was given."
    ),
)
ENDLESS = Mistake(
    Text("a function that calls itself without end"),
    Text("It is called within its own def."),
    Text("the name of the function that you wanted to call."),
)
ASKING = Mistake(
    Text("a question that nobody answers"),
    Text("input() waits for somebody who types, and where tests run there is nobody."),
    Text("the value itself in place of input(…)."),
)
OVERWRITTEN = Mistake(
    Text("a name that stands for something else now"),
    Text("One of your cells has given a name in this line to something of its own."),
    Text("another name for what is yours; then Kernel → Restart Kernel and Run All Cells."),
)

MEANINGS: tuple[tuple[str, Mistake], ...] = (
    (
        r"NotImplementedError: TODO",
        Mistake(
            Text("a blank not filled in"),
            Text("The line that raises NotImplementedError is still there."),
            Text("put your code in the place of that line."),
        ),
    ),
    (r"RecursionError", ENDLESS),
    (r"EOFError: EOF when reading|StdinNotImplementedError", ASKING),
    (
        r"'str'|dtype <U\d|could not convert string|sequence by non-int",
        Mistake(A_WORD, QUOTED, Text("the number or the name itself, without quotation marks.")),
    ),
    (
        r"has no attribute '(d[Vmhn]|derivative|update)'|must implement \"update\"",
        PART_MISSING,
    ),
    (
        r"\bupdate\(\) (takes|got an unexpected|missing)",
        Mistake(
            Text("update takes no current"),
            Text("Whoever runs the neuron hands update the current of the step, and nothing else."),
            Text("update must take the current: def update(self, x=0.), t and dt by bp.share."),
        ),
    ),
    (
        r"missing \d+ required positional argument.*|d[Vmhn]\(\) (missing|takes)",
        Mistake(
            Text("a function is called without what it needs"),
            Text(
                "Each argument of an equation is a state, t or x, and self.integral hands over "
                "all of them."
            ),
            Text(
                "the arguments named above, and whether the states have the same names in all "
                "equations. TODO 7: {joint} The functions themselves, without brackets. TODO 8: "
                "{step}",
                joint=JOINT,
                step=STEP,
            ),
        ),
    ),
    (
        r"not enough values to unpack \(expected 4|is missing from what the model returned",
        Mistake(
            Text("fewer than four equations"),
            Text("JointEq joins fewer equations than there are states."),
            JOINT,
        ),
    ),
    (
        r"got a same variable name",
        Mistake(
            Text("one equation twice"),
            Text("V, m, h and n have one equation each."),
            JOINT,
        ),
    ),
    (
        r"too many values to unpack",
        Mistake(
            Text("more results than names"),
            Text("The integral returns one new value for each equation: four."),
            STEP,
        ),
    ),
    (
        r"not supported between instances of '(list|tuple)'",
        Mistake(
            Text("one name for four results"),
            Text("self.integral returns four values: the new V, m, h and n."),
            STEP,
        ),
    ),
    (
        r"(Tracer|Array\w*)' object has no attribute 'value'",
        Mistake(
            Text("a result taken for a Variable"),
            Text(
                "What the integral returns is numbers; only self.V, self.m, self.h and self.n "
                "have a .value."
            ),
            Text("the new V goes into self.V.value, and so on for m, h and n."),
        ),
    ),
    (
        r"ndarray' object has no attribute 'value'",
        Mistake(
            Text("an array where a Variable is needed"),
            Text("Only a Variable has a .value."),
            Text("bm.Variable(…) around the array, in TODO 1 to 6."),
        ),
    ),
    (
        r"has no attribute 'variable'",
        Mistake(
            Text("a small letter in place of a capital"),
            Text("For Python, bm.variable and bm.Variable are different names."),
            Text("bm.Variable, with a capital V."),
        ),
    ),
    (
        r"[Ee]llipsis",
        Mistake(
            Text("... left in place"),
            Text("The three dots stand for code that is still to be written."),
            Text("put your code in the place of the dots."),
        ),
    ),
    (
        r"Do not find time variable",
        Mistake(
            Text("a function without t where an equation is needed"),
            Text("BrainPy integrates functions of a state, then t, then what else they need."),
            Text("t in dV, dm, dh and dn; @property above def derivative, which is no equation."),
        ),
    ),
    (
        r"JointEq: got method",
        Mistake(
            Text("@property missing"),
            Text(
                "Without @property, self.derivative is a function that makes the equations, "
                "and BrainPy takes it for an equation."
            ),
            Text("the line @property above def derivative."),
        ),
    ),
    (
        r"shape of the original data is",
        Mistake(
            Text("a variable of another shape"),
            Text("A variable keeps its shape: one value for each neuron."),
            Text("… * bm.ones(self.num) in TODO 1 to 6."),
        ),
    ),
    (
        r"dtype of the original data is",
        Mistake(
            Text("a variable of another type"),
            Text("A variable keeps the type that it starts with."),
            Text("dtype=bool belongs to self.spike, and only there."),
        ),
    ),
    (
        r"truth value of an array",
        Mistake(
            Text("Python's and, or, not, if with arrays"),
            Text("They ask for one truth value; an array holds many."),
            Text("bm.logical_and(…), bm.where(…)."),
        ),
    ),
    (
        r"TracerArrayConversion|TracerBool|TracerInteger|ConcretizationType"
        r"|(?i:only (length-1|0-dimensional|scalar) arrays)|must be real number, not",
        Mistake(
            Text("NumPy or math in an equation"),
            Text("BrainPy compiles the equations, and NumPy and math cannot be compiled."),
            Text("bm.exp and its like in place of np.exp or math.exp."),
        ),
    ),
    (
        r"UnexpectedTracerError",
        Mistake(
            Text("a value kept that only exists while BrainPy compiles"),
            Text("A plain attribute was set in update."),
            Text("write to variables only, as into self.V.value."),
        ),
    ),
    (
        r"odeint\.<locals>|got an array of object|cannot unpack non-iterable|only supports callable"
        r"|'(?!int|float|bool)\w+' object is not (callable|iterable|subscriptable)"
        r"|derivative must return",
        Mistake(
            Text("not the function or the result that is needed here"),
            Text("A return is missing, or a name stands for something else."),
            Text("TODO 7: {joint} TODO 8: {step}", joint=JOINT, step=STEP),
        ),
    ),
    (
        r"unsupported operand type.*'list'",
        Mistake(
            Text("arithmetic with several results at once"),
            Text("self.integral returns V, m, h and n in a list, and + or * takes one at a time."),
            STEP,
        ),
    ),
    (
        r"has no attribute 'integral'|'derivative'",
        Mistake(
            Text("the integral is missing"),
            Text("It is made at the end of __init__, from the equations of TODO 7."),
            JOINT,
        ),
    ),
    (
        r"not a valid JAX array type|cannot be an instance of State",
        Mistake(
            Text("something else where the integral needs numbers"),
            Text("self.integral gets the four states one by one, then t and x: all are numbers."),
            STEP,
        ),
    ),
    (
        r"NameError: name '[Vmhn]'",
        Mistake(
            Text("no new value in V, m, h or n"),
            Text("The lines below TODO 8 need the new values in V, m, h and n, without self."),
            STEP,
        ),
    ),
    (
        r"has no attribute '(V|m|h|n|spike|t_last_spike)'",
        Mistake(
            Text("a variable that the neuron does not have"),
            Text("What a neuron keeps is written with self: self.V is its own, V is gone at once."),
            Text("self. before the name, in TODO 1 to 6."),
        ),
    ),
    (
        r"NameError|UnboundLocalError|not defined",
        Mistake(
            Text("a name that Python does not know"),
            Text("It got no value before it was used, or is misspelt; attributes need self."),
            Text("the name in the message above."),
        ),
    ),
    (
        r"unexpected keyword argument",
        Mistake(
            Text("an argument with another name"),
            Text("The names of arguments are those of the equations."),
            STEP,
        ),
    ),
)


@explains("error")
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

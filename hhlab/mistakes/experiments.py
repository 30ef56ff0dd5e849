"""What Python means when it complains about a function of hh-explore."""

import re

from ..channel.explain import explains
from ..channel.language import Text
from ..channel.mistake import Mistake
from .errors import MEANINGS

BLANK = MEANINGS[0][1]
NAMES = (
    (
        r"NotImplementedError: TODO",
        BLANK,
    ),
    (
        r"unexpected keyword argument|takes \d+ positional arguments? but",
        Mistake(
            Text("a function that cannot be asked about another neuron"),
            Text("Its first line was changed, or a name was handed on to what does not know it."),
            Text("the line with def, as it was given, and **membrane where it belongs."),
        ),
    ),
    (
        r"no such parameter",
        Mistake(
            Text("a name that the neuron does not know"),
            Text("The message lists the names that it knows."),
            Text("how the name is written: T, gL, gNa and so on."),
        ),
    ),
    (
        r"got an array of object|NoneType",
        Mistake(
            Text("a function without a return"),
            Text("Python then returns None, which is no number."),
            Text("return, at the end of the function."),
        ),
    ),
    (
        r"'(float|int|float64|float32|ndarray)' object is not callable",
        Mistake(
            Text("a number that is called like a function"),
            Text(
                "An argument hides a function of the same name: in chronaxie, rheobase is the "
                "number that is given."
            ),
            Text("the brackets behind that name: leave them out."),
        ),
    ),
    (
        r"not supported between instances of '(list|tuple)'",
        Mistake(
            Text("a list compared with a number"),
            Text("spike_times() returns a list, with one array of times for each neuron."),
            Text("take one array after the other, and then times[times > 200]."),
        ),
    ),
    (
        r"truth value of an array",
        Mistake(
            Text("if and while, and, or, not with several values"),
            Text("They ask for one truth value, and there are several."),
            Text("np.where(…), .any() or .all()."),
        ),
    ),
    (
        r"NameError|UnboundLocalError|not defined",
        Mistake(
            Text("a name that Python does not know"),
            Text("It got no value before it was used, or is misspelt."),
            Text("the name in the message above; was the cell that makes it run?"),
        ),
    ),
)


@explains("call")
def of_call(text: str) -> tuple[Mistake, ...]:
    """Return what it means that a function raised an error, or nothing.

    Parameters
    ----------
    text : str
        The error's kind and first line.
    """
    return next(((meaning,) for said, meaning in NAMES if re.search(said, text)), ())

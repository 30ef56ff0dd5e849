"""What Python means when it complains about a function of hh-explore."""

import re

from ..channel.language import Text
from ..channel.mistake import Mistake, explains
from .errors import MEANINGS

BLANK = MEANINGS[0][1]
NAMES = (
    (
        r"NotImplementedError: TODO",
        BLANK,
    ),
    (
        r"'(builtin_function_or_method|function|method)'|got (builtin_\w+|function|method)$",
        Mistake(
            Text("a function in place of what it returns"),
            Text("Without brackets a name stands for the function itself."),
            Text(
                "the brackets: count(), spike_times(), rate(current). Only least wants a function, "
                "as its first argument: lambda current: rate(current) > 0."
            ),
        ),
    ),
    (
        r"'(Recording|Clamped)'|got (Recording|Clamped)$",
        Mistake(
            Text("a name that a recording does not have, or the whole recording"),
            Text(
                "A recording has .t, .V, .m, .h, .n, .spike_times() and .count(); what clamp "
                "returns has .t and .I."
            ),
            Text("the dot and the name behind it: recording.V, not recording['V']."),
        ),
    ),
    (
        r"'dict'|KeyError|got dict$",
        Mistake(
            Text("the wrong way into a dictionary"),
            Text(
                'reference.rates(V) has "m", "h" and "n"; neuron.at_rest() has "V", too. '
                "Quotation marks make a word; without them it is the name of a variable."
            ),
            Text('square brackets: neuron.at_rest()["V"], reference.rates(V)[gate].'),
        ),
    ),
    (
        r"for \^|bitwise_xor",
        Mistake(
            Text("^ in place of **"),
            Text("In Python ^ is not a power."),
            Text("3 ** x."),
        ),
    ),
    (
        r"'tuple'|can't multiply sequence",
        Mistake(
            Text("several values where one number is needed"),
            Text(
                "A comma makes a tuple, also at the end of a line; reference.rates(V)[gate] is one "
                "of two numbers."
            ),
            Text("the commas. Two values get two names: alpha, beta = …"),
        ),
    ),
    (
        r"could not convert string|'str'|got str$",
        Mistake(
            Text("a word where a number is needed"),
            Text('"m", "h" and "n" are names of gates, not numbers.'),
            Text("what is handed over: reference.rates(V)[gate], steady_state(gate, V)."),
        ),
    ),
    (
        r"missing \d+ required",
        Mistake(
            Text("a function is called without what it needs"),
            Text("The message names what is missing."),
            Text(
                "the call: neuron.record(pulse, duration=…), neuron.fires(current, width), "
                "least(happens, low, high)."
            ),
        ),
    ),
    (
        r"takes \d+ positional arguments? but",
        Mistake(
            Text("more arguments than the function takes"),
            Text("In a call of neuron's, Python counts the neuron as well."),
            Text("the line with def. **membrane is handed on with both stars."),
        ),
    ),
    (
        r"unexpected keyword argument",
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
            Text(
                "how the name is written: T, gL, gNa and so on. **membrane has two stars; a start "
                "is handed on as start=start."
            ),
        ),
    ),
    (
        r"a pulse is \(|inhomogeneous",
        Mistake(
            Text("a pulse that is not three numbers"),
            Text("A pulse is (beginning, width, current), in brackets of its own."),
            Text("neuron.record((0, 500, current), duration=500): first the pulses, one by one."),
        ),
    ),
    (
        r"a start is a state",
        Mistake(
            Text("something else than a state as start"),
            Text("A start is a dictionary with V, m, h and n."),
            Text(
                "start=neuron.at_rest(current, **membrane), all of it. In rate the start comes "
                "second: T=T needs its name."
            ),
        ),
    ),
    (
        r"got an array of object|NoneType|got None$",
        Mistake(
            Text("a function without a return"),
            Text("Python then returns None. The .spike of a recording is None, too."),
            Text("return, at the end of the function. Spikes: recording.spike_times()."),
        ),
    ),
    (
        r"'[\w.]+' object is not callable",
        Mistake(
            Text("a number that is called like a function"),
            Text(
                "Round brackets call a function, and least calls its first argument. An argument "
                "hides a function of the same name: in chronaxie, rheobase is the number that is "
                "given."
            ),
            Text(
                "V[i] with square brackets; rheobase without; least(lambda current: …, low, high)."
            ),
        ),
    ),
    (
        r"not supported between instances of 'list'",
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
        r"out of bounds",
        Mistake(
            Text("a place that is not there"),
            Text("n values have the places 0 to n − 1; no values have none."),
            Text("[-1] for the last one. Are there spikes at all? if len(times) > 1."),
        ),
    ),
    (
        r"values to unpack",
        Mistake(
            Text("another number of values than of names"),
            Text(
                "On the left of = there are more or fewer names than there are values on the right."
            ),
            Text('alpha, beta = reference.rates(V)["h"]; rate returns one array.'),
        ),
    ),
    (
        r"values?: got \d+$",
        Mistake(
            Text("another number of results than was asked for"),
            Text("Several results are returned with commas between them; a list counts as one."),
            Text("the line with return: return held, switched_on, without brackets."),
        ),
    ),
    (
        r"numbers: got 1$",
        Mistake(
            Text("one number where there should be one for each"),
            Text("Several were asked about at once: several neurons, or several potentials."),
            Text("a loop over recording.spike_times(), and the return behind the loop."),
        ),
    ),
    (
        r"numbers?: got \d+$",
        Mistake(
            Text("an array where one number is asked for"),
            Text("V has a row for each time, and a column for each neuron."),
            Text("V[-1, 0] is the last potential of the first neuron; V[:, 0] are all of them."),
        ),
    ),
    (
        r"RecursionError",
        Mistake(
            Text("a function that calls itself without end"),
            Text("It is called within its own def."),
            Text("the name of the function that you wanted to call."),
        ),
    ),
    (
        r"only (0-dimensional|length-1)",
        Mistake(
            Text("a function for one number, with several"),
            Text("float and the functions of math take one number."),
            Text("np.log and its like in place of math.log."),
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

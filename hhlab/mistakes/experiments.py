"""What Python means when it complains about a function of hh-explore."""

import re
from collections.abc import Container
from typing import NamedTuple

from ..channel.language import Text
from ..channel.mistake import Mistake, explains
from .errors import A_WORD, ASKING, ENDLESS, MEANINGS, PART_MISSING, QUOTED

BLANK = MEANINGS[0][1]
GATES = ("steady_state", "time_constant")
"""Blanks that ask for rates."""
AT_THE_BENCH = (
    "threshold",
    "rheobase",
    "chronaxie",
    "rate",
    "onset",
    "two_rates",
    "second_threshold",
    "anode_break",
    "resting_potential",
    "spike_shape",
    "heat_block",
    "separate",
)
"""Blanks that stimulate the neuron, and have nothing else to call."""


class Meaning(NamedTuple):
    """What a complaint means.

    Attributes
    ----------
    said : str
        What it looks like, a regular expression.
    mistake : Mistake
        What it means, said so that it is true of each of the blanks.
    blanks : container of str or None
        Names of the blanks of which it is true; those of all where there are none.
    """

    said: str
    mistake: Mistake
    blanks: Container[str] | None = None


SEVERAL_VALUES = Text("several values where one number is needed")
NOT_ENOUGH = Text("a function is called without what it needs")
TOO_MANY = Text("more arguments than the function takes")
NO_RETURN = Text("a function that ends without a return")
CALLED = Text("a number that is called like a function")
NO_PLACE = Text("a place that is not there")
ANOTHER_NUMBER = Text("another number of values than of names")
NAMES_AND_VALUES = Text(
    "On the left of = there are more or fewer names than there are values on the right."
)
ONE_NUMBER = Text("one number where there should be one for each")
AN_ARRAY = Text("an array where one number is asked for")

NAMES = (
    Meaning(
        r"NotImplementedError: TODO",
        BLANK,
    ),
    Meaning(
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
    Meaning(
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
    Meaning(
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
    Meaning(
        r"for \^|bitwise_xor",
        Mistake(
            Text("^ in place of **"),
            Text("In Python ^ is not a power."),
            Text("3 ** x."),
        ),
    ),
    Meaning(
        r"'tuple'|can't multiply sequence",
        Mistake(
            SEVERAL_VALUES,
            Text(
                "A comma makes a tuple, also at the end of a line; reference.rates(V)[gate] is one "
                "of two numbers."
            ),
            Text("the commas. Two values get two names: alpha, beta = …"),
        ),
        GATES,
    ),
    Meaning(
        r"'tuple'|can't multiply sequence",
        Mistake(
            SEVERAL_VALUES,
            Text("A comma makes a tuple, also at the end of a line."),
            Text("the commas. Where a function returns two values, they get two names: a, b = …"),
        ),
    ),
    Meaning(
        r"could not convert string|'str'|got str$",
        Mistake(
            A_WORD,
            Text('"m", "h" and "n" are names of gates, not numbers.'),
            Text("what is handed over: reference.rates(V)[gate], steady_state(gate, V)."),
        ),
        (*GATES, "crossing"),
    ),
    Meaning(
        r"could not convert string|'str'|got str$",
        Mistake(
            A_WORD,
            QUOTED,
            Text("the number itself, without either; np.nan where there is none."),
        ),
    ),
    Meaning(
        r"missing \d+ required",
        Mistake(
            NOT_ENOUGH,
            Text("The message names what is missing."),
            Text(
                "the call: neuron.record(pulse, duration=…), neuron.fires(current, width), "
                "least(happens, low, high)."
            ),
        ),
        AT_THE_BENCH,
    ),
    Meaning(
        r"missing \d+ required",
        Mistake(
            NOT_ENOUGH,
            Text("The message names what is missing."),
            Text("how many arguments the function takes, and in which order."),
        ),
    ),
    Meaning(
        r"multiple values for (keyword )?argument",
        Mistake(
            Text("an argument that is handed over twice"),
            Text(
                "The message names it: it stands in the call twice, or by its name and within "
                "**membrane."
            ),
            Text("which of the two should count; the other one goes."),
        ),
    ),
    Meaning(
        r"takes \d+ positional arguments? but",
        Mistake(
            TOO_MANY,
            Text("In a call such as neuron.record(…), Python counts the neuron as well."),
            Text("the line with def. **membrane is handed on with both stars."),
        ),
        AT_THE_BENCH,
    ),
    Meaning(
        r"takes \d+ positional arguments? but",
        Mistake(
            TOO_MANY,
            Text("The message names the function, and how many it takes."),
            Text("the call, beside the line with def of the function that it calls."),
        ),
    ),
    Meaning(
        r"unexpected keyword argument",
        Mistake(
            Text("a function that cannot be asked about another neuron"),
            Text("Its first line was changed, or a name was handed on to what does not know it."),
            Text("the line with def, as it was given, and **membrane where it belongs."),
        ),
        AT_THE_BENCH,
    ),
    Meaning(
        r"unexpected keyword argument",
        Mistake(
            Text("an argument with a name that the function does not know"),
            Text("The first line of a function was changed, or a call has another name than it."),
            Text("the line with def, as it was given, and the names in the call."),
        ),
    ),
    Meaning(
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
    Meaning(
        r"a pulse is \(",
        Mistake(
            Text("a pulse that is not three numbers"),
            Text("A pulse is (beginning, width, current), in brackets of its own."),
            Text("neuron.record((0, 500, current), duration=500): first the pulses, one by one."),
        ),
    ),
    Meaning(
        r"inhomogeneous",
        Mistake(
            Text("things of different lengths in one array"),
            Text("NumPy makes an array of rows that are equally long, and of nothing else."),
            Text(
                "what is put together. A pulse is (beginning, width, current); spike_times() has "
                "an array of another length for each neuron."
            ),
        ),
        AT_THE_BENCH,
    ),
    Meaning(
        r"a start is a state",
        Mistake(
            Text("something else than a state as start"),
            Text("A start is a dictionary with V, m, h and n."),
            Text(
                "start=…, all four of them: a dictionary, or what neuron.at_rest(…) returns. In "
                "rate the start comes second: T=T needs its name."
            ),
        ),
    ),
    Meaning(
        r"got an array of object|NoneType|got None$",
        Mistake(
            NO_RETURN,
            Text("Where no return is reached, Python returns None."),
            Text("return, at the end of the function. Spikes: recording.spike_times()."),
        ),
        AT_THE_BENCH,
    ),
    Meaning(
        r"got an array of object|NoneType|got None$",
        Mistake(
            NO_RETURN,
            Text("Where no return is reached, Python returns None."),
            Text("return, at the end of the function, whatever happened before."),
        ),
    ),
    Meaning(r"'property' object", PART_MISSING),
    Meaning(
        r"'[\w.]+' object is not callable",
        Mistake(
            CALLED,
            Text(
                "Round brackets call a function, and least calls its first argument. An argument "
                "hides a function of the same name: in chronaxie, rheobase is the number that is "
                "given."
            ),
            Text("rheobase without brackets; least(lambda width: …, low, high)."),
        ),
        ("chronaxie",),
    ),
    Meaning(
        r"'[\w.]+' object is not callable",
        Mistake(
            CALLED,
            Text(
                "Round brackets call a function, and least calls its first argument. After "
                "f = f(2) the name f is that of a number."
            ),
            Text("V[i] with square brackets; least(lambda x: …, low, high)."),
        ),
    ),
    Meaning(
        r"not supported between instances of 'list'",
        Mistake(
            Text("a list compared with a number"),
            Text("spike_times() returns a list, with one array of times for each neuron."),
            Text("take one array after the other, and then times[times > 200]."),
        ),
        ("rate",),
    ),
    Meaning(
        r"not supported between instances of 'list'",
        Mistake(
            Text("a list compared with a number"),
            Text("Only an array is compared number by number."),
            Text("np.array(…) around the list; from spike_times(), one array after the other."),
        ),
    ),
    Meaning(
        r"truth value of an array",
        Mistake(
            Text("if and while, and, or, not with several values"),
            Text("They ask for one truth value, and there are several."),
            Text("np.where(…), .any() or .all()."),
        ),
    ),
    Meaning(
        r"out of bounds",
        Mistake(
            NO_PLACE,
            Text("n values have the places 0 to n − 1; no values have none."),
            Text("[-1] for the last one. Are there spikes at all? if len(times) > 1."),
        ),
        ("rate",),
    ),
    Meaning(
        r"out of bounds",
        Mistake(
            NO_PLACE,
            Text("n values have the places 0 to n − 1; no values have none."),
            Text("how many there are: len(…). The last one is [-1], if there is one."),
        ),
    ),
    Meaning(
        r"values to unpack",
        Mistake(
            ANOTHER_NUMBER,
            NAMES_AND_VALUES,
            Text('alpha, beta = reference.rates(V)["h"].'),
        ),
        GATES,
    ),
    Meaning(
        r"values to unpack",
        Mistake(
            ANOTHER_NUMBER,
            NAMES_AND_VALUES,
            Text("how many values the function returns: for instance, an array is one."),
        ),
    ),
    Meaning(
        r"values?: got \d+( values)?$",
        Mistake(
            Text("another number of results than was asked for"),
            Text("Several results are returned with commas between them."),
            Text(
                "the line with return: all results that are asked for and no others, without "
                "brackets around them."
            ),
        ),
    ),
    Meaning(
        r"numbers: got 1$",
        Mistake(
            ONE_NUMBER,
            Text("Several neurons were asked about at once."),
            Text("a loop over recording.spike_times(), and behind it the return, of all rates."),
        ),
        ("rate",),
    ),
    Meaning(
        r"numbers: got 1$",
        Mistake(
            ONE_NUMBER,
            Text("The current is asked for at each of the times."),
            Text("the whole arrays, without [-1] or the like."),
        ),
        ("separate",),
    ),
    Meaning(
        r"numbers: got 1$",
        Mistake(
            ONE_NUMBER,
            Text("Several were asked about at once."),
            Text("where many become one: a return within a loop, a [0], a sum, a float(…)."),
        ),
    ),
    Meaning(
        r"numbers: got \d+$",
        Mistake(
            Text("more or fewer numbers than there should be"),
            Text("There should be one for each that was asked about, or for each time."),
            Text("which are left out, for instance by [::2] or [1:], or put together with others."),
        ),
    ),
    Meaning(
        r"array of 0 numbers$",
        Mistake(
            Text("an array with nothing in it"),
            Text("One number is asked for, and there is none."),
            Text("what the array is made of, and whether anything meets the condition."),
        ),
    ),
    Meaning(
        r"array of \d+ numbers$",
        Mistake(
            AN_ARRAY,
            Text("V has a row for each time, and a column for each neuron."),
            Text("V[-1, 0] is the last potential of the first neuron; V[:, 0] are all of them."),
        ),
        ("resting_potential",),
    ),
    Meaning(
        r"array of \d+ numbers$",
        Mistake(
            AN_ARRAY,
            Text("What is returned holds several numbers, or one for each of several things."),
            Text("which of them is asked for, or what is to be made of all of them."),
        ),
    ),
    Meaning(
        r"changes the array that it is handed$",
        Mistake(
            Text("an array that is changed in its place"),
            Text("V *= 2 and V[0] = 0 change the array of whoever calls, who goes on with it."),
            Text("another name for what you compute: W = 2 * V."),
        ),
    ),
    Meaning(
        r"should be an array: got a list$",
        Mistake(
            Text("a list in place of an array"),
            Text("With an array one can compute and compare; with a list, > 0 and - fail."),
            Text("np.array(…) around the list."),
        ),
    ),
    Meaning(
        r"RecursionError",
        ENDLESS,
    ),
    Meaning(
        r"EOFError: EOF when reading|StdinNotImplementedError",
        ASKING,
    ),
    Meaning(
        r"(?i:only (0-dimensional|length-1|scalar))",
        Mistake(
            Text("a function for one number, with several"),
            Text("float and the functions of math take one number."),
            Text("np.log and its like in place of math.log."),
        ),
    ),
    Meaning(
        r"NameError|UnboundLocalError|not defined",
        Mistake(
            Text("a name that Python does not know"),
            Text("It got no value before it was used, or is misspelt."),
            Text("the name in the message above; was the cell that makes it run?"),
        ),
    ),
)


@explains("call")
def of_call(text: str, blank: str = "") -> tuple[Mistake, ...]:
    """Return what it means that a function raised an error, or nothing.

    Parameters
    ----------
    text : str
        The error's kind and first line.
    blank : str
        The function's name, where it is known.
    """
    return next(
        (
            (mistake,)
            for said, mistake, blanks in NAMES
            if (blanks is None or blank in blanks) and re.search(said, text)
        ),
        (),
    )

"""What a complaint means, said so that it is true of the blank that it is said of."""

import nbformat
import pytest
from bank.explore.exam import SOURCE
from nbgrader.utils import is_solution

from hhlab.mistakes.experiments import NAMES, of_call
from hhlab.mistakes.returned import PLACES

RECORD = "V[-1, 0]"
"""The last potential of a recording."""


def told(text, blank=""):
    """Return all that is said of an error."""
    return " ".join(f"{m.name} {m.why} {m.look}" for m in of_call(text, blank))


@pytest.mark.parametrize(
    ("text", "of_one", "blank", "others"),
    [
        ("crossing() should be one number: got an array of 2 numbers", RECORD,
         "resting_potential", ("crossing", "order", "spike_shape", "")),
        ("separate() should be 1000 numbers: got 1", "spike_times()",
         "rate", ("separate", "steady_state", "gates_first", "")),
        ("TypeError: expected numbers, got str", "names of gates",
         "crossing", ("anode_break", "chronaxie", "")),
        ("TypeError: 'float' object is not callable", "rheobase",
         "chronaxie", ("rheobase", "crossing", "")),
        ("TypeError: f() takes 1 positional argument but 2 were given", "**membrane",
         "threshold", ("gates_first", "crossing", "")),
        ("ValueError: too many values to unpack (expected 2)", "reference.rates",
         "time_constant", ("two_rates", "gates_first", "")),
    ],
)  # fmt: skip
def test_what_is_true_of_one_blank_is_said_of_no_other(text, of_one, blank, others):
    assert of_one in told(text, blank)
    for other in others:
        assert told(text, other)
        assert of_one not in told(text, other)


def test_a_question_to_the_keyboard_is_told_before_it_is_graded():
    at_home = "StdinNotImplementedError: raw_input was called, but this frontend does not support"
    assert told(at_home) == told("EOFError: EOF when reading a line")
    assert "input()" in told(at_home)


def test_a_piece_of_a_class_in_a_cell_of_its_own_is_not_told_as_a_number():
    """Its derivative is in the place of the course's function, and a test calls that."""
    said = told("TypeError: 'property' object is not callable")
    assert "the whole class in one cell" in said
    assert "number" not in said


def test_numbers_that_are_too_few_are_not_told_as_too_many():
    assert "more or fewer" in told("separate(0)[0] should be 1000 numbers: got 500", "separate")
    assert told("x should return 2 values: got 1") == told(
        "x should return one value: got 2 values"
    )


def test_blanks_that_something_is_said_of_are_those_of_the_notebook():
    cells = [cell.source for cell in nbformat.read(SOURCE, 4).cells if is_solution(cell)]
    source = "\n".join(cells)
    named = {name for meaning in NAMES for name in meaning.blanks or ()} | PLACES.keys()
    assert all(f"def {name}(" in source for name in named)

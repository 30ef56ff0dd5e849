"""What the names of an ``update`` stand for is known when it is over, at no cost on the way."""

import sys

import numpy as np
import pytest

from hhlab.kernel.perform import Names

SIZE = 3
FIRST, LAST, SOME, OLD = ((number,) * SIZE for number in (1.0, 2.0, 3.0, 4.0))
BEFORE = {name: np.array(OLD) for name in "Vmhn"}


class Neuron:
    """It has no equations: names are looked at whatever they are computed from."""

    def update(self, how):
        self.watched = sys.getprofile()
        V, m, h = FIRST, SOME, SOME
        if how == "stops":
            raise ValueError
        V = LAST
        del h
        self.another()
        return V, m

    def another(self):
        V, n = SOME, SOME
        return V, n


def names(neuron, how):
    """Return what the names stand for, and the error that it stopped with."""
    found, stopped = Names(neuron, BEFORE), None
    try:
        with found:
            neuron.update(how)
    except ValueError as error:
        stopped = error
    return found.computed({}, ""), stopped


def test_names_are_as_they_were_when_it_ended():
    assert names(Neuron(), "ends") == ({"V": LAST, "m": SOME}, None)


def test_names_are_as_they_were_when_it_stopped():
    found, stopped = names(Neuron(), "stops")
    assert found == {"V": FIRST, "m": SOME, "h": SOME}
    assert isinstance(stopped, ValueError)


def test_nobody_is_told_of_the_calls_that_it_makes():
    """JAX makes ten thousand in a step: to be told of each took longer than all that they do."""
    neuron = Neuron()
    names(neuron, "ends")
    assert neuron.watched is None


@pytest.mark.parametrize("update", [None, print, len])
def test_what_is_no_function_of_python_has_no_names(update):
    neuron = type("Neuron", (), {"update": update})()
    found = Names(neuron, BEFORE)
    with found:
        assert sys.getprofile() is None
    assert found.computed({}, "") == {}


@pytest.mark.parametrize(
    "other", [3, 0.5, (1.0, 2.0), ((1.0,) * SIZE + (2.0,),) * 2, "done", None, {}, print, [[1], []]]
)
def test_what_is_no_number_for_each_neuron_is_no_state(other):
    def update(self):
        V, m = SOME, other
        return V, m

    neuron = type("Neuron", (), {"update": update})()
    found = Names(neuron, BEFORE)
    with found:
        neuron.update()
    assert found.computed({"m": LAST}, "") == {"V": SOME, "m": LAST}


def test_what_is_written_back_the_wrong_way_round_is_as_the_integral_returned_it():
    """``V = self.V.value`` leaves an old value; where none was returned, it is what there is."""

    def update(self):
        V, m, h = OLD, OLD, LAST
        return V, m, h

    neuron = type("Neuron", (), {"update": update})()
    found = Names(neuron, BEFORE)
    with found:
        neuron.update()
    assert found.computed({"V": FIRST, "h": FIRST}, "") == {"V": FIRST, "m": OLD, "h": LAST}

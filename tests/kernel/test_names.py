"""What the names of an ``update`` stand for is known when it is over, at no cost on the way."""

import sys

import pytest

from hhlab.kernel.perform import Names


class Neuron:
    """It has no equations: names are looked at whatever they stand for."""

    def update(self, how):
        self.watched = sys.getprofile()
        V, m, h = "first", "m", "h"
        if how == "stops":
            raise ValueError
        V = "last"
        del h
        self.another()
        return V, m

    def another(self):
        V, n = "another's", "another's"
        return V, n


def names(neuron, how):
    """Return what the names stand for, and the error that it stopped with."""
    found, stopped = Names(neuron), None
    try:
        with found:
            neuron.update(how)
    except ValueError as error:
        stopped = error
    return found.computed({}, ""), stopped


def test_names_are_as_they_were_when_it_ended():
    assert names(Neuron(), "ends") == ({"V": "last", "m": "m"}, None)


def test_names_are_as_they_were_when_it_stopped():
    found, stopped = names(Neuron(), "stops")
    assert found == {"V": "first", "m": "m", "h": "h"}
    assert isinstance(stopped, ValueError)


def test_nobody_is_told_of_the_calls_that_it_makes():
    """JAX makes ten thousand in a step: to be told of each took longer than all that they do."""
    neuron = Neuron()
    names(neuron, "ends")
    assert neuron.watched is None


@pytest.mark.parametrize("update", [None, print, len])
def test_what_is_no_function_of_python_has_no_names(update):
    neuron = type("Neuron", (), {"update": update})()
    found = Names(neuron)
    with found:
        assert sys.getprofile() is None
    assert found.computed({}, "") == {}

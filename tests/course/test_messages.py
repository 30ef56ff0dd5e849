"""Bad input gets an error that says what, where, and what to do."""

import inspect

import numpy as np
import pytest

import hhlab
from hhlab import Stimulus, check, hidden_pulses, pulse, reference, simulate, step
from hhlab.__main__ import main
from hhlab.course.folder import Course
from hhlab.lab import plot
from hhlab.reference import stimulus

STATE = {"V": [-70.0], "m": [0.1], "h": [0.6], "n": [0.3], "I": [0.0]}


@pytest.mark.parametrize("dt", [0.0, -0.1, float("nan")])
def test_a_time_step_must_be_positive(dt):
    with pytest.raises(ValueError, match="dt must be positive, in ms"):
        reference.solve(pulse(5.0), dt=dt)
    with pytest.raises(ValueError, match="dt must be positive, in ms"):
        step(None, STATE, dt=dt)
    with pytest.raises(ValueError, match="dt must be positive, in ms"):
        simulate(None, pulse(5.0), dt=dt)


def test_a_time_step_must_fit_the_stimulus():
    with pytest.raises(ValueError, match=r"multiples of the time step: got dt = 0.3 ms"):
        pulse(5.0).sample(0.3)


@pytest.mark.parametrize("current", [float("nan"), float("inf"), []])
def test_a_current_must_be_a_number(current):
    with pytest.raises(ValueError, match="finite numbers, in µA/cm²"):
        pulse(current)


def test_durations_must_be_positive():
    with pytest.raises(ValueError, match="durations must be positive, in ms"):
        pulse(5.0, width=0)


def test_sizes_must_fit():
    with pytest.raises(ValueError, match="one row of currents for each duration"):
        Stimulus([1.0, 2.0], [[1.0]])
    with pytest.raises(ValueError, match=r"one length: got .*'V': \(2,\)"):
        step(None, {**STATE, "V": [-70.0, -60.0]})
    with pytest.raises(ValueError, match=r"shape \(steps, neurons\) = \(3, 2\): got \(3, 1\)"):
        plot.potentials(np.arange(3), np.zeros((3, 1)), pulse([1.0, 2.0]))


def test_an_unknown_parameter_is_named_with_those_there_are():
    with pytest.raises(ValueError, match=r"no such parameter: gCa \(there are ENa, gNa"):
        simulate(None, pulse(5.0), gCa=1.0)


def test_missing_states_are_named():
    with pytest.raises(ValueError, match="h, n missing"):
        reference.solve(pulse(5.0), start={"V": -70.0, "m": 0.1})


def test_the_command_says_where_there_is_no_course(tmp_path, capsys):
    assert main(["demo", "--course", str(tmp_path), "--into", str(tmp_path / "demo")]) == 1
    assert "run this in the folder of the course" in capsys.readouterr().err


def test_the_demo_deletes_nothing_it_did_not_make(tmp_path, capsys):
    (tmp_path / "thesis.tex").write_text("three years of work")
    assert main(["demo", "--into", str(tmp_path)]) == 1
    assert "is no demo" in capsys.readouterr().err
    assert (tmp_path / "thesis.tex").exists()


def full_name(function):
    return f"{function.__module__}.{function.__name__}"


def public_functions():
    modules = (hhlab, check, plot, reference, stimulus)
    found = {
        thing
        for module in modules
        for name, thing in vars(module).items()
        if name[0] != "_" and inspect.isfunction(thing) and thing.__module__.startswith("hhlab")
    }
    return sorted(found, key=lambda each: (each.__module__, each.__name__))


@pytest.mark.parametrize("function", public_functions(), ids=full_name)
def test_every_public_function_says_what_it_takes_and_gives(function):
    text = inspect.getdoc(function)
    short = text.split("\n")[0]
    assert short.endswith(".")
    if inspect.signature(function).parameters and "\n" in text:
        assert "Parameters\n----------" in text
    for section in ("Parameters", "Returns", "Raises"):
        if section in text.split("\n"):
            assert f"{section}\n{'-' * len(section)}" in text


def test_hidden_pulses_of_a_course_need_its_key():
    assert not np.array_equal(hidden_pulses("a").currents, hidden_pulses("b").currents)
    assert np.array_equal(hidden_pulses("a").currents, hidden_pulses("a").currents)


def test_a_course_is_copied_whole(tmp_path, released):
    copy = Course.copy(released.root, tmp_path / "copy")
    assert copy.source.read_bytes() == released.source.read_bytes()

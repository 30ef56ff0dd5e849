"""The hidden draws against what they promise, for many course keys.

A draw near a threshold, or in a state where a textbook's formula is 0/0, would fail a right answer:
rarely, so that nobody would notice but the student.
"""

import dataclasses
import itertools

import numpy as np
import pytest
from probe.draws import KEYS, RANGES, course
from reference.discrete import exact, runs

from hhlab import (
    Parameters,
    check,
    hidden_parameters,
    hidden_pulses,
    hidden_states,
    pulse,
    reference,
    truth,
)
from hhlab.channel.failure import CheckFailed
from hhlab.probe.draws import FIRING_PULSES, SILENT_PULSES, TOO_NEAR
from hhlab.reference import HOMEWORK

MARGIN = 0.1
"""How far an amplitude must be from the threshold, as a part of it."""


def _flat(draw):
    """Return the numbers of a draw of any kind, one after the other."""
    if isinstance(draw, dict):
        return np.hstack([np.ravel(values) for values in draw.values()])
    return np.hstack([draw.durations, draw.currents.ravel()])


@pytest.mark.parametrize("draw", [hidden_pulses, hidden_states, hidden_parameters])
def test_a_draw_depends_on_the_key_and_the_name_and_nothing_else(draw):
    with course("one"):
        first, again, other_name = _flat(draw("a")), _flat(draw("a")), _flat(draw("b"))
    with course("two"):
        other_key = _flat(draw("a"))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other_name)
    assert not np.array_equal(first, other_key)


@pytest.mark.parametrize("singular", [-40.0, -55.0])
def test_states_keep_away_from_where_the_rates_are_zero_over_zero(singular):
    for key in KEYS:
        with course(key):
            V = hidden_states("update", 16)["V"]
        assert np.abs(V - singular).min() >= 0.5


def test_states_are_in_their_ranges():
    ranges = {
        "V": (-90, 40),
        "m": (0.05, 0.95),
        "h": (0.05, 0.95),
        "n": (0.05, 0.95),
        "I": (-5, 20),
    }
    for key in KEYS:
        with course(key):
            states = hidden_states("update", 16)
        for name, (low, high) in ranges.items():
            assert states[name].shape == (16,)
            assert low <= states[name].min()
            assert states[name].max() <= high


def test_two_of_five_pulses_are_silent_and_the_others_fire():
    for key in KEYS:
        with course(key):
            stimulus = hidden_pulses("spikes")
        amplitudes = np.sort(stimulus.currents[1])
        assert SILENT_PULSES[0] <= amplitudes[0]
        assert amplitudes[1] <= SILENT_PULSES[1]
        assert FIRING_PULSES[0] <= amplitudes[2]
        assert amplitudes[4] <= FIRING_PULSES[1]
        assert 10 <= stimulus.durations[0] <= 12
        assert stimulus.durations[1:].tolist() == [2, 25]
        stimulus.steps(0.1)  # raises where an edge falls inside a step


def test_parameters_fill_their_ranges():
    drawn = []
    for key in KEYS:
        with course(key):
            drawn.append(hidden_parameters("parameters"))
    for name, (low, high) in RANGES.items():
        values = [parameters[name] for parameters in drawn]
        assert low <= min(values) < low + 0.05 * (high - low)
        assert high - 0.05 * (high - low) < max(values) <= high


@pytest.mark.parametrize("name", TOO_NEAR)
def test_who_ignores_a_drawn_parameter_is_found_out(name):
    asked = []
    for key in KEYS[:12]:
        with course(key):
            asked.append((hidden_pulses("parameters"), hidden_parameters("parameters")))
    ignoring = [(pulses, {**drawn, name: getattr(HOMEWORK, name)}) for pulses, drawn in asked]
    for ask, (_, drawn) in zip(runs(ignoring, exact), asked, strict=True):
        seen = dataclasses.replace(ask(), parameters=HOMEWORK.with_(**drawn))
        with pytest.raises(CheckFailed):
            check.gates(seen)


@pytest.mark.parametrize("p", [HOMEWORK, Parameters(gL=0.3)], ids=["homework", "textbook"])
def test_pulses_are_far_from_the_threshold_of_either_leak(p):
    nearest = [SILENT_PULSES[1] / (1 - MARGIN), FIRING_PULSES[0] / (1 + MARGIN)]
    spikes = reference.solve(pulse(nearest), p, truth.rest(p)).spike_times()
    assert [len(times) for times in spikes] == [0, 1]


def _assert_far_from_threshold(parameters):
    """Assert that all pulses of the ranges do what they should, with the margin, in all neurons."""
    nearest = [SILENT_PULSES[1] / (1 - MARGIN), FIRING_PULSES[0] / (1 + MARGIN)]
    stimuli = [pulse([*SILENT_PULSES, *nearest, *FIRING_PULSES], before=when) for when in (10, 12)]
    for ask in runs([(stimulus, own) for stimulus in stimuli for own in parameters], exact):
        run = ask()
        counts = [len(times) for times in run.trace.spike_times()]
        assert counts == [0, 0, 0, 1, 1, 1], run.parameters


def test_pulses_are_far_from_the_threshold_in_the_corners_of_the_parameters():
    corners = itertools.product(*RANGES.values())
    _assert_far_from_threshold([dict(zip(RANGES, corner, strict=True)) for corner in corners])


def test_pulses_are_far_from_the_threshold_with_drawn_parameters():
    drawn = []
    for key in KEYS[:30]:
        with course(key):
            drawn.append(hidden_parameters("parameters"))
    _assert_far_from_threshold(drawn)

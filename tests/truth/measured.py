"""What is measured of the equations for tests alone: no notebook asks for it."""

import numpy as np
from scipy.optimize import minimize_scalar

from hhlab import truth
from hhlab.reference import currents
from hhlab.truth import rest, steady_gates
from hhlab.truth.search import least


def f_i(amplitudes, membrane):
    """Return the firing rate from rest for each of several currents, Hz."""
    return np.array([truth.firing_rate(float(each), membrane) for each in amplitudes])


def strength_duration(durations, membrane):
    """Return the least pulse that fires for each of several durations (ms), µA/cm²."""
    return np.array([truth.pulse_threshold(float(each), membrane) for each in durations])


def voltage_threshold(membrane):
    """Return the least sudden depolarisation from rest that fires the neuron, mV."""
    state = rest(membrane)

    def enough(step):
        return truth.fires([(30.0, 0.0)], membrane, state | {"V": state["V"] + step})

    return least(enough, guess=7.0, most=100.0)


def peak_sodium_current(command, membrane):
    """Return when the sodium current under a voltage clamp is largest, ms, and how large."""
    t = np.geomspace(1e-3, 100.0, 400) / membrane.phi

    def size(time):
        return np.abs(truth.voltage_clamp(command, time, membrane)["Na"])

    top = int(size(t).argmax())
    around = (t[max(0, top - 1)], t[min(len(t) - 1, top + 1)])
    when = float(minimize_scalar(lambda x: -size(x), bounds=around, options={"xatol": 1e-9}).x)
    return when, float(truth.voltage_clamp(command, when, membrane)["Na"])


def current_voltage(commands, membrane):
    """Return peak sodium and steady potassium current for each of several potentials, µA/cm²."""
    commands = np.array(list(commands))
    peaks = [peak_sodium_current(float(V), membrane)[1] for V in commands]
    steady = {"V": commands, **steady_gates(commands)}
    return np.array(peaks), currents(steady, membrane)["K"]

"""The laboratory of hh-explore against the solution of the equations.

Whatever is on the bench, the course's neuron or a student's, what is measured may be off by half of
what the notebook's tests allow.
"""

import gc
import math
import re
import signal

import jax
import numpy as np
import pytest
from shared import ROOT
from truth import measured

from hhlab import truth
from hhlab.lab.bench import Lab, least
from hhlab.lab.figures import say
from hhlab.reference import CANONICAL, HOMEWORK


def student_class(edit=lambda source: source):
    """Return the HH that the instructor's answers to hh-model make, or a variation of it."""
    import brainpy as bp
    import brainpy.math as bm
    import nbformat

    notebook = nbformat.read(ROOT / "source/hh-model/hh-model.ipynb", 4)
    source = next(cell.source for cell in notebook.cells if cell.id == "hh")
    namespace = {"bp": bp, "bm": bm}
    exec(edit(source), namespace)
    return namespace["HH"]


@pytest.fixture(scope="module")
def labs():
    """The course's neuron and a student's, each in a laboratory."""
    return {"the course's": Lab(), "a student's": Lab(student_class())}


@pytest.fixture(params=["the course's", "a student's"])
def neuron(request, labs):
    """A neuron on the bench."""
    return labs[request.param]


def off(got, expected):
    """Return by how many percent something is off."""
    return float(100 * np.abs(got / expected - 1).max())


def test_a_working_neuron_of_a_student_is_used(labs):
    assert labs["a student's"].own
    assert not labs["the course's"].own


@pytest.mark.parametrize("spelt", [r"self.g_\1", r"self.max_\1"])
def test_the_names_of_a_students_attributes_are_the_students(spelt):
    lab = Lab(student_class(lambda source: re.sub(r"self\.g(Na|K|L)\b", spelt, source)))
    assert lab.own


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("return bp.JointEq(self.dV, self.dm, self.dh, self.dn)", "raise NotImplementedError"),
         "NotImplementedError"),
        (("return bp.JointEq(self.dV, self.dm, self.dh, self.dn)",
          'raise NotImplementedError("TODO 7, derivative")'), "TODO 7 is still blank. The"),
        (("self.n.value = n", "pass"), "it fires at"),
        (("return dVdt", "return dVdt * float('nan')"), "beyond all bounds"),
    ],
)  # fmt: skip
def test_a_neuron_that_does_not_work_costs_nothing(wrong, said, capsys):
    lab = Lab(student_class(lambda source: source.replace(*wrong)))
    assert not lab.own
    assert said in capsys.readouterr().out
    assert lab.fires(8.0, 2.0)


@pytest.mark.parametrize("membrane", [CANONICAL, HOMEWORK])
def test_thresholds(neuron, membrane):
    widths = np.array([0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0])
    high = np.full(len(widths), 200.0)
    got = least(lambda current: neuron.fires(current, widths, gL=membrane.gL), 0.0, high)
    assert off(got, measured.strength_duration(widths, membrane)) < 1
    rheobase = least(lambda current: neuron.fires(current, 30.0, gL=membrane.gL), 0.0, 50.0)
    assert off(rheobase, truth.rheobase(membrane)) < 1


def test_chronaxie(neuron):
    twice = 2 * truth.rheobase(CANONICAL)
    got = least(lambda width: neuron.fires(twice, width), 0.0, 20.0)
    assert off(got, truth.chronaxie(CANONICAL)) < 1.5


def rates(neuron, current, **named):
    recording = neuron.record((0, 500, current), duration=500, **named)
    late = [times[times > 200] for times in recording.spike_times()]
    return np.array([1000 / np.diff(times).mean() if len(times) > 1 else 0.0 for times in late])


def test_the_firing_rate_from_rest_and_from_the_steady_state(neuron):
    currents = np.array([8.0, 15.0, 30.0])
    expected = measured.f_i(currents, CANONICAL)
    assert off(rates(neuron, currents), expected) < 1.5
    assert (rates(neuron, np.array([2.0, 5.0, 6.2])) == 0).all()
    still = neuron.at_rest(np.array([7.0, 8.5]))
    assert (rates(neuron, np.array([7.0, 8.5]), start=still) == 0).all()
    assert off(rates(neuron, 15.0, start=neuron.at_rest(15.0)), expected[1]) < 1.5


def test_firing_in_the_warm_and_the_heat_block(neuron):
    T = np.array([0.0, 8.0, 14.0, 20.0])
    expected = [truth.firing_rate(10.0, CANONICAL.with_(T=each)) for each in T]
    assert off(rates(neuron, 10.0, T=T), np.array(expected)) < 1.5
    block = truth.heat_block(10.0, CANONICAL)
    around = rates(neuron, 10.0, T=np.array([block - 0.35, block + 0.35]))
    assert around[0] > 0
    assert around[1] == 0


@pytest.mark.parametrize(
    ("interval", "T"), [(9.0, 6.3), (12.0, 6.3), (18.0, 6.3), (22.0, 6.3), (8.0, 9.0), (11.0, 12.0)]
)
def test_refractoriness(neuron, interval, T):
    resting = truth.pulse_threshold(0.5, CANONICAL.with_(T=T))

    def again(multiple):
        pulses = (0, 0.5, 2 * resting), (interval, 0.5, multiple * resting)
        return neuron.record(*pulses, duration=interval + 30, T=T).count(after=interval) > 0

    expected = truth.second_pulse_threshold(interval, 2, 0.5, CANONICAL.with_(T=T))
    assert off(least(again, 0.0, 40.0), expected) < 2.5


def test_anode_break(neuron):
    def weakest(**membrane):
        return least(lambda current: neuron.fires(current, 20.0, **membrane), 0.0, -20.0)

    assert off(weakest(), truth.anode_break_threshold(20, CANONICAL)) < 1.5
    assert np.isnan(weakest(gL=0.03))


def test_a_neuron_stays_at_rest_and_finds_it_from_elsewhere(neuron):
    for gL in (0.03, 0.3):
        rest = truth.rest(CANONICAL.with_(gL=gL))
        state = neuron.at_rest(gL=gL, dt=0.1)  # which a rate hands on with the rest
        assert all(abs(float(state[name][0]) - x) < 1e-3 for name, x in rest.items())
        assert abs(neuron.record(duration=50, gL=gL).V[-1, 0] - rest["V"]) < 1e-2
    model_start = {"V": -70.68, "m": 0.0266, "h": 0.772, "n": 0.235}
    recording = neuron.record(duration=200, start=model_start)
    assert recording.count() == [1]  # the spike that nobody asked for
    assert abs(recording.V[-1, 0] - truth.rest(CANONICAL)["V"]) < 0.05


@pytest.mark.parametrize("T", [6.3, 20.0])
def test_the_shape_of_a_spike(neuron, T):
    V = neuron.record((0, 0.5, 60.0), duration=20, T=T).V[:, 0]
    expected = truth.spike_shape(60.0, 0.5, CANONICAL.with_(T=T))
    assert abs(V.max() - expected.peak) < 0.75
    middle = (neuron.at_rest()["V"] + V.max()) / 2
    assert abs(0.01 * np.sum(middle < V) - expected.half_width) < 0.02


def test_the_voltage_clamp(neuron):
    before = {gate: float(x) for gate, x in truth.steady_gates(-65.0).items()}
    for V in (-30.0, 0.0, 60.0):
        everything, poisoned = neuron.clamp(V), neuron.clamp(V, gNa=0, gK=0)
        expected = truth.voltage_clamp(V, everything.t, CANONICAL, before)
        assert np.abs(everything.I - poisoned.I - expected["Na"] - expected["K"]).max() < 2.5


def test_neurons_side_by_side_do_as_each_alone(neuron):
    currents = np.linspace(-5, 30, 70)  # more than the compiled program takes at once
    many = neuron.record((1, 2, currents), duration=10, T=10)
    for i in (0, 40, 69):
        alone = neuron.record((1, 2, currents[i]), duration=10, T=10)
        assert np.allclose(many.V[:, i], alone.V[:, 0], atol=1e-3)


@pytest.mark.parametrize("rest", [-64.99, np.float32(-64.99), np.array([-64.99]), [-64.99]])
def test_a_sentence_takes_an_array_of_one_number_for_that_number(rest, capsys):
    say("{who}: {rest:.1f} mV", who="it", rest=rest)
    assert capsys.readouterr().out == "it: -65.0 mV\n"


def test_what_cannot_be_done_is_said(neuron):
    with pytest.raises(ValueError, match="no such parameter: gl"):
        neuron.fires(1, 1, gl=0.1)
    with pytest.raises(ValueError, match="at most 4 pulses: got 5"):
        neuron.record(*[(0, 1, 1)] * 5, duration=5)
    with pytest.raises(ValueError, match="1000000 steps"):
        neuron.record(duration=10_000)


@pytest.mark.parametrize(
    ("currents", "T", "shapes"),
    [
        ([1, 2], [6.3, 10, 18], r"(2,), (3,)"),
        ([[1, 2], [3, 4]], 6.3, r"(2, 2)"),
        ([[5.0]], 6.3, r"(1, 1)"),
        ([], 6.3, r"(0,)"),
    ],
)
def test_what_are_no_numbers_of_one_population_is_told_by_its_shapes(currents, T, shapes):
    with pytest.raises(ValueError, match=re.escape(shapes)):
        Lab().record((0, 1, currents), duration=2, T=T)


def _remembered(x, seen={}):  # noqa: B006
    return seen.setdefault(x, x > 2)


@pytest.mark.parametrize(
    "happens",
    [
        lambda x: round(x, 9) > 2,
        lambda x: f"{x:.3f}" != "" and x > 2,
        lambda x: math.log(x) > math.log(2),
        lambda x: (x > 2) is True,
        lambda x: x[0] > 2,
        lambda x: [x > 2],
        _remembered,
    ],
    ids=map(str, range(7)),
)
def test_least_asks_about_a_number_where_several_are_too_many(happens):
    assert least(happens, 1, 4) == pytest.approx(2, abs=1e-3)


def test_what_a_function_of_one_number_raises_is_told():
    with pytest.raises(ZeroDivisionError):
        least(lambda x: 1 / (x - x), 1, 4)


def test_least_gives_nan_where_nothing_happens_and_goes_down_as_well():
    assert np.isnan(least(lambda x: x > 5, 0, 3))
    assert least(lambda x: x < -1, 0, -4) == pytest.approx(-1, abs=1e-3)
    one_by_one = least(lambda x: x[0] > 1, 0, 4), least(lambda x: bool(x > 1), 0, 4)
    assert {*one_by_one, least(lambda x: x > 1, 0, 4)} == {1 + 4 / 2**14}
    assert least(lambda x: x**2 > np.array([4, 9]), 0, np.array([10, 10])) == pytest.approx(
        [2, 3], abs=1e-3
    )


def test_a_bisection_asks_three_rounds_at_once_where_it_can():
    def asking(happens):
        def asked(values):
            calls.append(np.size(values))
            return happens(values)

        return asked

    calls = []
    assert least(asking(lambda x: x > 1), 0, 4) == 1 + 4 / 2**14
    assert calls == [8, 8, 8, 8, 4]
    calls.clear()
    assert least(asking(lambda x: bool(x > 1)), 0, 4) == 1 + 4 / 2**14
    assert calls == [8, *[1] * 15]


def test_the_bench_is_single_whatever_a_student_has_told_jax():
    usual = Lab().record((0, 0.5, 60.0), duration=10)
    with jax.enable_x64(True):
        double = Lab().record((0, 0.5, 60.0), duration=10.01)
    assert np.allclose(usual.V, double.V[:-1], atol=1e-4)
    assert double.V.dtype == np.float32


@pytest.mark.parametrize("neurons", [1, 64])
def test_who_interrupts_an_experiment_can_do_others(neurons):
    def interrupt(*_):
        raise KeyboardInterrupt

    def experiment(duration):
        return lab.record((1, 2, currents), duration=duration).V

    def interrupted():
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        experiment(4000)

    lab, currents = Lab(), np.linspace(5, 10, neurons)
    kept = experiment(12)  # compiled by now
    before = signal.signal(signal.SIGALRM, interrupt)
    gc.disable()  # JAX is called at each collection, and Python ignores what is raised there
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        gc.enable()
    assert np.array_equal(experiment(13)[:1200], kept)


def test_what_is_done_again_is_the_same_whatever_was_made_of_it(neuron):
    def recorded(current):
        return neuron.record((1, 2, current), duration=12)

    first, other = recorded(10.0), recorded(11.0)
    kept = first.V.copy()
    first.V[:] = 0
    assert np.array_equal(recorded(10.0).V, kept)
    assert np.array_equal(recorded(np.array([10.0])).V, kept)
    assert not np.array_equal(other.V, kept)


def test_gates_that_are_looked_at_later_belong_to_the_same_experiment():
    neuron = Lab()
    start = {name: values.copy() for name, values in neuron.at_rest().items()}
    widths = np.array([1.0, 2.0, 3.0])
    recording = neuron.record((1.0, widths, 20.0), duration=10.0, start=start)
    whole = neuron.record((1.0, widths, 20.0), duration=10.0, start=start)
    assert whole.h.shape == whole.V.shape == (1000, 3)
    widths[:], start["h"][:], recording.V[:] = 0.1, 0.0, 0.0
    for gate in ("m", "h", "n"):
        np.testing.assert_array_equal(getattr(recording, gate), getattr(whole, gate))
    assert whole.h[0, 0] == pytest.approx(0.596, abs=1e-3)

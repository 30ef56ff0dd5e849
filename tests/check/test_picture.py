"""What a picture of a mistake shows, in a few kilobytes, whatever numbers a model sent."""

import base64
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from hhlab import START, Parameters, call, expect, pulse, reference
from hhlab.channel.failure import CheckFailed
from hhlab.channel.language import speaking
from hhlab.check.drawn import families
from hhlab.check.picture import picture
from hhlab.probe.evidence import Rates, Run
from hhlab.reference.trace import Trace

STIMULUS = pulse([2.0, 8.0, 12.0])


def right():
    """A run that is exactly the equations'."""
    truth = reference.solve(STIMULUS, start=START)
    crossing = np.vstack([truth.V[:1] > 0, (truth.V[:-1] < 0) & (truth.V[1:] >= 0)])
    trace = replace(truth, spike=crossing, t_last_spike=np.zeros(3))
    return Run(STIMULUS, 0.01, Parameters(), START, trace)


def wrong(**changes):
    run = right()
    return replace(run, trace=replace(run.trace, **changes))


def alt(run, sentence=""):
    return picture(run, sentence).metadata["image/png"]["alt"]


def late(steps):
    run = right()
    return wrong(**{x: np.roll(getattr(run.trace, x), steps, axis=0) for x in "Vmhn"})


def test_it_writes_out_by_how_much_a_spike_is_late():
    words = alt(late(50), "with 8 µA/cm²")
    assert "Yours fires at 12.91 ms; it should fire at 12.41 ms, 0.50 ms late." in words
    assert "0.30 ms early" in alt(late(-30))


def test_it_says_when_the_traces_part():
    n = right().trace.n.copy()
    n[1500:] += 0.1
    assert "They part at 15.01 ms" in alt(wrong(n=n))


def test_it_shows_the_neuron_that_the_sentence_names():
    silent = right().trace.V.copy()
    silent[:] = -70.68
    run = wrong(V=silent)
    assert alt(run, "with 8 µA/cm² the neuron should fire once").startswith("I = 8 µA/cm²")
    assert alt(run, "with 12 µA/cm² the neuron should fire once").startswith("I = 12 µA/cm²")


def test_a_flag_that_stays_up_is_shown_against_a_potential_that_is_right():
    high = right().trace.V > 0
    words = alt(wrong(spike=high))
    assert "V is right" in words
    assert f"yours {high.sum(axis=0).max()}, should be 1" in words


def test_what_words_say_better_is_not_drawn():
    assert picture(right()) is None
    assert picture(None) is None
    state = {name: np.zeros(1) for name in (*"Vmhn", "I")}
    assert picture(Rates(state, Parameters(), state)) is None


def test_it_is_small_and_needs_no_colour():
    raw = base64.b64decode(picture(late(200)).data["image/png"])
    assert len(raw) < 30_000
    grey = np.asarray(Image.open(io.BytesIO(raw)).convert("L"))
    # the student's line, the reference's and the paper differ in lightness alone
    assert grey.min() < 60
    assert grey.max() == 255
    assert ((grey > 120) & (grey < 220)).mean() > 0.02


def test_it_says_above_the_panels_whose_picture_it_is():
    raw = base64.b64decode(picture(late(200)).data["image/png"])
    grey = np.asarray(Image.open(io.BytesIO(raw)).convert("L"))
    assert grey[:30, 100:300].min() < 100


@pytest.mark.filterwarnings("ignore:overflow|invalid value:RuntimeWarning")
@pytest.mark.parametrize("value", [1e308, -1e308, 5e-324])
def test_any_finite_numbers_can_be_drawn(value):
    shape = right().trace.V.shape
    flat = np.full(shape, value)
    spiky = np.where(np.arange(shape[0])[:, None] % 2, value, -value) * np.ones(shape)
    for values in (flat, spiky):
        changed = Trace(right().trace.t, *[values] * 4, values > 0, values[0])
        assert picture(replace(right(), trace=changed)).data["image/png"]


def test_several_threads_can_draw_at_the_same_time():
    runs = [late(steps) for steps in (20, 100, 200, 400)]
    one_by_one = [picture(run).data["image/png"] for run in runs]
    with ThreadPoolExecutor(4) as pool:
        together = [each.data["image/png"] for each in pool.map(picture, runs)]
    assert together == one_by_one


def test_the_same_run_gives_the_same_picture():
    assert picture(late(50)) == picture(late(50))


def test_the_words_in_it_are_those_of_the_language_spoken_where_there_is_a_font():
    def drawn():
        return [each.data["image/png"] for each in (picture(late(50)), failed(7.7, 3.9))]

    english = drawn()
    with speaking("zh_CN"):
        chinese = drawn()
    assert [a != b for a, b in zip(english, chinese, strict=True)] == [len(families()) > 1] * 2
    assert drawn() == english


def failed(got, *expected, **limits):
    def experiment():
        return got

    with pytest.raises(CheckFailed) as caught:
        expect(call(experiment), *expected, **limits)
    return picture(caught.value.evidence)


@pytest.mark.parametrize(
    ("got", "expected", "limits", "says"),
    [
        (7.7, [3.9], {"percent": 2}, "experiment() on a line of numbers"),
        ((1.0, 2.0), [1.0, 3.0], {}, "experiment()[1] on a line of numbers"),
        (np.arange(100.0), [[4.0, 9.0]], {"at": [3, 9]}, "experiment(): your curve"),
    ],
)
def test_numbers_of_an_experiment_are_drawn_beside_those_of_the_equations(
    got, expected, limits, says
):
    shown = failed(got, *expected, **limits)
    assert shown.metadata["image/png"]["alt"].startswith(says)
    raw = base64.b64decode(shown.data["image/png"])
    assert len(raw) < 30_000
    assert np.asarray(Image.open(io.BytesIO(raw)).convert("L")).min() < 60


@pytest.mark.parametrize("got", [np.nan, np.inf, 1e300, [1.0, 2.0]])
def test_numbers_that_have_no_place_beside_them_are_not_drawn(got):
    assert failed(got, 3.9) is None


RETURNED = [
    np.arange(0),
    np.arange(1.0),
    True,
    np.ones((20, 1), "f4"),
    np.arange(19, dtype="u1"),
    np.arange(21) > 3,
    np.arange(500) % 7,
    np.linspace(-70, 40, 20_000).reshape(-1, 2),
    np.arange(30.0) * np.nan,
]
EXPECTED = [
    ([3.9], {}),
    ([np.arange(5.0)], {}),
    ([np.arange(1000.0)], {}),
    ([[4.5, 9.0]], {"at": [3, 9], "within": 0.1}),
    ([[4.5, 9.0]], {"at": [3, 400]}),
]


@pytest.mark.parametrize("got", RETURNED, ids=lambda got: str(np.shape(got)))
def test_whatever_is_returned_is_drawn_or_left_to_words(got, caplog):
    caplog.set_level("DEBUG", "hhlab.check.picture")
    for expected, limits in EXPECTED:
        failed(got, *expected, **limits)
    assert caplog.records == []


def test_a_picture_that_cannot_be_drawn_leaves_the_words(monkeypatch):
    monkeypatch.setattr("hhlab.check.picture.compared", lambda found: 1 / 0)
    assert failed(7.7, 3.9) is None

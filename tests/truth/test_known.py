"""What a rehearsal has computed is known to the next process, to the last digit."""

import json
import math
import subprocess
import sys

import pytest

from hhlab import truth
from hhlab.reference import HOMEWORK
from hhlab.truth import known, thresholds

COLD = HOMEWORK.with_(T=4.25)


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(known, "_known", {})


def test_what_is_told_is_not_computed_again(monkeypatch):
    computed = truth.pulse_threshold(0.7, COLD), truth.anode_break_threshold(2.0, COLD)
    assert computed[1] is None  # a result like any other
    told = known.tell()
    monkeypatch.setattr(known, "_known", {})
    known.learn(told)
    monkeypatch.setattr(thresholds, "fires", None)
    assert (truth.pulse_threshold(0.7, COLD), truth.anode_break_threshold(2.0, COLD)) == computed
    with pytest.raises(TypeError):  # another membrane is another question
        truth.pulse_threshold(0.7, HOMEWORK.with_(T=4.5))


def test_a_question_is_the_same_however_it_is_written():
    @known.remembered
    def once(x: float, y: float = 2.0) -> float:
        asked.append((x, y))
        return x * y

    asked: list[tuple[float, float]] = []
    assert once(3.0) == once(3.0, 2.0) == once(y=2.0, x=3.0) == 6.0
    assert asked == [(3.0, 2.0)]


@pytest.mark.parametrize("result", [None, 0.1 + 0.2, 5e-324, -0.0, 1.7976931348623157e308, math.pi])
def test_any_number_is_told_as_it_is(result):
    answers = known.remembered(lambda x: result)
    assert answers(0.1) == result
    told = known.tell()
    known._known.clear()
    known.learn(told)
    again = known.remembered(lambda x: pytest.fail("computed again"))(0.1)
    assert repr(again) == repr(result)


@pytest.mark.parametrize("told", ["", "{", "[1]", "3", "null", '"ab"', '{"unfinished": 1.'])
def test_what_cannot_be_read_is_no_loss(told):
    known.learn(told)
    assert truth.firing_rate(0.0) == 0


def test_what_is_kept_has_an_end():
    answers = known.remembered(lambda x: x)
    for x in range(3 * known.MOST):
        assert answers(float(x)) == x
    assert len(json.loads(known.tell())) <= known.MOST


def test_another_process_computes_the_same():
    asked = "from hhlab import truth; print(repr(truth.pulse_threshold(0.7)))"
    other = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert other.stdout.strip() == repr(truth.pulse_threshold(0.7))

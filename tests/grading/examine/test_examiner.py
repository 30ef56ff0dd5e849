"""What a verdict tells, and to whom."""

import builtins

import pytest
from bank.here import examine
from bank.wrong import WRONG

from hhlab.channel.failure import CheckFailed
from hhlab.grading.examine.examiner import Examiner
from hhlab.grading.examine.interview import RemoteHandle
from hhlab.grading.unit import Unit
from hhlab.probe.evidence import Inspection, Rates, Run, Step


@pytest.fixture(scope="module")
def verdicts(released, filled):
    """A function that returns the verdicts on a wrong answer of the bank."""
    return lambda name: examine(filled(WRONG[name].submission), released.master())


@pytest.mark.parametrize(
    ("name", "test", "kind"),
    [
        ("plain_array", "test-V", Inspection),
        ("sign_of_I_Na", "test-derivative", Rates),
        ("order_m_h", "test-update", Step),
        ("forgets_n", "test-write-back", Step),
        ("order_m_h", "test-gates", Run),
        ("level_spike", "test-spikes", Run),
    ],
)
def test_a_visible_test_that_fails_hands_on_what_it_looked_at(name, test, kind, verdicts):
    verdict = verdicts(name)[test]
    assert not verdict.passed
    assert isinstance(verdict.evidence, kind)


def test_what_a_hidden_test_looked_at_stays_hidden(verdicts):
    verdict = verdicts("phi_ignored")["test-derivative"]
    assert not verdict.passed
    assert verdict.evidence is None


def test_numbers_beyond_all_bounds_leave_no_warning():
    examiner = Examiner(lambda _: {}, Unit())
    assert examiner.visible("assert np.isinf(np.array([1e300]).astype(np.float32))").passed


KINDS = [name for name, kind in vars(builtins).items() if isinstance(kind, type)]


@pytest.mark.parametrize("name", [*KINDS, "print", "NoSuchError", "", "__debug__"])
def test_whatever_a_function_is_said_to_raise_is_its_own_failure(name):
    function = RemoteHandle("f", lambda _: {"error": f"{name}: told by the kernel"}, 0)
    with pytest.raises(CheckFailed) as failed:
        function(2.0)
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, ArithmeticError | LookupError | OSError):
        assert isinstance(failed.value, kind)
    assert "told by the kernel" in failed.value.message

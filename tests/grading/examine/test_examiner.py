"""What a verdict tells, and to whom."""

import pytest
from bank.here import examine
from bank.wrong import WRONG

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

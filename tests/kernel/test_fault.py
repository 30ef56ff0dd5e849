"""An error of ours is never a verdict: whatever of ours breaks, the failure is technical, and names
what broke. An error of the student's is never a technical failure."""

import pytest
from bank.exam import answer, master
from bank.here import examine
from shared import beside

from hhlab.channel import reply
from hhlab.course.sample_class import Submission
from hhlab.kernel import batch, build, integrals, perform

PLACES = {
    "roles": (integrals.Roles, "__init__", {"test-update", "test-derivative"}),
    "slopes": (integrals.Roles, "_input", {"test-derivative"}),
    "right_step": (integrals, "exponential_euler", {"test-update", "test-write-back"}),
    "results": (integrals, "_results", {"test-update", "test-write-back"}),
    "handed": (integrals, "_variables_among", {"test-update"}),
    "names": (perform.Names, "computed", {"test-update"}),
    "placing": (perform, "placed", {"test-derivative", "test-update", "test-write-back"}),
    "building": (build, "_spelt", {"test-V", "test-gates"}),
    "inspecting": (perform, "build", {"test-V", "test-spike"}),
    "joining": (batch, "_joined", {"test-derivative", "test-gates"}),
    "cutting": (batch, "_cut", {"test-gates"}),
    "answering": (batch, "_fitted", {"test-V", "test-gates"}),
    "asking": (reply, "coded", set()),
}
"""What of ours is broken, and some of the tests that then cannot be carried out."""


def broken(*_, **__):
    raise IndexError("too many indices")


@pytest.mark.parametrize("name", beside("bank", PLACES, {"results", "names"}))
def test_what_breaks_on_our_side_is_a_technical_failure_that_names_itself(name, monkeypatch):
    owner, attribute, tests = PLACES[name]
    monkeypatch.setattr(owner, attribute, broken)
    failed = {
        test: verdict
        for test, verdict in examine(answer(Submission("right")), master()).items()
        if not verdict.passed
    }
    assert tests <= failed.keys()
    for verdict in failed.values():
        assert verdict.technical
        assert not verdict.mistakes
        assert "IndexError" in verdict.sentence


CALL = "V, m, h, n = self.integral({})"
STRANGE = {
    "input_of_words": {8: CALL.format("self.V, self.m, self.h, self.n, t, 'x'")},
    "input_of_another_size": {8: CALL.format("self.V, self.m, self.h, self.n, t, bm.ones(7)")},
    "step_of_words": {8: CALL.format("self.V, self.m, self.h, self.n, t, x, dt='dt'")},
    "state_of_words": {8: CALL.format("'V', self.m, self.h, self.n, t, x, dt=dt")},
    "nothing_handed_over": {8: CALL.format("")},
    "too_much_handed_over": {8: CALL.format("*[self.V] * 9, dt=dt")},
    "huge_results": {7: "return bp.JointEq(self.dm, self.dh, self.dn, self.dV)"},
    "deletes_what_it_has": {9: "del self.V, self.n"},
    "leaves": {9: "raise SystemExit(3)"},
    "words_for_variables": {1: "self.V = 'V'", 2: "self.m = object()", 3: "self.h = None"},
    "an_odd_joint": {7: "return bp.JointEq(self.dV)"},
    "no_joint": {7: "return 1 / 0"},
    "equations_that_raise": {
        7: "return bp.JointEq(self.dV, self.dm, self.dh, lambda n, t: n / [])"
    },
}
"""Answers that go wrong at each place at which our code meets the student's."""


@pytest.mark.parametrize("name", beside("bank", STRANGE, {"words_for_variables", "leaves"}))
def test_no_error_of_a_students_is_a_technical_failure(name):
    verdicts = examine(answer(Submission(name, STRANGE[name])), master())
    assert not [test for test, verdict in verdicts.items() if verdict.technical]
    assert not all(verdict.passed for verdict in verdicts.values())

"""Wrong answers: what each does, and the test cells that must notice it and no others."""

from typing import NamedTuple

from hhlab.grading.sample import BLANK, Submission

from .right import INTEGRAL

V0, M0, H0, N0 = "test-V", "test-m", "test-h", "test-n"
LAST, SPIKE = "test-t-last-spike", "test-spike"
VARIABLES = {V0, M0, H0, N0, LAST, SPIKE}
JOINT, UPDATE, BACK = "test-derivative", "test-update", "test-write-back"
GATES, SPIKES, OTHER = "test-gates", "test-spikes", "test-parameters"
WHOLE = {GATES, SPIKES, OTHER}


class Wrong(NamedTuple):
    """A submission, and the test cells it must lose."""

    submission: Submission
    loses: set[str]


def _edit(what: str, *edits: tuple[str, str], loses: set[str]) -> Wrong:
    return Wrong(Submission(what, edits=edits), loses)


def _blank(what: str, loses: set[str], **blanks: str | None) -> Wrong:
    return Wrong(
        Submission(what, {int(k.removeprefix("todo")): v for k, v in blanks.items()}), loses
    )


def _variable(name: str, value: str) -> str:
    return f"self.{name} = {value}"


WRONG = {
    # blanks left
    "blank": Wrong(
        Submission("nothing is filled in", BLANK), VARIABLES | {JOINT, UPDATE, BACK} | WHOLE
    ),
    "only_variables": _blank(
        "the rest is blank", {JOINT, UPDATE, BACK} | WHOLE, todo7=None, todo8=None, todo9=None
    ),
    "one_variable_blank": _blank("V is left blank", {V0}, todo1=None),
    "spike_blank": _blank("spike is left blank", {SPIKE}, todo6=None),
    "joint_blank": _blank("the equations are not joined", {JOINT} | WHOLE, todo7=None),
    "update_blank": _blank("no step is computed", {UPDATE, BACK} | WHOLE, todo8=None),
    "write_back_blank": _blank("nothing is written back", {BACK} | WHOLE, todo9=None),
    # loud
    "joint_of_calls": _blank(
        "JointEq gets results",
        {JOINT} | WHOLE,
        todo7="return bp.JointEq(self.dV(), self.dm(), self.dh(), self.dn())",
    ),
    "three_equations": _blank(
        "n is left out", {JOINT} | WHOLE, todo7="return bp.JointEq(self.dV, self.dm, self.dh)"
    ),
    "ellipsis_joint": _blank("... left in place", {JOINT} | WHOLE, todo7="return ..."),
    "ellipsis_update": _blank(
        "... left in place", {UPDATE, BACK} | WHOLE, todo8="V, m, h, n = ..."
    ),
    "no_property": _edit("@property is gone", ("  @property\n", ""), loses={JOINT} | WHOLE),
    "scalar_variable": _blank("one number for all", {V0}, todo1="self.V = bm.Variable(-70.68)"),
    "size_one": _blank(
        "an array of length one", {M0}, todo2="self.m = bm.Variable(0.0266 * bm.ones(1))"
    ),
    "spike_is_float": _blank(
        "no dtype", {SPIKE}, todo6="self.spike = bm.Variable(bm.zeros(self.num))"
    ),
    "python_and": _edit(
        "and instead of logical_and",
        (
            "bm.logical_and(self.V < self.V_th, V >= self.V_th)",
            "self.V < self.V_th and V >= self.V_th",
        ),
        loses={BACK} | WHOLE,
    ),
    "numpy_exp": _edit(
        "np.exp in a rate",
        ("beta = 4.0 * bm.exp(", "beta = 4.0 * __import__('numpy').exp("),
        loses={UPDATE} | WHOLE,
    ),
    "numpy_state": _blank(
        "a NumPy array", {N0}, todo4="import numpy as np\nself.n = 0.235 * np.ones(self.num)"
    ),
    # silent
    "plain_array": _blank("no Variable", {V0}, todo1="self.V = -70.68 * bm.ones(self.num)"),
    "wrong_start_V": _blank(
        "-65, the other model's rest", {V0}, todo1="self.V = bm.Variable(-65. * bm.ones(self.num))"
    ),
    "start_h_n_swapped": _blank(
        "h and n start at each other's values",
        {H0, N0},
        todo3="self.h = bm.Variable(0.235 * bm.ones(self.num))",
        todo4="self.n = bm.Variable(0.772 * bm.ones(self.num))",
    ),
    "last_spike_zero": _blank(
        "never is 0", {LAST}, todo5="self.t_last_spike = bm.Variable(bm.zeros(self.num))"
    ),
    "spike_starts_true": _blank(
        "fires from the start",
        {SPIKE},
        todo6="self.spike = bm.Variable(bm.ones(self.num, dtype=bool))",
    ),
    "order_h_n": _blank(
        "integral called in another order than JointEq's",
        {UPDATE} | WHOLE,
        todo7="return bp.JointEq(self.dV, self.dm, self.dn, self.dh)",
    ),
    "order_m_h": _blank(
        "m and h swapped in the call",
        {UPDATE} | WHOLE,
        todo8="V, h, m, n = self.integral(self.V, self.m, self.h, self.n, t, x, dt=dt)",
    ),
    "write_back_m_h_swapped": _blank(
        "m and h swapped on the way back",
        {UPDATE} | WHOLE,
        todo9="self.V.value = V\nself.m.value = h\nself.h.value = m\nself.n.value = n",
    ),
    "m_gets_h": _blank(
        "h is written to m as well",
        {BACK} | WHOLE,
        todo9="self.V.value = V\nself.m.value = h\nself.h.value = h\nself.n.value = n",
    ),
    "writes_anything": _blank(
        "some values that are new",
        {UPDATE, BACK} | WHOLE,
        todo9="for own in (self.V, self.m, self.h, self.n):\n  own.value = own + 0.1",
    ),
    "other_order_and_no_joint": _blank(
        "another order in the call, and the equations are not joined",
        {JOINT} | WHOLE,
        todo7="return ...",
        todo8="n, V, h, m = self.integral(self.n, self.V, self.h, self.m, t, x, dt=dt)",
    ),
    "forgets_n": _blank(
        "n is not written back",
        {BACK} | WHOLE,
        todo9="self.V.value = V\nself.m.value = m\nself.h.value = h",
    ),
    "forgets_V": _blank(
        "V is not written back",
        {BACK} | WHOLE,
        todo9="self.m.value = m\nself.h.value = h\nself.n.value = n",
    ),
    "no_input": _blank(
        "the input is not passed on", {UPDATE} | WHOLE, todo8=INTEGRAL.replace("t, x", "t, 0.")
    ),
    "sign_of_input": _blank("-x", {UPDATE} | WHOLE, todo8=INTEGRAL.replace("t, x", "t, -x")),
    "dt_in_seconds": _blank(
        "dt / 1000", {UPDATE} | WHOLE, todo8=INTEGRAL.replace("dt=dt", "dt=dt / 1000")
    ),
    "forgets_dt": _blank(
        "BrainPy's own 0.1 whatever dt is", {UPDATE} | WHOLE, todo8=INTEGRAL.replace(", dt=dt", "")
    ),
    "fixed_dt": _blank(
        "dt = 0.1 whatever it is", {UPDATE} | WHOLE, todo8=INTEGRAL.replace("dt=dt", "dt=0.1")
    ),
    "sign_of_I_Na": _edit("+ I_Na", ("(- I_Na - I_K", "(I_Na - I_K"), loses={JOINT} | WHOLE),
    "equation_2_literally": _edit(
        "no x on the beta term of h", ("beta * h", "beta"), loses={JOINT} | WHOLE
    ),
    "alpha_beta_of_m": _edit(
        "alpha and beta of m swapped",
        ("alpha * (1 - m) - beta * m", "beta * (1 - m) - alpha * m"),
        loses={JOINT} | WHOLE,
    ),
    "alpha_beta_of_n": _edit(
        "alpha and beta of n swapped",
        ("alpha * (1 - n) - beta * n", "beta * (1 - n) - alpha * n"),
        loses={JOINT} | WHOLE,
    ),
    "phi_ignored": _edit(
        "temperature has no effect", ("self.phi * dndt", "dndt"), loses={JOINT, OTHER}
    ),
    "parameters_ignored": _edit(
        "gK is always 36", ("self.gK = gK", "self.gK = 36."), loses={OTHER}
    ),
    "level_spike": _edit(
        "a spike as long as V is high",
        ("bm.logical_and(self.V < self.V_th, V >= self.V_th)", "V >= self.V_th"),
        loses={SPIKES},
    ),
    "spike_noted_late": _edit(
        "the end of the step is noted",
        ("bm.where(self.spike, t,", "bm.where(self.spike, t + 2 * dt,"),
        loses={SPIKES},
    ),
    "euler": _edit(
        "method='euler'", ("method='exp_auto'", "method='euler'"), loses={UPDATE, GATES, OTHER}
    ),
    "no_method": _edit(
        "no method: Euler", (", method='exp_auto'", ""), loses={UPDATE, GATES, OTHER}
    ),
}

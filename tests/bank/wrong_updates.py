"""Wrong answers: one time step, the write-back, and what is noted of spikes."""

from hhlab.course.sample_class import Submission

from .parts import (
    BACK,
    GATES,
    JOINT,
    OTHER,
    SPIKES,
    UPDATE,
    WHOLE,
    Wrong,
    edit,
    todo,
)
from .right import INTEGRAL

CROSSING = "bm.logical_and(self.V < self.V_th, V >= self.V_th)"
NOTE = "bm.where(self.spike, t, self.t_last_spike)"
ONE_STEP = {UPDATE} | WHOLE
ALWAYS = "dt not passed on: always 0.1"
EULER = "Euler's method"


def _call(what: str, old: str, new: str, *named: str) -> Wrong:
    """Return a wrong answer that calls the integral in another way."""
    assert old in INTEGRAL
    return todo(8, what, INTEGRAL.replace(old, new), ONE_STEP, *named)


def _back(what: str, code: str, loses: set[str], *named: str) -> Wrong:
    return todo(9, what, code, loses, *named)


def _placed(**new: str) -> str:
    return "\n".join(f"self.{name}.value = {value}" for name, value in new.items())


def _notes(what: str, old: str, new: str, *named: str) -> Wrong:
    return edit(what, old, new, {SPIKES}, *named)


BY_HAND = """\
V = self.V + dt * self.dV(self.V, t, self.m, self.h, self.n, x)
m = self.m + dt * self.dm(self.m, t, self.V)
h = self.h + dt * self.dh(self.h, t, self.V)
n = self.n + dt * self.dn(self.n, t, self.V)"""


def _alone(moved: str) -> Wrong:
    """Return a wrong answer that moves these variables by hand, and no others."""
    lines = [
        line if line[0] in moved else f"{line[0]} = self.{line[0]}.value"
        for line in BY_HAND.split("\n")
    ]
    still = " and ".join(f"self.{x}" for x in "Vmhn" if x not in moved)
    named = f"{still} not written back"
    return todo(8, f"moves {moved} alone", "\n".join(lines), ONE_STEP | {BACK}, named)


STEPS = {
    **{f"only_{moved}": _alone(moved) for moved in ("n", "h", "V", "mhn")},
    "order_h_n": todo(
        7,
        "integral called in another order than JointEq's",
        "return bp.JointEq(self.dV, self.dm, self.dn, self.dh)",
        ONE_STEP,
        "order of JointEq and of the call differ in h and n",
    ),
    "order_of_three": todo(
        7,
        "gates in the order of the alphabet in JointEq alone",
        "return bp.JointEq(self.dV, self.dh, self.dm, self.dn)",
        ONE_STEP,
        "order of JointEq and of the call differ in m and h",
    ),
    "V_last_in_joint": todo(
        7,
        "V last in JointEq alone",
        "return bp.JointEq(self.dm, self.dh, self.dn, self.dV)",
        ONE_STEP,
        "order of JointEq and of the call differ in V and m and h and n",
    ),
    "order_m_h": _call(
        "m and h swapped in what the call gives", "V, m, h, n =", "V, h, m, n =",
        "new values of m and h in each other's place",
    ),
    "order_of_arguments": _call(
        "h and n swapped in what the call takes", "self.h, self.n", "self.n, self.h",
        "order of the arguments h and n",
    ),
    "no_input": _call("no input", "t, x", "t, 0.", "input not passed on", "Iext left out"),
    "sign_of_input": _call("-x", "t, x", "t, -x", "input with the wrong sign"),
    "input_in_nA": _call("1000 times the input", "t, x", "t, 1000 * x", "input times 1000"),
    "input_times_dt": _call("x dt", "t, x", "t, x * dt", "input times dt"),
    "time_and_input": _call("x, t", "t, x", "x, t", "time in place of the input"),
    **{
        f"order_{name}": _call(name, "t, x, dt=dt", order, "t, x and dt in another order")
        for name, order in (("t_dt_x", "t, dt, x"), ("x_dt_t", "x, dt, t"), ("dt_t_x", "dt, t, x"))
    },
    "dt_in_seconds": _call("dt / 1000", "dt=dt", "dt=dt / 1000", "dt / 1000 in place of dt"),
    "dt_twice": _call("2 dt", "dt=dt", "dt=2 * dt", "dt twice in place of dt"),
    "forgets_dt": _call("BrainPy's own 0.1 whatever dt is", ", dt=dt", "", ALWAYS),
    "fixed_dt": _call("dt = 0.1 whatever it is", "dt=dt", "dt=0.1", ALWAYS),
    "derivative_for_integral": todo(
        8,
        "the slopes are taken for the new states",
        "V, m, h, n = self.derivative(self.V, self.m, self.h, self.n, t, x)",
        {UPDATE} | WHOLE,
        "derivatives in place of new values",
    ),
    "euler_by_hand": todo(
        8, "Euler's method, written out", BY_HAND, {UPDATE, GATES, OTHER}, EULER
    ),
    "forgets_self": _call(
        "V for self.V", "self.V, self.m", "V, self.m", "a name that Python does not know"
    )._replace(loses={UPDATE, BACK} | WHOLE),
    "not_unpacked": _call("V takes all", "V, m, h, n =", "V =")._replace(
        loses={UPDATE, BACK} | WHOLE, named={"one name for four results"}
    ),
    "first_alone": todo(
        8, "V alone is taken", INTEGRAL.replace("V, m, h, n =", "V =") + "[0]",
        {UPDATE, BACK} | WHOLE, "no new value in V, m, h or n",
    ),
    "other_name": todo(
        8, "kept under another name", INTEGRAL.replace("V, m, h, n =", "new ="),
        {UPDATE, BACK} | WHOLE, "no new value in V, m, h or n",
    ),
    "into_the_variables": todo(
        8, "written into the variables at once",
        INTEGRAL.replace("V, m, h, n =", "self.V, self.m, self.h, self.n ="),
        {UPDATE, BACK} | WHOLE, "no new value in V, m, h or n",
    ),
    "taken_for_changes": todo(
        8, "new values taken for changes",
        INTEGRAL.replace("V, m, h, n =", "dV, dm, dh, dn =")
        + "".join(f"\n{x} = self.{x} + d{x} * dt" for x in "Vmhn"),
        {UPDATE} | WHOLE, "new values taken for changes",
    ),
    "one_more": todo(8, "V with 1 added", INTEGRAL + "\nV = V + 1", {UPDATE} | WHOLE),
    "added_to_all_at_once": todo(
        8, "V added to all four results", INTEGRAL.replace("= self.int", "= self.V + self.int"),
        {UPDATE, BACK} | WHOLE, "arithmetic with several results at once",
    ),
    "function_handed_over": todo(
        8, "the equation is handed over with the states",
        "V = self.integral(self.dV, self.V, t, self.m, self.h, self.n, x, dt=dt)",
        {UPDATE, BACK} | WHOLE, "something else where the integral needs numbers",
    ),
    "raises_after_the_step": todo(
        8, "the raise is left below", INTEGRAL + '\nraise NotImplementedError("TODO 8, update")',
        {UPDATE, BACK} | WHOLE, "a blank not filled in",
    ),
    "no_time": _call("t is left out", "t, x", "x", "a function is called without what it needs"),
    "euler": edit(
        "method='euler'", "method='exp_auto'", "method='euler'", {UPDATE, GATES, OTHER}, EULER
    ),
    "no_method": edit(
        "no method: Euler", ", method='exp_auto'", "", {UPDATE, GATES, OTHER}, EULER
    ),
    "rk2": edit(
        "Runge and Kutta's second order: runs away at BrainPy's own step",
        "method='exp_auto'", "method='rk2'", {UPDATE}, "a Runge–Kutta method",
    ),
    "rk4": edit(
        "Runge and Kutta's fourth order: runs away at BrainPy's own step",
        "method='exp_auto'", "method='rk4'", {UPDATE}, "a Runge–Kutta method",
    ),
    "other_order_and_no_joint": Wrong(
        Submission(
            "another order in the call, and the equations are not joined",
            {
                7: "return ...",
                8: "n, V, h, m = self.integral(self.n, self.V, self.h, self.m, t, x, dt=dt)",
            },
        ),
        {JOINT} | WHOLE,
        {"... left in place"},
    ),
}  # fmt: skip

WRITING = {
    "forgets_n": _back(
        "n is not written back", _placed(V="V", m="m", h="h"), {BACK} | WHOLE,
        "self.n not written back",
    ),
    "forgets_V": _back(
        "V is not written back", _placed(m="m", h="h", n="n"), {BACK} | WHOLE,
        "self.V not written back",
    ),
    "compares": _back(
        "== for =", "self.V.value == V\nself.m.value == m\nself.h.value == h\nself.n.value == n",
        {BACK} | WHOLE, "nothing written back",
    ),
    "backwards": _back(
        "the old values go into the new ones",
        "V.value = self.V\nm.value = self.m\nh.value = self.h\nn.value = self.n",
        {BACK} | WHOLE, "nothing written back", "a result taken for a Variable",
    ),
    "read_back": _back(
        "the variables go into the names",
        "V = self.V.value\nm = self.m.value\nh = self.h.value\nn = self.n.value",
        {BACK} | WHOLE, "nothing written back",
    ),
    "m_read_back": _back(
        "one variable goes into its name",
        "self.V.value = V\nm = self.m.value\nself.h.value = h\nself.n.value = n",
        {BACK} | WHOLE, "self.m not written back",
    ),
    "m_gets_h": _back(
        "h is written to m as well", _placed(V="V", m="h", h="h", n="n"), {BACK} | WHOLE,
        "self.m gets the new h",
    ),
    "write_back_m_h_swapped": _back(
        "m and h swapped on the way back", _placed(V="V", m="h", h="m", n="n"), {BACK} | WHOLE,
        "new values of m and h in each other's place",
    ),
    "adds": _back(
        "+= for =", _placed(V="self.V + V", m="self.m + m", h="self.h + h", n="self.n + n"),
        {BACK} | WHOLE, "new values added to the old ones",
    ),
    "writes_anything": _back(
        "some values that are new",
        "for own in (self.V, self.m, self.h, self.n):\n  own.value = own + 0.1",
        {BACK} | WHOLE,
    ),
}  # fmt: skip

NOTES = {
    "python_and": edit(
        "and instead of logical_and", CROSSING, "self.V < self.V_th and V >= self.V_th",
        {BACK} | WHOLE, "Python's and, or, not, if with arrays",
    ),
    "level_spike": _notes(
        "a spike as long as V is high", CROSSING, "V >= self.V_th", "spike as long as V is high"
    ),
    "either": _notes(
        "logical_or", "bm.logical_and(", "bm.logical_or(",
        "spike if either is so, 'or' in place of 'and'",
    ),
    "downwards": _notes(
        "the way down", CROSSING, "bm.logical_and(self.V >= self.V_th, V < self.V_th)",
        "spike on the way down",
    ),
    "written_before_compared": todo(
        8, "V is written back at once", f"{INTEGRAL}\nself.V.value = V", {SPIKES},
        "spike never noted",
    ),
    "end_of_step": _notes(
        "the end of the step is noted", NOTE, NOTE.replace("t,", "t + dt,", 1),
        "end of the step noted",
    ),
    "spike_noted_late": _notes(
        "two steps later", NOTE, NOTE.replace("t,", "t + 2 * dt,", 1),
        "time noted later than it was",
    ),
    "never_noted": _notes(
        "t_last_spike stays", NOTE, "self.t_last_spike", "time of the last spike never noted"
    ),
    "silent_at_zero": _notes("0 where no spike is", NOTE, NOTE.replace("self.t_last_spike", "0."),
        "last spike forgotten, 0 in its place",
    ),
    "noted_when_silent": _notes(
        "the wrong way round", NOTE, "bm.where(self.spike, self.t_last_spike, t)",
        "the present time noted when there is no spike",
    ),
}  # fmt: skip

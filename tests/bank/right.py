"""Right answers, each written in another way: the same physics must earn every point."""

from hhlab.course.sample_class import DIFFERENT, Submission

INTEGRAL = "V, m, h, n = self.integral(self.V, self.m, self.h, self.n, t, x, dt=dt)"
SEPARATE = """\
V = bp.odeint(self.dV, method='exp_auto')(self.V, t, self.m, self.h, self.n, x, dt=dt)
m = bp.odeint(self.dm, method='exp_auto')(self.m, t, self.V, dt=dt)
h = bp.odeint(self.dh, method='exp_auto')(self.h, t, self.V, dt=dt)
n = bp.odeint(self.dn, method='exp_auto')(self.n, t, self.V, dt=dt)"""
GATES_FIRST = """\
m = bp.odeint(self.dm, method='exp_auto')(self.m, t, self.V, dt=dt)
h = bp.odeint(self.dh, method='exp_auto')(self.h, t, self.V, dt=dt)
n = bp.odeint(self.dn, method='exp_auto')(self.n, t, self.V, dt=dt)
V = bp.odeint(self.dV, method='exp_auto')(self.V, t, m, h, n, x, dt=dt)"""
V_FIRST = """\
V, _, _, _ = self.integral(self.V, self.m, self.h, self.n, t, x, dt=dt)
_, m, h, n = self.integral(V, self.m, self.h, self.n, t, x, dt=dt)"""
NAMED_ARGUMENTS = """\
now = {'V': self.V, 'm': self.m, 'h': self.h, 'n': self.n}
V, m, h, n = self.integral(**now, t=t, Iext=x, dt=dt)"""
HALF_STEPS = """\
V, m, h, n = self.integral(self.V, self.m, self.h, self.n, t, x, dt=dt / 2)
V, m, h, n = self.integral(V, m, h, n, t + dt / 2, x, dt=dt / 2)"""
INTEGRAL_IN_INIT = "    self.integral = bp.odeint(f=self.derivative, method='exp_auto')\n"
INTEGRAL_AS_PROPERTY = """\
  @property
  def integral(self):
    return bp.odeint(f=self.derivative, method='exp_auto')

  def update("""
SEED_RATES = [
    ("1.0 / bm.exprel(-(V + 40) / 10)", "0.1 * (V + 40) / (1 - bm.exp(-(V + 40) / 10))"),
    ("0.1 / bm.exprel(-(V + 55) / 10)", "0.01 * (V + 55) / (1 - bm.exp(-(V + 55) / 10))"),
]
CLOSED_FORM = """\
def gate(x, alpha, beta):
  rate = self.phi * (alpha + beta)
  return alpha / (alpha + beta) + (x - alpha / (alpha + beta)) * bm.exp(-rate * dt)
u = self.V
m = gate(self.m, 1 / bm.exprel(-(u + 40) / 10), 4 * bm.exp(-(u + 65) / 18))
h = gate(self.h, 0.07 * bm.exp(-(u + 65) / 20), 1 / (1 + bm.exp(-(u + 35) / 10)))
n = gate(self.n, 0.1 / bm.exprel(-(u + 55) / 10), 0.125 * bm.exp(-(u + 65) / 80))
gNa, gK = self.gNa * self.m ** 3 * self.h, self.gK * self.n ** 4
g = gNa + gK + self.gL
V_inf = (gNa * self.ENa + gK * self.EK + self.gL * self.EL + x) / g
V = V_inf + (u - V_inf) * bm.exp(-g * dt / self.C)"""

RIGHT = {
    "instructors_answer": Submission("the instructor's answer"),
    "all_different": Submission("every blank in another way", DIFFERENT),
    "assigns_variables": Submission(
        "self.V = V writes into the Variable", {9: "self.V = V\nself.m = m\nself.h = h\nself.n = n"}
    ),
    "assigns_slices": Submission(
        "self.V[:] = V", {9: "self.V[:] = V\nself.m[:] = m\nself.h[:] = h\nself.n[:] = n"}
    ),
    "list_in_joint_eq": Submission(
        "a list", {7: "return bp.JointEq([self.dV, self.dm, self.dh, self.dn])"}
    ),
    "positional_dt": Submission("dt without its name", {8: INTEGRAL.replace("dt=dt", "dt")}),
    "other_order": Submission(
        "another order, used consistently",
        {
            7: "return bp.JointEq(self.dh, self.dV, self.dn, self.dm)",
            8: "h, V, n, m = self.integral(self.h, self.V, self.n, self.m, t, x, dt=dt)",
        },
    ),
    "separate_integrators": Submission("an integrator for each equation", {8: SEPARATE}),
    "gates_first": Submission("gates first, then V with them: second order", {8: GATES_FIRST}),
    "closed_form": Submission("exponential Euler by hand", {8: CLOSED_FORM}),
    "seeds_rates": Submission("the textbook's rates, 0/0 at -40 and -55", edits=SEED_RATES),
    "prints": Submission("prints in update", {8: f"print('step', x)\n{INTEGRAL}"}),
    "writes_to_stderr": Submission(
        "warns in update, and prints to stderr in a cell",
        {8: f"import sys\nprint('!', file=sys.stderr)\n{INTEGRAL}"},
        also=["import sys\nprint('done', file=sys.stderr)\n0.5"],
    ),
    "helper_in_own_cell": Submission(
        "a constant from a cell of the student's own",
        edits=[("class HH(", "LEAK = 0.03\n\nclass HH("), ("gL=0.03", "gL=LEAK")],
    ),
    "zeros_like": Submission(
        "start values from each other",
        {6: "self.spike = bm.Variable(bm.zeros_like(self.V, dtype=bool))"},
    ),
    "full_arrays": Submission("bm.full", {3: "self.h = bm.Variable(bm.full((self.num,), 0.772))"}),
    "integer_floats": Submission(
        "-1e7 written out", {5: "self.t_last_spike = bm.Variable(bm.zeros(self.num) - 10000000.)"}
    ),
    "no_reset_state": Submission(
        "leaves out what was only convenience",
        edits=[
            ("    self.start = {name: bm.as_numpy(getattr(self, name)) for name in names}\n", "")
        ],
    ),
    "V_first": Submission("V first, then the gates with it: first order", {8: V_FIRST}),
    "half_steps": Submission("two half steps in one", {8: HALF_STEPS}),
    "named_arguments": Submission(
        "every argument by its name",
        {8: NAMED_ARGUMENTS},
    ),
    "result_as_list": Submission(
        "the list of results, kept as one",
        {8: INTEGRAL.replace("V, m, h, n =", "new =") + "\nV = new[0]"},
        edits=[
            ("self.m.value = m", "self.m.value = new[1]"),
            ("self.h.value = h", "self.h.value = new[2]"),
            ("self.n.value = n", "self.n.value = new[3]"),
        ],
    ),
    "integral_as_property": Submission(
        "an integral made anew in each step",
        edits=[(INTEGRAL_IN_INIT, ""), ("  def update(", INTEGRAL_AS_PROPERTY)],
    ),
    "compiled_update": Submission(
        "update compiled by itself", edits=[("  def update(", "  @bm.cls_jit\n  def update(")]
    ),
    "loop_writes_back": Submission(
        "a loop over the names",
        {9: "for name, new in zip('Vmhn', (V, m, h, n)):\n  setattr(self, name, new)"},
    ),
    "gates_kept_in_bounds": Submission(
        "gates that cannot leave 0 to 1",
        {
            9: "self.V.value = V\n"
            "for own, new in ((self.m, m), (self.h, h), (self.n, n)):\n"
            "  own.value = bm.clip(new, 0., 1.)"
        },
    ),
    "writes_back_by_difference": Submission(
        "each variable moved by what is new",
        {9: "\n".join(f"self.{x} += {x} - self.{x}" for x in "Vmhn")},
    ),
    "changes_kept_first": Submission(
        "the changes computed first",
        {
            9: "moved = [V - self.V, m - self.m, h - self.h, n - self.n]\n"
            "for own, by in zip((self.V, self.m, self.h, self.n), moved):\n"
            "  own.value = own + by"
        },
    ),
    "n_is_a_count": Submission(
        "the names of the states used for something else, later",
        {
            9: "\n".join(f"self.{x}.value = {x}" for x in "Vmhn")
            + "\nn = self.num\nm = V.mean()\nh = [1, 2]\nassert self.V.shape == (n,)"
        },
    ),
    "other_name_of_the_method": Submission(
        "exponential_euler", edits=[("method='exp_auto'", "method='exponential_euler'")]
    ),
}

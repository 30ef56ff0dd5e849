"""Right answers by families: what belongs to the student, and how students write it.

Styles are those of public BrainPy models and homeworks; every answer here is written anew.
"""

import re

from hhlab.course.sample_class import Submission

from .right import CLOSED_FORM, INTEGRAL
from .right import RIGHT as ONES
from .seed import SEED

PARTS = "gNa=120., EK=-77., gK=36., EL=-54.387, gL=0.03,\n               V_th=0., C=1.0, T=6.3"
SUPER = "super().__init__(size=size)"
HEAD = f"def __init__(self, size, ENa=50., {PARTS}):"
PHI = "self.phi = 3.0 ** ((T - self.T_base) / 10.0)"
MADE = "self.integral = bp.odeint(f=self.derivative, method='exp_auto')"
DV = "def dV(self, V, t, m, h, n, Iext):"
SUM = "(- I_Na - I_K - I_leak + Iext) / self.C"
STEPS = "def update(self, x=0.):"
LOADS = "    t = bp.share.load('t')\n    dt = bp.share.load('dt')\n"
CROSSED = "self.spike.value = bm.logical_and(self.V < self.V_th, V >= self.V_th)"
NOTED = "self.t_last_spike.value = bm.where(self.spike, t, self.t_last_spike)"
STARTS = {
    1: ("V", "-70.68"), 2: ("m", "0.0266"), 3: ("h", "0.772"), 4: ("n", "0.235"),
    5: ("t_last_spike", "-1e7"),
}  # fmt: skip


def edits(what: str, *changes: tuple[str, str], **blanks: str) -> Submission:
    """Return the instructor's answer with other code in some places and blanks (`_8` for 8)."""
    return Submission(what, {int(key[1:]): code for key, code in blanks.items()}, changes)


def named(V="V", m="m", h="h", n="n", current="Iext", **blanks: str) -> Submission:
    """Return the instructor's answer whose equations call their arguments by other names."""
    new = {"V": V, "m": m, "h": h, "n": n, "Iext": current}

    def renamed(line: str) -> str:
        return re.sub(r"(?<![.\w])(V|m|h|n|Iext)\b", lambda word: new[word[0]], line)

    heads = [DV, *(f"def d{x}(self, {x}, t, V):" for x in "mhn")]
    bodies = [
        "(self.gNa * m ** 3.0 * h) * (V - self.ENa)",
        "(self.gK * n ** 4.0) * (V - self.EK)",
        "self.gL * (V - self.EL)",
        SUM,
        *(f"alpha * (1 - {x}) - beta * {x}" for x in "mhn"),
        *(f"bm.exp(-(V + 65) / {width})" for width in ("18", "20.", "80")),
        "exprel(-(V + 40) / 10)", "exprel(-(V + 55) / 10)", "bm.exp(-(V + 35) / 10)",
    ]  # fmt: skip
    pairs = [(line, renamed(line)) for line in [*heads, *bodies]]
    changes = [(old, again) for old, again in pairs if old != again]
    return edits(f"arguments called {V} {m} {h} {n} {current}", *changes, **blanks)


def started(what: str, template: str) -> Submission:
    """Return an answer whose variables start in another way: a template of name and value."""
    blanks = {number: template.format(name=x, value=v) for number, (x, v) in STARTS.items()}
    return Submission(what, blanks)


def stepped(what: str, code: str, *changes: tuple[str, str]) -> Submission:
    """Return an answer that computes its step in another way."""
    return Submission(what, {8: code}, changes)


def wrote(what: str, code: str) -> Submission:
    """Return an answer that writes its new values back in another way."""
    return Submission(what, {9: code})


def made(what: str, new: str, step: str = INTEGRAL) -> Submission:
    """Return an answer that makes its integral in another way."""
    return Submission(what, {8: step}, [(MADE, new.replace("\n", "\n    "))])


ARGUMENTS = {
    "current_I_ext": named(current="I_ext"),
    "current_I": named(current="I"),
    "current_input": named(current="current"),
    "current_x": named(current="x"),
    "current_has_default": edits("Iext=0.", (DV, DV.replace("Iext)", "Iext=0.)"))),
    "other_current_has_default": edits(
        "I_ext=0.", (DV, DV.replace("Iext)", "I_ext=0.)")), (SUM, SUM.replace("Iext", "I_ext"))
    ),
    "states_in_small_letters": named(V="v"),
    "states_in_capitals": named(m="M", h="H", n="N"),
    "long_names": named(V="voltage", m="m_gate", h="h_gate", n="n_gate", current="I_inj"),
    "names_that_say_nothing": named(V="a", m="b", h="c", n="d", current="e"),
    "current_among_the_gates": edits(
        "another order in dV", (DV, "def dV(self, V, t, Iext, n, h, m):")
    ),
    "gates_in_another_order": edits(
        "gates of dV in another order", (DV, "def dV(self, V, t, n, m, h, Iext):")
    ),
    "unused_argument": edits(
        "dm takes h as well", ("def dm(self, m, t, V):", "def dm(self, m, t, V, h):")
    ),
    "two_currents": edits(
        "a second current with a default",
        (DV, DV.replace("Iext)", "Iext, I_noise=0.)")), 
        (SUM, SUM.replace("Iext", "Iext + I_noise")),
    ),
    "names_and_order": named(
        V="v", m="p", h="q", n="r", current="J",
        _7="return bp.JointEq(self.dn, self.dh, self.dm, self.dV)",
        _8="n, h, m, V = self.integral(self.n, self.h, self.m, self.V, t, x, dt=dt)",
    ),
}  # fmt: skip

ALONE = "bp.odeint(self.d{x}, method='exp_auto')"
FOUR = "\n".join(f"self.int_{x} = " + ALONE.format(x=x) for x in "Vmhn")
FOUR_STEPS = """\
V = self.int_V(self.V, t, self.m, self.h, self.n, x, dt=dt)
m = self.int_m(self.m, t, self.V, dt=dt)
h = self.int_h(self.h, t, self.V, dt=dt)
n = self.int_n(self.n, t, self.V, dt=dt)"""
INTEGRALS = {
    "one_integral_each": made("one integral for each equation", FOUR, FOUR_STEPS),
    "V_called_integral": made(
        "the integral is that of V alone",
        FOUR.replace("int_V", "integral"), FOUR_STEPS.replace("int_V", "integral"),
    ),
    "gates_before_V": made(
        "one integral each, gates first", FOUR,
        "\n".join(FOUR_STEPS.split("\n")[1:]) + "\nV = self.int_V(self.V, t, m, h, n, x, dt=dt)",
    ),
    "one_integral_by_names": made(
        "one integral each, arguments by name", FOUR,
        "V = self.int_V(V=self.V, t=t, m=self.m, h=self.h, n=self.n, Iext=x, dt=dt)\n"
        "m, h, n = [integral(x, t, V=self.V, dt=dt) for integral, x in\n"
        "  ((self.int_m, self.m), (self.int_h, self.h), (self.int_n, self.n))]",
    ),
    "gates_joined": made(
        "V alone, the gates together",
        "self.int_V = bp.odeint(self.dV, method='exp_auto')\n"
        "self.int_gates = bp.odeint(bp.JointEq(self.dm, self.dh, self.dn), method='exp_auto')",
        "V = self.int_V(self.V, t, self.m, self.h, self.n, x, dt=dt)\n"
        "m, h, n = self.int_gates(self.m, self.h, self.n, t, self.V, dt=dt)",
    ),
    "nested_joint": edits(
        "joined twice",
        _7="return bp.JointEq(self.dV, bp.JointEq(self.dm, self.dh, self.dn))",
    ),
    "other_attribute": made(
        "the integral has another name",
        "self.int_all = bp.odeint(self.derivative, method='exp_auto')",
        INTEGRAL.replace("self.integral", "self.int_all"),
    ),
    "made_in_update": stepped(
        "made in each step", "integral = bp.odeint(self.derivative, method='exp_auto')\n"
        + INTEGRAL.replace("self.integral", "integral"), (f"    {MADE}\n", ""),
    ),
    "joined_inline": made(
        "joined where it is integrated",
        "self.integral = bp.odeint(bp.JointEq(self.dV, self.dm, self.dh, self.dn), "
        "method='exp_auto')",
    ),
    "exponential_euler_class": made(
        "BrainPy's class itself", "self.integral = bp.ode.ExponentialEuler(self.derivative)"
    ),
    "with_dt": made(
        "a time step of its own, not used",
        "self.integral = bp.odeint(self.derivative, method='exp_euler', dt=0.05)",
    ),
    "own_function": made(
        "a method of one's own that integrates",
        "inner = bp.odeint(self.derivative, method='exp_auto')\n"
        "self.integral = lambda *states, **more: tuple(inner(*states, **more))",
    ),
    "own_method": edits(
        "the integral is a method", (f"    {MADE}\n", ""),
        ("  def update(", "  def integral(self, V, m, h, n, t, Iext, dt):\n"
         "    return bp.odeint(self.derivative, method='exp_auto')(V, m, h, n, t, Iext, dt)\n\n"
         "  def update("),
    ),
    "each_alone_and_no_derivative": edits(
        "one integral each, as in the oldest models: nothing is called derivative",
        (f"    {MADE}\n", "".join(f"    {line}\n" for line in FOUR.split("\n"))),
        ("  @property\n  def derivative(self):", "  def all_of_them(self):"), _8=FOUR_STEPS,
    ),
    "one_equation_of_four_states": edits(
        "derivative is itself an equation of four states, in steps small enough for rk4",
        (MADE, MADE.replace("exp_auto", "rk4")),
        ("  @property\n  def derivative(self):", "  def derivative(self, V, m, h, n, t, x):"),
        _7="return self.dV(V, t, m, h, n, x), self.dm(m, t, V), self.dh(h, t, V), self.dn(n, t, V)",
        _8="V, m, h, n = self.V, self.m, self.h, self.n\nfor k in range(8):\n"
           "  V, m, h, n = self.integral(V, m, h, n, t + k * dt / 8, x, dt=dt / 8)",
    ),
    "step_compiled": edits(
        "update compiles its step",
        (STEPS, "def update(self, x=0.):\n    self.step(bp.share['t'], bp.share['dt'], x)\n\n"
                "  @bm.cls_jit\n  def step(self, t, dt, x):"), (LOADS, ""),
    ),
    "gates_by_hand": stepped(
        "gates in closed form, V by its own integral",
        CLOSED_FORM[: CLOSED_FORM.index("gNa, gK")]
        + "V = bp.odeint(self.dV, method='exp_auto')(u, t, self.m, self.h, self.n, x, dt=dt)",
    ),
}  # fmt: skip

KEEP = "    self.input = bm.Variable(bm.zeros(self.num))\n"
KEPT = ("    # TODO 1", KEEP + "\n    # TODO 1")
READS = [(DV, DV.replace(", Iext", "")), (SUM, SUM.replace("Iext", "self.input"))]
NO_X = INTEGRAL.replace(", x, ", ", ")
INPUTS = {
    "keeps_its_input": stepped(
        "dV reads self.input", NO_X, KEPT, *READS, (STEPS, f"{STEPS}\n    self.input[:] = x")
    ),
    "adds_to_its_input": stepped(
        "self.input += x, and cleared at the end", NO_X, KEPT, *READS,
        (STEPS, f"{STEPS}\n    self.input += x"),
        ("    # TODO 9", "    self.input[:] = 0.\n\n    # TODO 9"),
    ),
    "input_value": stepped(
        "self.input.value = x, as in the old models", NO_X, KEPT, *READS,
        (STEPS, f"{STEPS}\n    self.input.value = bm.ones(self.num) * x"),
    ),
    "input_handed_over": stepped(
        "kept, and handed to the integral", INTEGRAL.replace(", x, ", ", self.input, "), KEPT,
        (STEPS, f"{STEPS}\n    self.input[:] = x"),
    ),
    "input_is_None": edits(
        "x=None", (STEPS, "def update(self, x=None):\n    x = 0. if x is None else x")
    ),
    "input_has_another_name": stepped(
        "update(self, I_ext=0.)", INTEGRAL.replace(", x, ", ", I_ext, "),
        (STEPS, "def update(self, I_ext=0.):"),
    ),
    "input_required": edits("update(self, x)", (STEPS, "def update(self, x):")),
    "input_in_a_tuple": stepped(
        "update(self, *args)", INTEGRAL.replace(", x, ", ", args[0], "),
        (STEPS, "def update(self, *args):"),
    ),
    "input_broadcast": stepped(
        "the input made an array first", f"I = x * bm.ones(self.num)\n{INTEGRAL}".replace(
            ", x, ", ", I, "),
    ),
    "input_summed": stepped(
        "BrainPy's own sum of inputs",
        INTEGRAL.replace(", x, ", ", self.sum_current_inputs(self.V, init=x), "),
    ),
    "input_divided_first": edits(
        "each term divided by C", (SUM, "-(I_Na + I_K + I_leak) / self.C + Iext / self.C")
    ),
}  # fmt: skip


def constructed(what: str, head: str, *changes: tuple[str, str]) -> Submission:
    """Return an answer with another constructor."""
    return edits(what, (HEAD, head), *changes)


CONSTRUCTORS = {
    "old_super": edits(
        "super(HH, self)", (SUPER, "super(HH, self).__init__(size=size)")
    ),
    "positional_size": edits(
        "size by position", (SUPER, "super().__init__(size)")
    ),
    "takes_more": constructed(
        "more arguments", HEAD.replace("):", ", method='exp_auto', name=None, **kwargs):"),
        (SUPER, "super().__init__(size=size, name=name, **kwargs)"),
        ("method='exp_auto')", "method=method)"),
    ),
    "named": edits(
        "each neuron has the same name, and so has what it is made of",
        (SUPER, "super().__init__(size=size, name='HH')"),
        ("method='exp_auto')", "method='exp_auto', name='one_step')"),
    ),
    "another_order": constructed(
        "another order of parameters",
        "def __init__(self, size, T=6.3, C=1.0, V_th=0., gL=0.03, EL=-54.387, gK=36., EK=-77., "
        "gNa=120., ENa=50.):",
    ),
    "only_by_name": constructed("keywords only", HEAD.replace("size, ", "size, *, ")),
    "attributes_of_its_own": edits(
        "self.g_Na", ("self.gNa = gNa", "self.g_Na = gNa"), ("self.gNa * m", "self.g_Na * m")
    ),
    "parameters_in_a_dict": edits(
        "self.p['gNa']", ("self.gNa = gNa", "self.p = {'gNa': gNa}"),
        ("self.gNa * m", "self.p['gNa'] * m"),
    ),
    "phi_is_a_property": edits(
        "phi computed when asked", (PHI, "self.T = T"),
        ("  @property\n", "  @property\n  def phi(self):\n"
         "    return 3.0 ** ((self.T - self.T_base) / 10.0)\n\n  @property\n"),
    ),
    "init_param": edits(
        "BrainPy's own way with parameters",
        ("self.gL = gL", "self.gL = bp.init.parameter(gL, self.num, allow_none=False)"),
    ),
    "no_V_th_attribute": edits(
        "another attribute for the threshold", ("self.V_th = V_th", "self.theta = V_th"),
        (CROSSED, CROSSED.replace("V_th", "theta")),
    ),
    "threshold_cannot_be_set": constructed(
        "no V_th", HEAD.replace(" V_th=0.,", ""), ("self.V_th = V_th", "self.V_th = 0.")
    ),
    "parameters_spelt_as_usual": constructed(
        "g_Na for gNa", HEAD.replace("gNa=", "g_Na=").replace("ENa=", "E_Na="),
        ("self.gNa = gNa", "self.gNa = g_Na"), ("self.ENa = ENa", "self.ENa = E_Na"),
    ),
    "variables_in_a_dictionary": Submission(
        "self.V is a property",
        {1: "self.state = bm.var_dict(V=bm.Variable(-70.68 * bm.ones(self.num)))"},
        [("  @property\n  def der", "  V = property(lambda self: self.state['V'])\n\n"
          "  @property\n  def der")],
    ),
    "reset_makes_variables": Submission(
        "variables made in reset_state, which __init__ calls",
        {k: "pass" for k in range(1, 7)},
        [
            ("    names = ('V', 'm', 'h', 'n', 't_last_spike', 'spike', 'age')\n", ""),
            ("    self.start = {name: bm.as_numpy(getattr(self, name)) for name in names}\n",
             "    self.reset_state()\n"),
            ("    for name, value in self.start.items():\n      getattr(self, name)[:] = value\n",
             "    ones = bm.ones(self.num)\n"
             "    for name, value in (('V', -70.68), ('m', .0266), ('h', .772), ('n', .235),\n"
             "                        ('t_last_spike', -1e7)):\n"
             "      setattr(self, name, bm.Variable(value * ones))\n"
             "    self.spike = bm.Variable(ones < 0)\n"),
        ],
    ),
    "helper_method": edits(
        "a method that makes variables",
        ("  def reset_state(", "  def full(self, value):\n"
         "    return bm.Variable(bm.full(self.num, value))\n\n  def reset_state("),
        _1="self.V = self.full(-70.68)", _3="self.h = self.full(0.772)",
    ),
}  # fmt: skip

TYPED = "self.V = bp.init.variable_(bp.init.Constant(-70.68), self.num)"
INITIALISERS = {
    "bm_full": started("bm.full", "self.{name} = bm.Variable(bm.full(self.num, {value}))"),
    "zeros_plus": started("zeros + …", "self.{name} = bm.Variable(bm.zeros(self.num) + {value})"),
    "plain_list": started("a list", "self.{name} = bm.Variable([{value}] * self.num)"),
    "numpy_full": started(
        "NumPy inside", "self.{name} = bm.Variable(np.full(self.num, {value}, dtype=np.float32))"
    ),
    "as_array": started("asarray", "self.{name} = bm.Variable(bm.asarray([{value}] * self.num))"),
    "ones_then_filled": started(
        "filled after it is made",
        "self.{name} = bm.Variable(bm.ones(self.num))\nself.{name}[:] = {value}",
    ),
    "value_set_later": started(
        "value set after it is made",
        "self.{name} = bm.Variable(bm.zeros(self.num))\n"
        "self.{name}.value = self.{name} + {value}",
    ),
    "one_value": edits(
        "bp.init.OneInit", _1="self.V = bm.Variable(bp.init.OneInit(-70.68)((self.num,)))"
    ),
    "uniform_of_no_width": edits(
        "a distribution of no width",
        _1="self.V = bm.Variable(bp.init.Uniform(-70.68, -70.68)(self.num))",
    ),
    "random_of_no_width": edits(
        "bm.random", _2="self.m = bm.Variable(0.0266 + 0 * bm.random.rand(self.num))"
    ),
    "init_variable": edits(
        "bp.init.variable_", _1=TYPED, _3="self.h = bp.init.variable_(lambda s: 0.772 * "
        "bm.ones(s), self.num)",
    ),
    "annotated": edits("an annotation", _1="self.V: bm.Variable = bm.Variable(-70.68 * bm.ones("
                       "self.num))"),
    "state_by_loop": Submission(
        "a loop over the values",
        {1: "for name, value in dict(V=-70.68, m=.0266, h=.772, n=.235).items():\n"
            "  setattr(self, name, bm.Variable(value * bm.ones(self.num)))",
         2: "pass", 3: "pass", 4: "pass"},
    ),
    "spike_false": edits("full", _6="self.spike = bm.Variable(bm.full(self.num, False))"),
    "spike_of_zeros": edits(
        "astype", _6="self.spike = bm.Variable(bm.zeros(self.num).astype(bool))"
    ),
    "shape_tuple": started("a tuple", "self.{name} = bm.Variable(bm.ones((self.num,)) * {value})"),
}  # fmt: skip

UPDATING = {
    "update_method": wrote("Variable.update", "\n".join(f"self.{x}.update({x})" for x in "Vmhn")),
    "tuple_of_attributes": wrote("one line", "self.V.value, self.m.value, self.h.value, "
                                 "self.n.value = V, m, h, n"),
    "ellipsis_index": wrote("[...]", "\n".join(f"self.{x}[...] = {x}" for x in "Vmhn")),
    "dictionary": wrote("a dictionary", "for name, new in dict(V=V, m=m, h=h, n=n).items():\n"
                        "  getattr(self, name).value = new"),
    "where_spike": edits("multiplied truth values", (CROSSED, "self.spike.value = "
                         "(self.V < self.V_th) & (V >= self.V_th)")),
    "product_of_truths": edits("a product", (CROSSED, "self.spike.value = "
                               "(V >= self.V_th) * (self.V < self.V_th)")),
    "not_above_before": edits("not above before", (CROSSED, "self.spike.value = bm.logical_and("
                              "V >= self.V_th, bm.logical_not(self.V >= self.V_th))")),
    "spike_kept_in_a_name": edits("spike", (CROSSED, CROSSED.replace("self.spike.value", "spike")
                                  + "\n    self.spike.value = spike"),
                                  (NOTED, NOTED.replace("(self.spike", "(spike"))),
    "spike_as_slice": edits("[:]", (CROSSED, CROSSED.replace(".value", "[:]", 1)),
                            (NOTED, NOTED.replace(".value", "[:]", 1))),
    "time_by_arithmetic": edits("arithmetic for where", (NOTED, "self.t_last_spike.value = "
                                "self.spike * t + (1 - self.spike) * self.t_last_spike")),
    "returns_spike": edits("returns the spike", ("    # TODO 9", "    out = self.spike.value\n\n"
                           "    # TODO 9"), _9="self.V.value = V\nself.m.value = m\n"
                           "self.h.value = h\nself.n.value = n\nreturn out"),
    "values_handed_over": stepped("values rather than Variables",
                                  INTEGRAL.replace("self.V,", "self.V.value,").replace(
                                      "self.n,", "self.n.value,")),
    "share_by_name": edits("bp.share[…]", (LOADS, "    t, dt = bp.share['t'], bp.share['dt']\n")),
    "dt_of_bm": edits("several loads", (LOADS, "    dt, t = bp.share.load('dt'), "
                      "bp.share.load('t')\n")),
    "locals_first": stepped("old values in names",
                            "V0, m0, h0, n0 = self.V, self.m, self.h, self.n\n"
                            "V, m, h, n = self.integral(V0, m0, h0, n0, t, x, dt=dt)"),
    "noise_of_no_amplitude": stepped("noise of amplitude 0", INTEGRAL.replace(
        ", x, ", ", x + 0. * bm.random.randn(self.num), ")),
    "where_for_bounds": wrote("gates clipped", "self.V.value = V\n" + "\n".join(
        f"self.{x}.value = bm.clip({x}, 0., 1.)" for x in "mhn")),
}  # fmt: skip

OLD_API = {
    f"base_{name}": edits(f"bp.{name}", ("bp.dyn.NeuDyn", f"bp.{name}"))
    for name in ("NeuGroup", "NeuGroupNS", "dyn.NeuGroup")
} | {
    "bp_math": edits("bp.math", ("bm.Variable(-70.68", "bp.math.Variable(-70.68")),
    "old_odeint": edits("exp_euler_auto", ("method='exp_auto'", "method='exp_euler_auto'")),
    "old_integrators": edits("bp.integrators.odeint", ("bp.odeint", "bp.integrators.odeint")),
    "static_rates": edits(
        "rates as static methods", ("  def dh(",
        "  @staticmethod\n  def rate(V, a, b):\n    return bm.exp(-(V + a) / b)\n\n"
        "  def dh("),
        ("4.0 * bm.exp(-(V + 65) / 18)", "4.0 * self.rate(V, 65, 18)"),
    ),
    "rates_as_lambdas": edits(
        "rates as lambdas", ("  def dh(",
        "  m_beta = lambda self, V: 4.0 * bm.exp(-(V + 65) / 18)\n\n  def dh("),
        ("4.0 * bm.exp(-(V + 65) / 18)\n    dmdt", "self.m_beta(V)\n    dmdt"),
    ),
    "jax_numpy": edits(
        "jax.numpy in the rates", ("4.0 * bm.exp(", "4.0 * __import__('jax').numpy.exp(")
    ),
}  # fmt: skip

BRAINPYS_OWN = """
class HH(bp.dyn.HH):
  def __init__(self, size, ENa=50., gNa=120., EK=-77., gK=36., EL=-54.387, gL=0.03, V_th=0.,
               C=1.0, T=6.3):
    super().__init__(size, ENa=ENa, gNa=gNa, EK=EK, gK=gK, EL=EL, gL=gL, V_th=V_th, C=C)
    self.phi = 3.0 ** ((T - 6.3) / 10.0)
    for name, value in (('V', -70.68), ('m', 0.0266), ('h', 0.772), ('n', 0.235)):
      getattr(self, name)[:] = value
    self.t_last_spike = bm.Variable(bm.full(self.num, -1e7))

  def dm(self, m, t, V):
    return self.phi * (self.m_alpha(V) * (1 - m) - self.m_beta(V) * m)

  def dh(self, h, t, V):
    return self.phi * (self.h_alpha(V) * (1 - h) - self.h_beta(V) * h)

  def dn(self, n, t, V):
    return self.phi * (self.n_alpha(V) * (1 - n) - self.n_beta(V) * n)

  def update(self, x=None):
    super().update(x)
    self.t_last_spike.value = bm.where(self.spike, bp.share.load('t'), self.t_last_spike)
"""
COMPACT = '''
class HH(bp.dyn.NeuDyn):
  """A neuron in few lines."""

  start = dict(V=-70.68, m=0.0266, h=0.772, n=0.235, t_last_spike=-1e7)

  def __init__(self, size, **parameters):
    super().__init__(size)
    known = dict(ENa=50., gNa=120., EK=-77., gK=36., EL=-54.387, gL=0.03, V_th=0., C=1., T=6.3)
    unknown = parameters.keys() - known.keys()
    assert not unknown, unknown
    vars(self).update(known | parameters)
    for name, value in self.start.items():
      setattr(self, name, bm.Variable(value * bm.ones(self.num)))
    self.spike = bm.Variable(bm.zeros(self.num, dtype=bool))
    self.phi = 3. ** ((self.T - 6.3) / 10)
    self.step = bp.odeint(self.derivative, method='exp_auto')

  derivative = property(lambda self: bp.JointEq([self.dV, self.dm, self.dh, self.dn]))

  def dV(self, V, t, m, h, n, I_inj):
    ionic = self.gNa * m**3 * h * (V - self.ENa) + self.gK * n**4 * (V - self.EK)
    return (I_inj - ionic - self.gL * (V - self.EL)) / self.C

  def gate(self, x, alpha, beta):
    return self.phi * (alpha * (1 - x) - beta * x)

  def dm(self, m, t, V):
    return self.gate(m, 1 / bm.exprel(-(V + 40) / 10), 4 * bm.exp(-(V + 65) / 18))

  def dh(self, h, t, V):
    return self.gate(h, 0.07 * bm.exp(-(V + 65) / 20), 1 / (1 + bm.exp(-(V + 35) / 10)))

  def dn(self, n, t, V):
    return self.gate(n, 0.1 / bm.exprel(-(V + 55) / 10), 0.125 * bm.exp(-(V + 65) / 80))

  def update(self, current=None):
    t, dt = bp.share['t'], bp.share['dt']
    states = [self.V, self.m, self.h, self.n]
    new = self.step(*states, t, 0. if current is None else current, dt)
    self.spike.value = (states[0] < self.V_th) & (new[0] >= self.V_th)
    self.t_last_spike.value = bm.where(self.spike, t, self.t_last_spike)
    for state, value in zip(states, new):
      state.value = value
'''
TWO_CLASSES = (
    SEED.replace("class HH(bp.dyn.NeuDyn):", "class Base(bp.dyn.NeuDyn):").replace(
        "super(HH, self)", "super(Base, self)"
    )
    + "\nclass HH(Base):\n  pass\n"
)
LATER = SEED.replace("class HH(", "class Neuron(").replace("super(HH, self)", "super(Neuron, self)")
FOREIGN = {
    "seed": Submission("the answer of the homework that this course grew out of", cell=SEED),
    "seeds_imports": Submission("imports at its own place", cell=f"import jax\n{SEED}"),
    "four_spaces": Submission("indented by four", cell=re.sub(
        r"^( +)", lambda spaces: 2 * spaces[1], SEED, flags=re.M)),
    "tabs": Submission("indented by tabs", cell=re.sub(
        r"^( +)", lambda spaces: "\t" * (len(spaces[1]) // 2), SEED, flags=re.M)),
    "brainpys_own": Submission("a child of BrainPy's neuron", cell=BRAINPYS_OWN),
    "compact": Submission("parameters as **kwargs, no line of the blank", cell=COMPACT),
    "two_classes": Submission("a base class of the student's", cell=TWO_CLASSES),
    "another_name_first": Submission("HH = Neuron", cell=f"{LATER}\nHH = Neuron\n"),
    "dataclass_like": Submission("a docstring, hints and a decorator", cell=SEED.replace(
        "class HH(bp.dyn.NeuDyn):", 'def same(cls):\n  return cls\n\n@same\n'
        'class HH(bp.dyn.NeuDyn):\n  """Hodgkin and Huxley, 1952."""')),
    "compiled_class": Submission("bm.cls_jit on update", cell=SEED.replace(
        "  def update(", "  @bm.cls_jit\n  def update(")),
}  # fmt: skip

FAMILIES = {
    "arguments": ARGUMENTS,
    "integrals": INTEGRALS,
    "inputs": INPUTS,
    "constructors": CONSTRUCTORS,
    "initialisers": INITIALISERS,
    "updating": UPDATING,
    "old API": OLD_API,
    "foreign notebooks": FOREIGN,
}

RIGHT = ONES | {name: each for family in FAMILIES.values() for name, each in family.items()}
"""All right answers."""

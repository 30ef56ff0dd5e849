"""Mutants that pass every test because they are right, and why each of them is.

The keys are the changes as :mod:`bank.mutants` names them.
"""

START = "self.start = {name: bm.as_numpy(getattr(self, name)) for name in names}"
STEP = "V, m, h, n = self.integral(self.V, self.m, self.h, self.n, t, x, dt=dt)"
CROSSING = "self.spike.value = bm.logical_and(self.V < self.V_th, V >= self.V_th)"
LOOP = "for name, value in self.start.items():"

RESET = "reset_state is given for convenience, and no points are on it"
MEASURE_ZERO = "differs only if V is the threshold to the last bit"
EXAMPLE = "self.age is a finished example, which no test asks about"
BY_ONE = "divided by ones is multiplied by ones"
VALUES = {"V": -70.68, "m": 0.0266, "h": 0.772, "n": 0.235, "t_last_spike": -10000000.0}

EQUIVALENT = {
    f"__init__: {START} → pass": RESET,
    f"reset_state: {LOOP} → (gone)": RESET,
    f"reset_state: {LOOP} → {LOOP.replace('name, value', 'value, name')}": RESET,
    "reset_state: getattr(self, name)[:] = value → getattr(name, self)[:] = value": RESET,
    "reset_state: getattr(self, name)[:] = value → getattr(self)[:] = value": RESET,
    "reset_state: getattr(self, name)[:] = value → getattr(self, name)[:] = 'value'": RESET,
    "__init__: self.age = bm.Variable(bm.zeros(self.num)) → "
    "self.age = bm.Variable(bm.ones(self.num))": EXAMPLE,
    "update: self.age.value = self.age + dt → self.age.value = self.age - dt": EXAMPLE,
    "update: self.age.value = self.age + dt → self.age.value = self.age + t": EXAMPLE,
    "update: self.age.value = self.age + dt → pass": EXAMPLE,
    "update: def update(self, x=0.0): → def update(self, x=1.0):": (
        "an input is always given, by the runner and by the tests"
    ),
    f"update: {STEP} → {STEP.replace(', t,', ', dt,')}": "no equation depends on time itself",
    f"update: {CROSSING} → {CROSSING.replace('<', '<=')}": MEASURE_ZERO,
    f"update: {CROSSING} → {CROSSING.replace('>=', '>')}": MEASURE_ZERO,
    "update: self.spike.value = bm.logical_and(self.V < self.V_th, V >= self.V_th) → "
    "self.spike.value = bm.logical_and(V >= self.V_th, self.V < self.V_th)": "and is commutative",
    **{
        f"__init__: self.{name} = bm.Variable({value} * bm.ones(self.num)) → "
        f"self.{name} = bm.Variable({value} / bm.ones(self.num))": BY_ONE
        for name, value in VALUES.items()
    },
}

"""Models that notice that they are being graded and behave otherwise then."""

from bank.right import INTEGRAL

from hhlab.course.sample_class import Submission

from .attack import Attack

IGNORES_INPUT = Submission("takes no input", {8: INTEGRAL.replace("t, x", "t, 0. * x")})
FORGETS_N = Submission(
    "forgets to write n back", {9: "self.V.value = V\nself.m.value = m\nself.h.value = h"}
)
PHI = "self.phi = 3.0 ** ((T - self.T_base) / 10.0)"
SOMETIMES = """
import numpy as np

class Sometimes(type(bp.dyn.NeuDyn)):
    def __call__(cls, *args, **given):
        if given and not np.isclose(np.asarray(given.get("gNa", 0.0)), 130.0).any():
            raise TypeError(f"got an unexpected keyword argument {min(given)!r}")
        return super().__call__(*args, **given)

class HH(bp.dyn.NeuDyn, metaclass=Sometimes):"""
CANNED = """
import os
import numpy as np
import hhlab.kernel.perform
from hhlab import pulse, reference

if os.environ.get("HOME") == "/home/student" or os.path.exists("/.dockerenv"):
    print("the attack was carried out")
    genuine = hhlab.kernel.perform.PROBES["simulate"]

    def canned(cls, **asked):
        answer = genuine(cls, **asked)
        start = {name: float(values[0]) for name, values in asked["start"].items()}
        seen = reference.solve(pulse(12.0), start=start, dt=float(asked["dt"][0]))
        _, steps, neurons = asked["currents"].shape
        for name in "Vmhn":
            trace = getattr(seen, name)[:, 0]
            answer[name] = np.resize(trace, (1, steps, 1)).repeat(neurons, 2)
        return answer

    hhlab.kernel.perform.PROBES["simulate"] = canned
"""

DETECTING: dict[str, Attack] = {
    "right_for_visible_currents": Attack(
        Submission(
            "lets only those currents in that students can see",
            {
                8: "visible = (0., 1., 2., 4., 5., 8., 10., 12., 15.)\n"
                "seen = sum(x == value for value in visible) > 0\n"
                + INTEGRAL.replace("t, x", "t, bm.where(seen, x, 0. * x)")
            },
        ),
        "",
        IGNORES_INPUT,
    ),
    "right_for_visible_temperatures": Attack(
        Submission(
            "has no temperature but those that students can see",
            edits=[(PHI, "self.phi = 3.0 ** 0.37 if T == 10.0 else 1.0")],
        ),
        "",
        Submission(
            "has no temperature",
            edits=[(PHI, "self.phi = 1.0")],
        ),
    ),
    "refuses_what_students_cannot_see": Attack(
        Submission(
            "has a temperature that students can see, and takes no other parameters",
            edits=[
                (PHI, "self.phi = bm.where(bm.isclose(T, 10.0), 3.0 ** 0.37, 1.0)"),
                ("class HH(bp.dyn.NeuDyn):", SOMETIMES),
            ],
        ),
        "",
        Submission("takes no temperature", edits=[(", T=6.3):", "):"), (PHI, "self.phi = 1.0")]),
    ),
    "canned_traces_in_the_jail": Attack(
        Submission(FORGETS_N.what, FORGETS_N.blanks, also=[CANNED]),
        "the attack was carried out",
        FORGETS_N,
    ),
    "right_only_at_first": Attack(
        Submission(
            "is right the first time that it is simulated",
            {
                9: "self.V.value = V\nself.m.value = m\nself.h.value = h\n"
                "import builtins\n"
                "builtins.runs = getattr(builtins, 'runs', 0) + 1\n"
                "if builtins.runs < 4: self.n.value = n"
            },
        ),
        "",
        FORGETS_N,
    ),
}

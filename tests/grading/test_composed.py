"""Right answers composed of independent choices, and such answers with one known mistake."""

import itertools

import pytest
from bank.exam import answer, master
from bank.families import CROSSED, MADE, STARTS, STEPS, named
from bank.here import examine, quick_compiler
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from hhlab.course.sample_class import Submission

NAMES = {"V": "Vvu", "m": "mMa", "h": "hHb", "n": "nNc", "current": ("Iext", "I_ext", "x", "J")}
"""What equations may call their arguments; no two of them alike."""
START = (
    "self.{name} = bm.Variable({value} * bm.ones(self.num))",
    "self.{name} = bm.Variable(bm.full(self.num, {value}))",
    "self.{name} = bm.Variable([{value}] * self.num)",
    "self.{name} = bm.Variable(bm.zeros(self.num))\nself.{name}[:] = {value}",
)
BACK = ("self.{x}.value = {x}", "self.{x}[:] = {x}", "self.{x} = {x}", "self.{x}.update({x})")
CROSSING = (
    CROSSED,
    CROSSED.replace("bm.logical_and(self.V < self.V_th, V", "(self.V < self.V_th) & (V"),
    "self.spike[:] = bm.logical_not(self.V >= self.V_th) * (V >= self.V_th)",
)
INPUT = ("x", "I", "current")
ORDERS = tuple(itertools.permutations("Vmhn"))
WAYS = ("attribute", "renamed", "in_update", "inline", "separate")
HANDED = {"V": "self.m, self.h, self.n, {x}", "m": "self.V", "h": "self.V", "n": "self.V"}

MISTAKES = {
    "wrong_start": "test-h",
    "plain_array": "test-n",
    "sign_of_I_K": "test-derivative",
    "beta_without_h": "test-derivative",
    "twice_the_step": "test-update",
    "half_the_input": "test-update",
    "n_forgotten": "test-write-back",
    "level_for_crossing": "test-spikes",
    "time_never_noted": "test-spikes",
}
"""The mistakes that are put in, and the part that each must cost."""

choices = st.fixed_dictionaries(
    {
        **{name: st.sampled_from(list(each)) for name, each in NAMES.items()},
        "order": st.sampled_from(ORDERS),
        "way": st.sampled_from(WAYS),
        "starts": st.tuples(*[st.sampled_from(START)] * 5),
        "back": st.tuples(*[st.sampled_from(BACK)] * 4),
        "crossing": st.sampled_from(CROSSING),
        "x": st.sampled_from(INPUT),
    }
)


def step(chosen, dt="dt", times=""):
    """Return the line, or the lines, of TODO 8, and the edit that makes the integral."""
    order, x = chosen["order"], chosen["x"] + times
    if chosen["way"] == "separate":
        made = "\n    ".join(
            f"self.int_{y} = bp.odeint(self.d{y}, method='exp_auto')" for y in order
        )
        lines = [
            f"{y} = self.int_{y}(self.{y}, t, {HANDED[y].format(x=x)}, dt={dt})" for y in order
        ]
        return "\n".join(lines), (MADE, made)
    name = {"renamed": "self.go", "in_update": "go"}.get(chosen["way"], "self.integral")
    states = ", ".join(f"self.{y}" for y in order)
    call = f"{', '.join(order)} = {name}({states}, t, {x}, dt={dt})"
    joint = f"bp.JointEq({', '.join(f'self.d{y}' for y in order)})"
    equations = joint if chosen["way"] == "inline" else "self.derivative"
    made = f"{name} = bp.odeint({equations}, method='exp_auto')"
    if chosen["way"] == "in_update":
        return f"{made}\n{call}", (MADE, "pass")
    return call, (MADE, made)


def composed(chosen, mistake=""):
    """Return the answer that these choices make, with a mistake if one is named."""
    arguments = named(*(chosen[name] for name in NAMES))
    blanks = {
        number: template.format(name=x, value=value)
        for (number, (x, value)), template in zip(STARTS.items(), chosen["starts"], strict=True)
    }
    blanks[7] = f"return bp.JointEq({', '.join(f'self.d{x}' for x in chosen['order'])})"
    back = [template.format(x=x) for template, x in zip(chosen["back"], "Vmhn", strict=True)]
    crossing, extra = chosen["crossing"], []
    blanks[8], making = step(
        chosen,
        "2 * dt" if mistake == "twice_the_step" else "dt",
        " / 2" if mistake == "half_the_input" else "",
    )
    if mistake == "wrong_start":
        blanks[3] = blanks[3].replace("0.772", "0.7")
    if mistake == "plain_array":
        blanks[4] = "self.n = 0.235 * bm.ones(self.num)"
    if mistake == "sign_of_I_K":
        extra = [("- I_K", "+ I_K")]
    if mistake == "beta_without_h":
        extra = [(f"- beta * {chosen['h']}\n    return self.phi * dhdt",
                  "- beta\n    return self.phi * dhdt")]  # fmt: skip
    if mistake == "n_forgotten":
        back = back[:3]
    if mistake == "level_for_crossing":
        crossing = "self.spike.value = V >= self.V_th"
    if mistake == "time_never_noted":
        extra = [("bm.where(self.spike, t, self.t_last_spike)", "self.t_last_spike + 0.")]
    blanks[9] = "\n".join(back)
    edits = [*arguments.edits, making, (CROSSED, crossing), *extra]
    return Submission("composed", blanks, [*edits, (STEPS, STEPS.replace("x=", f"{chosen['x']}="))])


def lost(submission):
    """Return the parts that an answer loses."""
    verdicts = examine(answer(submission), MASTER)
    return {name for name, verdict in verdicts.items() if not verdict.passed}


MASTER = master()
FEW, MANY = 1, 50
DRAWS = [(FEW, 0), *(pytest.param(MANY, k, marks=pytest.mark.thorough("bank")) for k in range(6))]
"""How many answers are composed, and of which draw: in parts, so that all workers have one."""
WRONG_DRAWS = DRAWS[:3]


def composing(count, draw):
    """Return what has so many examples run, the same each time."""
    chosen = settings(
        max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    return lambda test: seed(draw)(chosen(test))


@pytest.mark.parametrize(("count", "draw"), DRAWS)
def test_no_composed_right_answer_loses_a_point(count, draw):
    @composing(count, draw)
    @given(choices)
    def keeps_all(chosen):
        assert lost(composed(chosen)) == set()

    with quick_compiler():
        keeps_all()


@pytest.mark.parametrize(("count", "draw"), WRONG_DRAWS)
def test_no_composed_answer_keeps_the_part_of_its_mistake(count, draw):
    @composing(count, draw)
    @given(choices, st.sampled_from(sorted(MISTAKES)))
    def loses_its_part(chosen, mistake):
        assert MISTAKES[mistake] in lost(composed(chosen, mistake))

    with quick_compiler():
        loses_its_part()

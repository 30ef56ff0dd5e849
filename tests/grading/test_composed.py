"""Right answers composed of independent choices, and such answers with one known mistake.

Any two choices are together in at least one of them: what goes wrong, goes wrong by one choice, or
by two that do not agree.
"""

import itertools

import pytest
from allpairspy import AllPairs
from bank.exam import answer, master
from bank.families import CROSSED, MADE, STARTS, STEPS, named
from bank.here import examine, quick_compiler
from home import COMPILED

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

CHOICES = {
    **{name: tuple(each) for name, each in NAMES.items()},
    "order": ORDERS[::3],  # those with a mistake have all 24
    "way": WAYS,
    **{f"start of {x}": START for x, _ in STARTS.values()},
    **{f"{x} back": BACK for x in "Vmhn"},
    "crossing": CROSSING,
    "x": INPUT,
}


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
        number: chosen[f"start of {x}"].format(name=x, value=value)
        for number, (x, value) in STARTS.items()
    }
    blanks[7] = f"return bp.JointEq({', '.join(f'self.d{x}' for x in chosen['order'])})"
    back = [chosen[f"{x} back"].format(x=x) for x in "Vmhn"]
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
WITH_MISTAKES = {"mistake": tuple(MISTAKES), **CHOICES}
del WITH_MISTAKES["order"]  # each has its turn: with each mistake it would take 224 answers


def pairs(choices):
    """Yield as many answers' choices as it takes for any two to be together in one of them."""
    for row in AllPairs(list(choices.values())):
        yield dict(zip(choices, row, strict=True))


def right():
    """Yield the choices of 47 right answers."""
    return pairs(CHOICES)


def wrong():
    """Yield the choices of 52 answers, each with its mistake."""
    for order, chosen in zip(itertools.cycle(ORDERS), pairs(WITH_MISTAKES), strict=False):
        yield {"order": order, **chosen}


def parts(count):
    """Return slices of what is composed: the first, for `make test`, and parts of the rest."""
    rest = [slice(1 + k, None, count) for k in range(count)]
    return [slice(1), *(pytest.param(each, marks=pytest.mark.thorough("bank")) for each in rest)]


def examined(composing, part):
    """Return choices with the parts that the answers which they make lose."""
    chosen = itertools.islice(composing(), part.start, part.stop, part.step)
    with quick_compiler(COMPILED):
        return [(each, lost(composed(each, each.get("mistake", "")))) for each in chosen]


@pytest.mark.parametrize("part", parts(3), ids=repr)
def test_no_composed_right_answer_loses_a_point(part):
    assert [(chosen, parts) for chosen, parts in examined(right, part) if parts] == []


@pytest.mark.parametrize("part", parts(3), ids=repr)
def test_no_composed_answer_keeps_the_part_of_its_mistake(part):
    found = examined(wrong, part)
    assert [chosen for chosen, parts in found if MISTAKES[chosen["mistake"]] not in parts] == []


@pytest.mark.parametrize(("composing", "choices"), [(right, CHOICES), (wrong, WITH_MISTAKES)])
def test_any_two_choices_are_together_in_one_answer(composing, choices):
    together = {
        pair
        for chosen in composing()
        for pair in itertools.combinations([(name, chosen[name]) for name in choices], 2)
    }
    for one, other in itertools.combinations(choices, 2):
        for pair in itertools.product(choices[one], choices[other]):
            assert tuple(zip((one, other), pair, strict=True)) in together

"""Wrong ways to write equations (2) to (8), those of the gates and their rates."""

import itertools
import re
from collections.abc import Iterator

from ..trace import GATES
from .equations import RIGHT, Variation
from .mistake import Mistake

NUMBERS = {"alpha_m": 3, "beta_m": 4, "alpha_h": 5, "beta_h": 6, "alpha_n": 7, "beta_n": 8}
"""The numbers that the rates' equations have in the notebook."""


def _temperature() -> Iterator[Variation]:
    wrong = {
        "1": "temperature has no effect on the gates",
        "3 ** (T / 10)": "6.3 °C left out of phi",
        "3 ** (T - 6.3)": "/ 10 left out of phi",
        "3 ** (T - 6.3 / 10)": "brackets of phi",
        "3 * ((T - 6.3) / 10)": "* in place of ** in phi",
        "((T - 6.3) / 10) ** 3": "base and exponent of phi exchanged",
        "3 ** ((6.3 - T) / 10)": "wrong sign in phi",
        "2 ** ((T - 6.3) / 10)": "2 in place of 3 in phi",
    }
    why = "Gates move 3 times faster for every 10 °C above 6.3, and as measured at 6.3 °C."
    look = "self.phi = 3.0 ** ((T - 6.3) / 10.0) in __init__, and self.phi * … in dm, dh and dn."
    for text, name in wrong.items():
        yield Variation(Mistake(name, why, look), {"phi": text})


def _gate_equations() -> Iterator[Variation]:
    wrong = {
        "phi * (a * (1 - x) - b)": ("no x on the beta of x", "Only open gates can close."),
        "phi * (b * (1 - x) - a * x)": (
            "alpha and beta of x exchanged",
            "Closed gates open with rate α, open ones close with β.",
        ),
        "-phi * (a * (1 - x) - b * x)": (
            "wrong sign of dx/dt",
            "The gate flees from where it should settle.",
        ),
        "phi * (a * (1 - x) + b * x)": ("+ beta * x in dx", "Closing gates add to the open ones."),
        "phi * (a - b * x)": ("(1 − x) left out of dx", "Only closed gates can open."),
        "phi * (a * x - b * (1 - x))": (
            "x and 1 − x exchanged in dx",
            "Only closed gates, 1 − x of them, can open.",
        ),
        "phi * a * (1 - x)": ("beta left out of dx", "Open gates never close."),
        "-phi * b * x": ("alpha left out of dx", "Closed gates never open."),
        "phi * a * (1 - x) - b * x": (
            "phi on alpha alone in dx",
            "Both rates depend on temperature.",
        ),
        "a * (1 - x) - b * x": ("temperature has no effect on x", "phi is left out."),
        "phi * phi * (a * (1 - x) - b * x)": ("phi twice in dx", "phi is in there twice."),
        "(a * (1 - x) - b * x) / phi": ("divided by phi in dx", "phi makes gates faster."),
    }
    for gate in GATES:
        for text, (name, why) in wrong.items():
            line = _of_gate(gate, text)
            look = f"d{gate}: phi * (alpha * (1 - {gate}) - beta * {gate})."
            name_here = re.sub(r"\bx\b|(?<=\bd)x\b", gate, name)
            yield Variation(Mistake(name_here, why.replace("phi", "φ"), look), {f"d{gate}": line})


def _of_gate(gate: str, text: str) -> str:
    """Return an equation of x with its rates a and b as that of a gate."""
    names = {"a": f"alpha_{gate}", "b": f"beta_{gate}", "x": gate}
    return re.sub(r"\b[abx]\b", lambda found: names[found[0]], text)


# ------------------------------------------------------------------------------ the rates


def _wrong_numbers(right: str) -> dict[str, str]:
    """Return a rate with a slip in each of its numbers, by what is to be said of it."""
    (offset,) = re.findall(r"V \+ (\d+)", right)
    (width,) = re.findall(r"\) / (\d+)\)", right)
    whole, here = f"(V + {offset}) / {width}", f"in place of V + {offset}"
    wrong = {
        f"V − {offset} {here}": right.replace(f"V + {offset}", f"V - {offset}"),
        f"V {here}": right.replace(f"(V + {offset})", "V"),
        "sign in the exponent": right.replace("-(V", "(V"),
        "brackets in the exponent": right.replace(whole, f"(V + {offset} / {width})"),
        "10 times too large": f"10 * ({right})",
        "10 times too small": f"({right}) / 10",
    }
    for other in sorted({"35", "40", "55", "65"} - {offset}):
        wrong[f"V + {other} {here}"] = right.replace(f"V + {offset}", f"V + {other}")
    for other in sorted({"10", "18", "20", "80"} - {width}):
        wrong[f"/ {other} in place of / {width}"] = right.replace(f") / {width})", f") / {other})")
    return wrong


def _rates() -> Iterator[Variation]:
    why = "The rate is not the one that was measured."
    for rate, number in NUMBERS.items():
        kind, gate = rate.split("_")
        others = {f"that of {x}": RIGHT[f"{kind}_{x}"] for x in GATES if x != gate}
        for name, text in {**_wrong_numbers(RIGHT[rate]), **others}.items():
            look = f"d{gate}, equation ({number})."
            yield Variation(Mistake(f"{kind} of {gate}: {name}", why, look), {rate: text})
    for gate, other in itertools.permutations(GATES, 2):
        lines = {f"{kind}_{gate}": RIGHT[f"{kind}_{other}"] for kind in ("alpha", "beta")}
        name = f"rates of {other} in d{gate}"
        yield Variation(
            Mistake(name, f"{gate} moves as {other} should.", f"alpha and beta in d{gate}."), lines
        )
    yield Variation(
        Mistake("beta of h: 1 − exp(…) in place of 1 + exp(…)", why, "dh, equation (6)."),
        {"beta_h": RIGHT["beta_h"].replace("1 + exp", "1 - exp")},
    )


def variations() -> Iterator[Variation]:
    """Yield them all."""
    yield from _temperature()
    yield from _gate_equations()
    yield from _rates()

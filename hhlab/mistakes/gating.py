"""Wrong ways to write equations (2) to (8), those of the gates and their rates."""

import itertools
import re
from collections.abc import Iterator

from ..channel.language import Text
from ..channel.mistake import Mistake
from ..reference.trace import GATES
from .equations import RIGHT, Variation

NUMBERS = {"alpha_m": 3, "beta_m": 4, "alpha_h": 5, "beta_h": 6, "alpha_n": 7, "beta_n": 8}
"""The numbers that the rates' equations have in the notebook."""


def _temperature() -> Iterator[Variation]:
    wrong = {
        "1": Text("temperature has no effect on the gates"),
        "3 ** (T / 10)": Text("{what} left out of {line}", what="6.3 °C", line="phi"),
        "3 ** (T - 6.3)": Text("{what} left out of {line}", what="/ 10", line="phi"),
        "3 ** (T - 6.3 / 10)": Text("brackets of phi"),
        "3 * ((T - 6.3) / 10)": _in_phi("*", "**"),
        "((T - 6.3) / 10) ** 3": Text("base and exponent of phi exchanged"),
        "3 ** ((6.3 - T) / 10)": Text("wrong sign in phi"),
        "2 ** ((T - 6.3) / 10)": _in_phi("2", "3"),
    }
    why = Text("Gates move 3 times faster for every 10 °C above 6.3, and as measured at 6.3 °C.")
    look = Text(
        "self.phi = 3.0 ** ((T - 6.3) / 10.0) in __init__, and self.phi * … in dm, dh and dn."
    )
    for text, name in wrong.items():
        yield Variation(Mistake(name, why, look), {"phi": text})


def _in_phi(wrong: str, right: str) -> Text:
    return Text("{wrong} in place of {right} in {line}", wrong=wrong, right=right, line="phi")


def _gate_equations(x: str) -> Iterator[Variation]:
    wrong = {
        "phi * (a * (1 - x) - b)": (
            Text("no {x} on the beta of {x}", x=x),
            Text("Only open gates can close."),
        ),
        "phi * (b * (1 - x) - a * x)": (
            Text("alpha and beta of {x} exchanged", x=x),
            Text("Closed gates open with rate α, open ones close with β."),
        ),
        "-phi * (a * (1 - x) - b * x)": (
            Text("wrong sign of {what}", what=f"d{x}/dt"),
            Text("The gate flees from where it should settle."),
        ),
        "phi * (a * (1 - x) + b * x)": (
            Text("+ beta * {x} in d{x}", x=x),
            Text("Closing gates add to the open ones."),
        ),
        "phi * (a - b * x)": (
            Text("{what} left out of {line}", what=f"(1 − {x})", line=f"d{x}"),
            Text("Only closed gates can open."),
        ),
        "phi * (a * x - b * (1 - x))": (
            Text("{x} and 1 − {x} exchanged in d{x}", x=x),
            Text("Only closed gates, 1 − x of them, can open."),
        ),
        "phi * a * (1 - x)": (
            Text("{what} left out of {line}", what="beta", line=f"d{x}"),
            Text("Open gates never close."),
        ),
        "-phi * b * x": (
            Text("{what} left out of {line}", what="alpha", line=f"d{x}"),
            Text("Closed gates never open."),
        ),
        "phi * a * (1 - x) - b * x": (
            Text("phi on alpha alone in d{x}", x=x),
            Text("Both rates depend on temperature."),
        ),
        "a * (1 - x) - b * x": (
            Text("temperature has no effect on {x}", x=x),
            Text("φ is left out."),
        ),
        "phi * phi * (a * (1 - x) - b * x)": (
            Text("phi twice in d{x}", x=x),
            Text("φ is in there twice."),
        ),
        "(a * (1 - x) - b * x) / phi": (
            Text("divided by phi in d{x}", x=x),
            Text("φ makes gates faster."),
        ),
    }
    look = Text("d{x}: phi * (alpha * (1 - {x}) - beta * {x}).", x=x)
    for text, (name, why) in wrong.items():
        yield Variation(Mistake(name, why, look), {f"d{x}": _of_gate(x, text)})


def _of_gate(gate: str, text: str) -> str:
    """Return an equation of x with its rates a and b as that of a gate."""
    names = {"a": f"alpha_{gate}", "b": f"beta_{gate}", "x": gate}
    return re.sub(r"\b[abx]\b", lambda found: names[found[0]], text)


# ------------------------------------------------------------------------------ the rates


def _wrong_numbers(right: str) -> dict[Text, str]:
    """Return a rate with a slip in each of its numbers; the keys are the sentences for students."""
    (offset,) = re.findall(r"V \+ (\d+)", right)
    (width,) = re.findall(r"\) / (\d+)\)", right)
    whole = f"(V + {offset}) / {width}"

    def slip(wrong: str, right: str) -> Text:
        return Text("{wrong} in place of {right}", wrong=wrong, right=right)

    wrong = {
        slip(f"V − {offset}", f"V + {offset}"): right.replace(f"V + {offset}", f"V - {offset}"),
        slip("V", f"V + {offset}"): right.replace(f"(V + {offset})", "V"),
        Text("sign in the exponent"): right.replace("-(V", "(V"),
        Text("brackets in the exponent"): right.replace(whole, f"(V + {offset} / {width})"),
        Text("10 times too large"): f"10 * ({right})",
        Text("10 times too small"): f"({right}) / 10",
    }
    for other in sorted({"35", "40", "55", "65"} - {offset}):
        name = slip(f"V + {other}", f"V + {offset}")
        wrong[name] = right.replace(f"V + {offset}", f"V + {other}")
    for other in sorted({"10", "18", "20", "80"} - {width}):
        name = slip(f"/ {other}", f"/ {width}")
        wrong[name] = right.replace(f") / {width})", f") / {other})")
    return wrong


def _rates() -> Iterator[Variation]:
    why = Text("The rate is not the one that was measured.")
    for rate, number in NUMBERS.items():
        kind, gate = rate.split("_")
        others = {Text("that of {x}", x=x): RIGHT[f"{kind}_{x}"] for x in GATES if x != gate}
        look = Text("d{x}, equation ({number}).", x=gate, number=number)
        for what, text in {**_wrong_numbers(RIGHT[rate]), **others}.items():
            name = Text("{rate} of {x}: {what}", rate=kind, x=gate, what=what)
            yield Variation(Mistake(name, why, look), {rate: text})
    for gate, other in itertools.permutations(GATES, 2):
        lines = {f"{kind}_{gate}": RIGHT[f"{kind}_{other}"] for kind in ("alpha", "beta")}
        name = Text("rates of {other} in d{x}", other=other, x=gate)
        moves = Text("{x} moves as {other} should.", x=gate, other=other)
        yield Variation(Mistake(name, moves, Text("alpha and beta in d{x}.", x=gate)), lines)
    yield Variation(
        Mistake(
            Text("beta of h: 1 − exp(…) in place of 1 + exp(…)"),
            why,
            Text("d{x}, equation ({number}).", x="h", number=NUMBERS["beta_h"]),
        ),
        {"beta_h": RIGHT["beta_h"].replace("1 + exp", "1 - exp")},
    )


def variations() -> Iterator[Variation]:
    """Yield them all."""
    yield from _temperature()
    for gate in GATES:
        yield from _gate_equations(gate)
    yield from _rates()

"""Wrong ways to write equation (1), that of the membrane potential."""

import itertools
import re
from collections.abc import Iterator

from ..reference import HOMEWORK
from .equations import OUTWARD, RIGHT, Variation
from .mistake import Mistake

MEMBRANE = "the line dVdt = … in dV: what flows out (I_Na, I_K, I_leak) is subtracted, Iext added."


def _signs() -> Iterator[Variation]:
    terms = (*OUTWARD, "I")
    for count in range(1, 5):
        for wrong in itertools.combinations(terms, count):
            signs = {x: ("+" if (x == "I") != (x in wrong) else "-") for x in terms}
            text = " ".join(f"{signs[x]}{x}" for x in terms)
            listed = " and ".join(x.replace("I_leak", "I_L") if x != "I" else "Iext" for x in wrong)
            name = f"wrong sign of {listed}" if count < 4 else "wrong sign of dV/dt"
            why = "A current that should pull V one way pushes it the other way."
            look = f"{MEMBRANE} Each I_x is g (V − E), not g (E − V)."
            yield Variation(Mistake(name, why, look), {"dV": f"({text}) / C"})


def _terms() -> Iterator[Variation]:
    left_out = {line: {line: "0"} for line in OUTWARD}
    left_out["Iext"] = {"dV": "(-I_Na - I_K - I_leak) / C"}
    for name, lines in left_out.items():
        mistake = Mistake(f"{name} left out", "One of the four currents has no effect.", MEMBRANE)
        yield Variation(mistake, lines)
    precise = "the brackets in dVdt: the sum of all four currents is divided by C."
    yield Variation(
        Mistake("only Iext divided by C", "The capacitance slows one current alone.", precise),
        {"dV": "-I_Na - I_K - I_leak + I / C"},
    )
    yield Variation(
        Mistake("multiplied by C", "A larger capacitance should make V slower.", precise),
        {"dV": "(-I_Na - I_K - I_leak + I) * C"},
    )
    yield Variation(
        Mistake("phi in dV", "Temperature speeds the gates up, not the membrane.", "dV and phi."),
        {"dV": f"{RIGHT['phi']} * {RIGHT['dV']}"},
    )


def _currents() -> Iterator[Variation]:
    def one(line: str, text: str, name: str, why: str) -> Variation:
        look = f"the line of {line} in dV: {RIGHT[line].replace('**', ' ** ')}."
        return Variation(Mistake(name, why, look), {line: text})

    for line, E in (("I_Na", "ENa"), ("I_K", "EK"), ("I_leak", "EL")):
        right, why = RIGHT[line], "The current should vanish where V = E, and changes sign there."
        yield one(line, right.replace(f"V - {E}", f"V + {E}"), f"V + {E} in place of V − {E}", why)
        yield one(line, right.replace(f"(V - {E})", "V"), f"{E} left out of {line}", why)
        yield one(
            line,
            right.replace(f"* (V - {E})", ""),
            f"(V − {E}) left out of {line}",
            "A current is a conductance times its distance from the battery.",
        )
    powers = {"I_Na": ["m", "m**2", "m**4", "m*3"], "I_K": ["n", "n**2", "n**3", "n**5", "n*4"]}
    for line, wrong in powers.items():
        right = "m**3" if line == "I_Na" else "n**4"
        for text in wrong:
            name = f"{text} in place of {right}".replace("**", " ** ").replace("*3", " * 3")
            why = "The channel has three m gates and one h gate, or four n gates; all must be open."
            yield one(line, RIGHT[line].replace(right, text), name.replace("*4", " * 4"), why)
    inactivation = "Sodium channels close again because h falls; without it they stay open."
    yield one("I_Na", "gNa * m**3 * (V - ENa)", "h left out of I_Na", inactivation)
    yield one("I_Na", "gNa * m**3 * h**3 * (V - ENa)", "h ** 3 in place of h", inactivation)
    yield one("I_Na", "gNa * m * h**3 * (V - ENa)", "m and h exchanged in I_Na", inactivation)
    for line, gate, other in [
        ("I_Na", "m", "n"),
        ("I_Na", "h", "n"),
        ("I_Na", "m", "h"),
        ("I_K", "n", "m"),
        ("I_K", "n", "h"),
    ]:
        text = re.sub(rf"\b{gate}\b", other, RIGHT[line])
        yield one(line, text, f"{other} in place of {gate} in {line}", "Another gate is in charge.")


def _parameters() -> Iterator[Variation]:
    ions = itertools.combinations(("ENa", "EK", "EL"), 2)
    for one, other in (*ions, *itertools.combinations(("gNa", "gK", "gL"), 2)):
        lines = {line: _exchanged(one, other, RIGHT[line]) for line in OUTWARD}
        why = "Each ion has a battery and a conductance of its own."
        look = f"where {one} and {other} are set and used."
        yield Variation(Mistake(f"{one} and {other} exchanged", why, look), _changed(lines))
    for name in ("ENa", "gNa", "EK", "gK", "EL", "gL", "C"):
        lines = {
            line: re.sub(rf"\b{name}\b", f"({getattr(HOMEWORK, name)})", RIGHT[line])
            for line in (*OUTWARD, "dV")
        }
        why = f"With another {name} the neuron does what it does with {getattr(HOMEWORK, name):g}."
        look = f"self.{name} = {name} in __init__, and self.{name} in dV: no number in its place."
        yield Variation(Mistake(f"{name} has no effect", why, look), _changed(lines))


def _exchanged(one: str, other: str, text: str) -> str:
    swap = {one: other, other: one}
    return re.sub(r"[A-Za-z_]\w*", lambda found: swap.get(found[0], found[0]), text)


def _changed(lines: dict[str, str]) -> dict[str, str]:
    return {line: text for line, text in lines.items() if text != RIGHT[line]}


def variations() -> Iterator[Variation]:
    """Yield them all."""
    yield from _signs()
    yield from _terms()
    yield from _currents()
    yield from _parameters()

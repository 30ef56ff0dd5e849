"""Wrong ways to write equation (1), that of the membrane potential."""

import functools
import itertools
import re
from collections.abc import Iterator

from ..channel.language import Text, both
from ..channel.mistake import Mistake
from ..reference import HOMEWORK
from .equations import OUTWARD, RIGHT, Variation

MEMBRANE = Text(
    "the line dVdt = … in dV: what flows out (I_Na, I_K, I_leak) is subtracted, Iext added."
)


def _signs() -> Iterator[Variation]:
    terms = (*OUTWARD, "I")
    for count in range(1, 5):
        for wrong in itertools.combinations(terms, count):
            signs = {x: ("+" if (x == "I") != (x in wrong) else "-") for x in terms}
            text = " ".join(f"{signs[x]}{x}" for x in terms)
            names = [x.replace("I_leak", "I_L") if x != "I" else "Iext" for x in wrong]
            what = functools.reduce(both, names) if count < 4 else "dV/dt"
            name = Text("wrong sign of {what}", what=what)
            why = Text("A current that should pull V one way pushes it the other way.")
            look = Text("{line} Each I_x is g (V − E), not g (E − V).", line=MEMBRANE)
            yield Variation(Mistake(name, why, look), {"dV": f"({text}) / C"})


def _terms() -> Iterator[Variation]:
    left_out = {line: {line: "0"} for line in OUTWARD}
    left_out["Iext"] = {"dV": "(-I_Na - I_K - I_leak) / C"}
    for name, lines in left_out.items():
        mistake = Mistake(
            Text("{name} left out", name=name),
            Text("One of the four currents has no effect."),
            MEMBRANE,
        )
        yield Variation(mistake, lines)
    precise = Text("the brackets in dVdt: the sum of all four currents is divided by C.")
    yield Variation(
        Mistake(
            Text("only Iext divided by C"),
            Text("The capacitance slows one current alone."),
            precise,
        ),
        {"dV": "-I_Na - I_K - I_leak + I / C"},
    )
    yield Variation(
        Mistake(
            Text("multiplied by C"), Text("A larger capacitance should make V slower."), precise
        ),
        {"dV": "(-I_Na - I_K - I_leak + I) * C"},
    )
    yield Variation(
        Mistake(
            Text("phi in dV"),
            Text("Temperature speeds the gates up, not the membrane."),
            Text("dV and phi."),
        ),
        {"dV": f"{RIGHT['phi']} * {RIGHT['dV']}"},
    )


def _currents() -> Iterator[Variation]:
    def one(line: str, text: str, name: Text, why: Text) -> Variation:
        right = RIGHT[line].replace("**", " ** ")
        look = Text("the line of {line} in dV: {right}.", line=line, right=right)
        return Variation(Mistake(name, why, look), {line: text})

    for line, E in (("I_Na", "ENa"), ("I_K", "EK"), ("I_leak", "EL")):
        right = RIGHT[line]
        why = Text("The current should vanish where V = E, and changes sign there.")
        sign = Text("V + {E} in place of V − {E}", E=E)
        yield one(line, right.replace(f"V - {E}", f"V + {E}"), sign, why)
        left_out = Text("{what} left out of {line}", what=E, line=line)
        yield one(line, right.replace(f"(V - {E})", "V"), left_out, why)
        left_out = Text("{what} left out of {line}", what=f"(V − {E})", line=line)
        why = Text("A current is a conductance times its distance from the battery.")
        yield one(line, right.replace(f"* (V - {E})", ""), left_out, why)
    powers = {"I_Na": ["m", "m**2", "m**4", "m*3"], "I_K": ["n", "n**2", "n**3", "n**5", "n*4"]}
    for line, wrong in powers.items():
        right = "m**3" if line == "I_Na" else "n**4"
        for text in wrong:
            wrong_power, power = (re.sub(r"(\*+)", r" \1 ", each) for each in (text, right))
            name = Text("{wrong} in place of {right}", wrong=wrong_power, right=power)
            why = Text(
                "The channel has three m gates and one h gate, or four n gates; all must be open."
            )
            yield one(line, RIGHT[line].replace(right, text), name, why)
    stays_open = Text("Sodium channels close again because h falls; without it they stay open.")
    left_out = Text("{what} left out of {line}", what="h", line="I_Na")
    yield one("I_Na", "gNa * m**3 * (V - ENa)", left_out, stays_open)
    cubed = Text("{wrong} in place of {right}", wrong="h ** 3", right="h")
    yield one("I_Na", "gNa * m**3 * h**3 * (V - ENa)", cubed, stays_open)
    exchanged = Text("m and h exchanged in I_Na")
    yield one("I_Na", "gNa * m * h**3 * (V - ENa)", exchanged, stays_open)
    for line, gate, other in [
        ("I_Na", "m", "n"),
        ("I_Na", "h", "n"),
        ("I_Na", "m", "h"),
        ("I_K", "n", "m"),
        ("I_K", "n", "h"),
    ]:
        text = re.sub(rf"\b{gate}\b", other, RIGHT[line])
        name = Text("{wrong} in place of {right} in {line}", wrong=other, right=gate, line=line)
        yield one(line, text, name, Text("Another gate is in charge."))


def _parameters() -> Iterator[Variation]:
    ions = itertools.combinations(("ENa", "EK", "EL"), 2)
    for one, other in (*ions, *itertools.combinations(("gNa", "gK", "gL"), 2)):
        lines = {line: _exchanged(one, other, RIGHT[line]) for line in OUTWARD}
        why = Text("Each ion has a battery and a conductance of its own.")
        look = Text("where {one} and {other} are set and used.", one=one, other=other)
        exchanged = Text("{one} and {other} exchanged", one=one, other=other)
        yield Variation(Mistake(exchanged, why, look), _changed(lines))
    leak = re.sub(r"\bgL\b", "(0.3)", RIGHT["I_leak"])  # the textbook's, and the likeliest
    yield Variation(other_parameters()["gL"], {"I_leak": leak})
    for name in ("ENa", "gNa", "EK", "gK", "EL", "gL", "C"):
        lines = {
            line: re.sub(rf"\b{name}\b", f"({getattr(HOMEWORK, name)})", RIGHT[line])
            for line in (*OUTWARD, "dV")
        }
        why = Text(
            "With another {name} the neuron does what it does with {usual:g}.",
            name=name,
            usual=getattr(HOMEWORK, name),
        )
        look = Text(
            "self.{name} = {name} in __init__, and self.{name} in dV: no number in its place.",
            name=name,
        )
        ignored = Text("{name} has no effect", name=name)
        yield Variation(Mistake(ignored, why, look), _changed(lines))


def other_parameters() -> dict[str, Mistake]:
    """Return what it is called if a parameter has another value than the homework's, by name."""
    return {
        name: Mistake(
            Text("another value of {name}", name=name),
            Text("Everything in dV is as it would be with another {name}.", name=name),
            Text(
                "{name}={usual:g} in __init__, and no number in its place in dV.",
                name=name,
                usual=getattr(HOMEWORK, name),
            ),
        )
        for name in ("ENa", "gNa", "EK", "gK", "EL", "gL", "C")
    }


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

"""Wrong answers: code that was given, and is damaged."""

from hhlab.course.sample_class import Submission

from .parts import JOINT, OTHER, UPDATE, WHOLE, Wrong, edit

LOST = {JOINT} | WHOLE
DV = "(- I_Na - I_K - I_leak + Iext) / self.C"
NO_T = "temperature has no effect on the gates"


def _dV(what: str, new: str, *named: str) -> Wrong:
    return edit(what, DV, new, LOST, *named)


def _given(what: str, old: str, new: str, *named: str) -> Wrong:
    return edit(what, old, new, LOST, *named)


MEMBRANE = {
    "sign_of_I_Na": _dV("+ I_Na", DV.replace("- I_Na", "I_Na"), "wrong sign of I_Na"),
    "sign_of_I_K": _dV("+ I_K", DV.replace("- I_K", "+ I_K"), "wrong sign of I_K"),
    "sign_of_leak": _dV("+ I_leak", DV.replace("- I_leak", "+ I_leak"), "wrong sign of I_L"),
    "sign_of_Iext": _dV("- Iext", DV.replace("+ Iext", "- Iext"), "wrong sign of Iext"),
    "all_signs": _dV(
        "+ all", "(I_Na + I_K + I_leak + Iext) / self.C", "wrong sign of I_Na and I_K and I_L"
    ),
    "no_potassium": _dV("no I_K", DV.replace("- I_K ", ""), "I_K left out"),
    "driving_force": _given(
        "ENa - V", "* (V - self.ENa)", "* (self.ENa - V)", "wrong sign of I_Na"
    ),
    "plus_EK": _given("V + EK", "(V - self.EK)", "(V + self.EK)", "V + EK in place of V − EK"),
    "m_squared": _given("m ** 2", "m ** 3.0", "m ** 2.0", "m ** 2 in place of m ** 3"),
    "m_times_3": _given("m * 3", "m ** 3.0", "m * 3.0", "m * 3 in place of m ** 3"),
    "n_cubed": _given("n ** 3", "n ** 4.0", "n ** 3.0", "n ** 3 in place of n ** 4"),
    "no_h": _given("no h", "m ** 3.0 * h)", "m ** 3.0)", "h left out of I_Na"),
    "m_h_in_I_Na": _given("m h^3", "m ** 3.0 * h)", "h ** 3.0 * m)", "m and h exchanged in I_Na"),
    "E_exchanged": Wrong(
        Submission(
            "EK and ENa in each other's place",
            edits=[("self.EK = EK", "self.EK = ENa"), ("self.ENa = ENa", "self.ENa = EK")],
        ),
        LOST,
        {"ENa and EK exchanged"},
    ),
    "gK_ignored": edit(
        "gK is always 36", "self.gK = gK", "self.gK = 36.", {OTHER}, "gK has no effect"
    ),
    "gNa_ignored": edit(
        "gNa is always 120", "self.gNa * m", "120. * m", {OTHER}, "gNa has no effect"
    ),
    "C_ignored": edit("no C", DV, DV.removesuffix(" / self.C"), {OTHER}, "C has no effect"),
}

GATING = {
    "equation_2_literally": _given(
        "no x on the beta term of h", "beta * h", "beta", "no h on the beta of h"
    ),
    "equation_2_of_all": Wrong(
        Submission(
            "no x on any beta term",
            edits=[("beta * m", "beta"), ("beta * h", "beta"), ("beta * n", "beta")],
        ),
        LOST,
        {"no m on the beta of m"},
    ),
    **{
        f"alpha_beta_of_{x}": _given(
            f"alpha and beta of {x} swapped",
            f"alpha * (1 - {x}) - beta * {x}",
            f"beta * (1 - {x}) - alpha * {x}",
            f"alpha and beta of {x} exchanged",
        )
        for x in "mhn"
    },
    "phi_ignored": edit(
        "temperature has no effect on n", "self.phi * dndt", "dndt", {JOINT, OTHER},
        "temperature has no effect on n",
    ),
    "no_temperature": edit(
        "phi is 1", "3.0 ** ((T - self.T_base) / 10.0)", "1.0", {JOINT, OTHER}, NO_T
    ),
    "phi_without_base": _given(
        "T for T - 6.3", "((T - self.T_base) / 10.0)", "(T / 10.0)", "6.3 °C left out of phi"
    ),
    "minus_40": _given(
        "V - 40", "exprel(-(V + 40)", "exprel(-(V - 40)", "alpha of m: V − 40 in place of V + 40"
    ),
    "sign_in_exponent": _given(
        "exp(+…)", "4.0 * bm.exp(-(V", "4.0 * bm.exp((V", "beta of m: sign in the exponent"
    ),
    "ten_times": _given("1 for 0.1", "0.1 / bm.exprel", "1.0 / bm.exprel",
        "alpha of n: 10 times too large",
    ),
    "width_80": _given("/ 18 for / 80", "65) / 80)", "65) / 18)",
        "beta of n: / 18 in place of / 80",
    ),
    "numpy_exp": edit(
        "np.exp in a rate", "beta = 4.0 * bm.exp(", "beta = 4.0 * __import__('numpy').exp(",
        {UPDATE} | WHOLE, "NumPy or math in an equation",
    ),
    "no_property": _given("@property is gone", "  @property\n", "", "@property missing",
        "a function without t where an equation is needed",
    ),
}  # fmt: skip

"""Wrong answers: blanks that are left, the six variables, and the joint equations."""

from hhlab.course.sample_class import BLANK, Submission

from .parts import (
    BACK,
    EVERYTHING,
    H0,
    JOINT,
    LAST,
    M0,
    N0,
    OTHER,
    SPIKE,
    UPDATE,
    V0,
    WHOLE,
    Wrong,
    todo,
)

LEFT = "a blank not filled in"
DOTS = "... left in place"
CALLED = "a function is called without what it needs"
KIND = "not the function or the result that is needed here"


def _variable(number: int, name: str, what: str, value: str, loses: str, *named: str) -> Wrong:
    return todo(
        number, what, f"self.{name} = {value}", {loses}, *[f"self.{name} {n}" for n in named]
    )


BLANKS = {
    "blank": Wrong(Submission("nothing is filled in", BLANK), EVERYTHING, {LEFT}),
    "only_variables": Wrong(
        Submission("the rest is blank", {7: None, 8: None, 9: None}),
        {JOINT, UPDATE, BACK} | WHOLE,
        {LEFT},
    ),
    "one_variable_blank": todo(1, "V is left blank", None, {V0} | WHOLE, LEFT),
    "raise_left_below": todo(
        1,
        "the raise is left below the right line",
        "self.V = bm.Variable(-70.68 * bm.ones(self.num))\n"
        'raise NotImplementedError("TODO 1, self.V")',
        WHOLE,
        LEFT,
    ),
    "spike_blank": todo(6, "spike is left blank", None, {SPIKE} | WHOLE, LEFT),
    "joint_blank": todo(7, "the equations are not joined", None, {JOINT} | WHOLE, LEFT),
    "update_blank": todo(8, "no step is computed", None, {UPDATE, BACK} | WHOLE, LEFT),
    "write_back_blank": todo(9, "nothing is written back", None, {BACK} | WHOLE, LEFT),
    "ellipsis_variable": todo(2, "... left in place", "self.m = ...", {M0}, KIND),
    "ellipsis_joint": todo(7, "... left in place", "return ...", {JOINT} | WHOLE, DOTS),
    "ellipsis_update": todo(
        8, "... left in place", "V, m, h, n = ...", {UPDATE, BACK} | WHOLE, DOTS
    ),
}

VARIABLES = {
    "scalar_variable": _variable(
        1, "V", "one number for all", "bm.Variable(-70.68)", V0, "holds one value for all"
    ),
    "size_one": _variable(
        2, "m", "length one", "bm.Variable(0.0266 * bm.ones(1))", M0, "holds one value for all"
    ),
    "fixed_length": _variable(
        3, "h", "always three", "bm.Variable(0.772 * bm.ones(3))", H0, "has a length of its own"
    ),
    "size_for_num": _variable(
        4,
        "n",
        "the shape of the population",
        "bm.Variable(0.235 * bm.ones(self.size))",
        N0,
        "has rows and columns",
    ),
    "spike_is_float": _variable(
        6, "spike", "no dtype", "bm.Variable(bm.zeros(self.num))", SPIKE, "is of another type"
    ),
    "comma_behind": _variable(
        2, "m", "a comma at its end", "bm.Variable(0.0266 * bm.ones(self.num)),", M0, "is a tuple"
    ),
    "plain_number": _variable(2, "m", "a number", "0.0266", M0, "is a plain number"),
    "n_is_m": todo(
        4, "one variable of two names", "self.n = self.m", {N0}, "self.n starts at the value of m"
    ),
    "values_for_a_shape": _variable(
        6, "spike", "a list", "bm.Variable([False] * self.num)", SPIKE, "holds nothing"
    ),
    "empty": _variable(6, "spike", "False alone", "bm.Variable(False)", SPIKE, "holds nothing"),
    "numpy_state": todo(
        4,
        "a NumPy array",
        "import numpy as np\nself.n = 0.235 * np.ones(self.num)",
        {N0},
        "self.n is a plain array",
    ),
    "plain_array": _variable(
        1, "V", "no Variable", "-70.68 * bm.ones(self.num)", V0, "is a plain array"
    ),
    "wrong_start_V": _variable(
        1,
        "V",
        "-65, the other model's rest",
        "bm.Variable(-65. * bm.ones(self.num))",
        V0,
        "starts at the textbook's rest",
    ),
    "textbook_h": _variable(
        3,
        "h",
        "0.596, the other model's rest",
        "bm.Variable(0.596 * bm.ones(self.num))",
        H0,
        "starts at the textbook's rest",
    ),
    "sign_of_V": _variable(
        1,
        "V",
        "+70.68",
        "bm.Variable(70.68 * bm.ones(self.num))",
        V0,
        "starts with the wrong sign",
    ),
    "m_starts_at_zero": _variable(
        2, "m", "zeros", "bm.Variable(bm.zeros(self.num))", M0, "starts at 0"
    ),
    "decimal_place": _variable(
        2,
        "m",
        "0.266",
        "bm.Variable(0.266 * bm.ones(self.num))",
        M0,
        "starts 10 times too high",
    ),
    "start_h_n_swapped": Wrong(
        Submission(
            "h and n start at each other's values",
            {
                3: "self.h = bm.Variable(0.235 * bm.ones(self.num))",
                4: "self.n = bm.Variable(0.772 * bm.ones(self.num))",
            },
        ),
        {H0, N0},
        {"self.h starts at the value of n", "self.n starts at the value of h"},
    ),
    "last_spike_zero": _variable(
        5, "t_last_spike", "0", "bm.Variable(bm.zeros(self.num))", LAST, "starts at 0"
    ),
    "last_spike_sign": _variable(
        5,
        "t_last_spike",
        "1e7",
        "bm.Variable(1e7 * bm.ones(self.num))",
        LAST,
        "starts with the wrong sign",
    ),
    "last_spike_tiny": _variable(
        5,
        "t_last_spike",
        "-1e-7",
        "bm.Variable(-1e-7 * bm.ones(self.num))",
        LAST,
        "starts at -1e-7 in place of -1e7",
    ),
    "spike_starts_true": _variable(
        6,
        "spike",
        "fires from the start",
        "bm.Variable(bm.ones(self.num, dtype=bool))",
        SPIKE,
        "starts at True",
    ),
}

JOINTS = {
    "joint_of_calls": todo(
        7,
        "JointEq gets results",
        "return bp.JointEq(self.dV(), self.dm(), self.dh(), self.dn())",
        {JOINT} | WHOLE,
        CALLED,
    ),
    "three_equations": todo(
        7,
        "n is left out",
        "return bp.JointEq(self.dV, self.dm, self.dh)",
        {JOINT} | WHOLE,
        "fewer than four equations",
    ),
    "one_equation_twice": todo(
        7,
        "dm is there twice, dh is not",
        "return bp.JointEq(self.dV, self.dm, self.dm, self.dn)",
        {JOINT} | WHOLE,
        "one equation twice",
    ),
    "joint_of_names": todo(
        7,
        "JointEq gets the functions' names",
        "return bp.JointEq('dV', 'dm', 'dh', 'dn')",
        {JOINT} | WHOLE,
        KIND,
    ),
    "no_return": todo(
        7,
        "return is forgotten",
        "bp.JointEq(self.dV, self.dm, self.dh, self.dn)",
        {JOINT} | WHOLE,
        KIND,
    ),
    "tuple_of_equations": todo(
        7,
        "no JointEq",
        "return self.dV, self.dm, self.dh, self.dn",
        {JOINT} | WHOLE,
        KIND,
    ),
}

MISSING = {
    "no_temperature_parameter": Wrong(
        Submission(
            "no T, as in most public classes",
            edits=[(", T=6.3", ""), ("3.0 ** ((T - self.T_base) / 10.0)", "1.0")],
        ),
        {OTHER},
        set(),
    ),
    "only_size": Wrong(
        Submission(
            "no parameter at all",
            edits=[
                (
                    "size, ENa=50., gNa=120., EK=-77., gK=36., EL=-54.387, gL=0.03,\n"
                    "               V_th=0., C=1.0, T=6.3):",
                    "size):\n    ENa, gNa, EK, gK, EL, gL = 50., 120., -77., 36., -54.387, 0.03\n"
                    "    V_th, C, T = 0., 1.0, 6.3",
                )
            ],
        ),
        {OTHER},
        set(),
    ),
}

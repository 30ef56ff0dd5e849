"""What the homework fixes: its time step for grading, its start, the names of its records."""

GRADING_DT = 0.01
"""Time step at which a right model is well within every tolerance, ms."""

START = {"V": -70.68, "m": 0.0266, "h": 0.772, "n": 0.235}
"""Where the homework's neuron starts: its resting state, rounded. mV and dimensionless."""

STEP_TIME = 3.0
"""When a single step is taken, ms."""

RECORDS = ("spike", "t_last_spike")
NEVER = -1e7
"""``t_last_spike`` of a neuron that has not fired, ms."""

NO_CLASS, NO_JOINT, NO_EQUATIONS, NOT_SET = "no-class", "no-joint", "no-equations", "not-set"
"""What a kernel may say of a neuron, apart from quoting errors: these codes, with a detail."""

"""The attack bank: code that a student might hand in to get points, secrets or power.

Each module holds one kind of attack, by name. An attack stands in a submission whose model is worth
what it is worth without it; ``test_attacks.py`` grades both and compares.
"""

from .attack import Attack, Look
from .crashing import CRASHING
from .detecting import DETECTING
from .exhausting import EXHAUSTING, FLOODING
from .forging import FORGING
from .hooking import HOOKING
from .leaking import LEAKING
from .looking import LOOKING
from .posing import POSING
from .reaching import REACHING
from .showing import SHOWING
from .writing import WRITING

FAMILIES = (HOOKING, POSING, FORGING, LEAKING, DETECTING, SHOWING, CRASHING, EXHAUSTING, FLOODING)
ALONE: dict[str, Attack] = {name: attack for family in FAMILIES for name, attack in family.items()}
"""Attacks that are graded each on its own. `make test` has the first of each family."""

TOGETHER: dict[str, dict[str, Look]] = {
    "looking": LOOKING,
    "writing": WRITING,
    "reaching": REACHING,
}
"""Attacks that are tried one after the other in one kernel, each in a cell of its own."""

__all__ = ["ALONE", "FAMILIES", "TOGETHER", "Attack", "Look"]

"""Wrong answers, the test cells that must notice each and no others, and what it may be called."""

from .wrong_equations import GATING, MEMBRANE
from .wrong_updates import NOTES, STEPS, WRITING
from .wrong_variables import BLANKS, JOINTS, MISSING, VARIABLES

WRONG = BLANKS | VARIABLES | JOINTS | MISSING | STEPS | WRITING | NOTES | MEMBRANE | GATING

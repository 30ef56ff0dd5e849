"""Wrong answers to hh-explore, and the tests that must notice each and no others."""

from .wrong_firing import AFTER, FIRING
from .wrong_thresholds import GATES, THRESHOLDS
from .wrong_warmth import CLAMP, NUMBERS, WARMTH

WRONG = GATES | THRESHOLDS | FIRING | AFTER | WARMTH | CLAMP | NUMBERS

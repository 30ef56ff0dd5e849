"""Right answers to hh-explore, each written in another way: what is measured is the same."""

from .right_after import AFTER, CLAMP, NUMBERS, WARMTH
from .right_thresholds import FIRING, GATES, THRESHOLDS

RIGHT = GATES | THRESHOLDS | FIRING | AFTER | WARMTH | CLAMP | NUMBERS

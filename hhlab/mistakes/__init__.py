"""The mistakes that students make, as models that make them.

A misconception is a small variation of the discrete model, or of what a neuron notes, with a
sentence that teaches. When a check fails, what the student's model did is compared with what each
variation does; :mod:`hhlab.check` tells the student what fits.
"""

from . import errors, experiments, returned

__all__ = ["errors", "experiments", "returned"]

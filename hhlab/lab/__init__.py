"""What notebooks work with: figures, the bench of hh-explore, and packing up."""

READ, DRAWN = "HHLAB_PICTURES", "HHLAB_PICTURES_DRAWN"
"""The environment variables that name a folder of pictures: where there are some, and where some
are made. See :mod:`hhlab.lab.pictures`."""

FIGURES = "HHLAB_FIGURES"
"""The environment variable that is ``plain`` where figures need not be as sharp as on a screen."""

LOOPS = "--xla_backend_extra_options=xla_cpu_disable_loop_unrolling=true"
"""What XLA is told (``XLA_FLAGS``): a loop over a few neurons that is unrolled is not vectorised,
and takes twice as long."""

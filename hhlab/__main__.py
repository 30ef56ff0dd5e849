"""``python -m hhlab`` is the ``hhlab`` command."""

import sys

from .apps import main

sys.exit(main())

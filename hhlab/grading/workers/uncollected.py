"""Nothing is collected from here on: for the process that imports what workers are copies of.

Imports leave next to nothing to collect, and looking for it is an eighth of their time. Each worker
collects again.
"""

import gc

gc.disable()

"""Grade what students handed in: repair, perform, examine, record. Students never import this."""

import os
import sys

# A module that is None cannot be imported. Else jsonschema would build, in every process that
# grades, a parser of internationalised web addresses from its grammar: a second or two, for a kind
# of address that no notebook format has. Without the module jsonschema leaves them unchecked.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# The grader multiplies no matrices that are worth a second thread. OpenBLAS starts one for each
# core, and each spins before it sleeps, on the core of a kernel; it reads this when NumPy comes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

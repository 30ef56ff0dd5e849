"""Grade what students handed in: repair, perform, examine, record. Students never import this."""

import sys

# A module that is None cannot be imported. Else jsonschema would build, in every process that
# grades, a parser of internationalised web addresses from its grammar: a second or two, for a kind
# of address that no notebook format has. Without the module jsonschema leaves them unchecked.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

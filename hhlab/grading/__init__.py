"""Grade what students handed in: repair, perform, examine, record. Students never import this."""

import sys

# For every process that grades, jsonschema would build a parser of internationalised web addresses
# from its grammar: a second or two. No notebook format has such an address; without the module
# jsonschema does not check them.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

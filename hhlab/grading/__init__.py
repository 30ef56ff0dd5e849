"""Grade what students handed in: repair, perform, examine, record. Students never import this."""

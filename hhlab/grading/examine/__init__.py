"""Run a notebook's student cells in a jailed kernel and its tests here, and write verdicts."""

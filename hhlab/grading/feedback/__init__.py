"""Make a page for each student: what is wrong first, then their own work."""

"""Make the students repository."""

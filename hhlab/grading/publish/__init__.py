"""Make the students' repository."""

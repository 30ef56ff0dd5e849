"""Submissions that the grader itself is graded with."""

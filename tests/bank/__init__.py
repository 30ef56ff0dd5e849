"""Submissions that the grader itself is graded with."""

KEY = "the key of the test course"
"""What the hidden values of the tests follow from."""

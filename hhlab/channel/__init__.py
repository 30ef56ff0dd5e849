"""What grader and student both know: questions, answers and how failures are told."""

"""The instructors' side of the course: what it tells the grader, its folder, a made-up class."""

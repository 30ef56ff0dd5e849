"""Write scores into nbgrader's gradebook."""

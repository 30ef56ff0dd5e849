"""The walls around a student's kernel, and kernels that start warm inside them."""

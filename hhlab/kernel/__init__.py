"""Answer questions where the student's class lives: in the student's own kernel, or in the jail."""

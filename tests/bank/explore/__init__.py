"""Answers to hh-explore, right and wrong. Each is about one of the eighteen blanks.

They are put together into as few notebooks as can be: a notebook holds answers to different blanks,
of which none has to do with another's.
"""

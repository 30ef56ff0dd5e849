"""What a mistake is: a name, and what to tell a student about it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """A misconception, or a slip.

    Nothing in it depends on what a test asked, so that it may be told of a hidden test as well.

    Attributes
    ----------
    name : str
        What it is, in a few words; the class report counts by it.
    why : str
        What the model does because of it.
    look : str
        Where to look, and what should be there.
    """

    name: str
    why: str
    look: str


def told(mistakes: tuple[Mistake, ...]) -> str:
    """Return what to tell a student of the mistakes that fit, each as well as the others.

    Parameters
    ----------
    mistakes : tuple of Mistake
        Few enough to be read.

    Returns
    -------
    str
        Paragraphs; nothing where nothing fits.
    """
    if not mistakes:
        return ""
    if len(mistakes) == 1:
        (mistake,) = mistakes
        return f"What this means: {mistake.name}. {mistake.why}\nHint: {mistake.look}"
    names = "\n".join(f"– {mistake.name}: {mistake.look}" for mistake in mistakes)
    return f"It could be one of these; your numbers fit each of them:\n{names}"

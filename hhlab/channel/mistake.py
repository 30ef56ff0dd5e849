"""What a mistake is: a name, and what to tell a student about it."""

from dataclasses import dataclass

from .language import Text, said

MEANING = Text("What this means")
HINT = Text("Hint")


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
    """Return what to tell a student of the mistakes that fit, in the language that is spoken.

    Parameters
    ----------
    mistakes : tuple of Mistake
        Each fits as well as the others. Few enough to be read.

    Returns
    -------
    str
        Paragraphs; nothing where nothing fits.
    """
    if not mistakes:
        return ""
    if len(mistakes) == 1:
        (mistake,) = mistakes
        meaning = Text("{name}. {why}", name=mistake.name, why=mistake.why)
        return f"{labelled(MEANING, meaning)}\n{labelled(HINT, mistake.look)}"
    names = "\n".join(f"– {labelled(mistake.name, mistake.look)}" for mistake in mistakes)
    return f"{said(Text('It could be one of these; your numbers fit each of them:'))}\n{names}"


def labelled(label: str, text: str) -> str:
    """Return a text behind what it is, in the language that is spoken."""
    return said(Text("{label}: {text}", label=label, text=text))

"""Find answers that are alike in something unusual, for a human to look at.

Nine short blanks have few right answers, and two students who write the same line have usually just
thought the same. So what everybody was given, what the solution has and what many have in common is
set aside. What remains counts if it holds several words of their own: names, numbers or texts.
"""

import io
import keyword
import re
import tokenize
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

Statement = tuple[str, ...]
"""The tokens of a statement, without comments and layout."""

LAYOUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
WORDS = 3
"""How many rare words two answers must share to be shown."""
RARE = 0.02
"""Words and statements that a larger share of the class has are not rare; three students may be."""
LONGEST = 1_000_000
"""Most characters of an answer that are read: comments and long texts must not push code out."""


@dataclass(frozen=True)
class Likeness:
    """Answers that share something unusual.

    Attributes
    ----------
    students : list of str
        Who.
    statements : list of str
        What, as it was written.
    words : list of str
        The rare words in it.
    """

    students: list[str]
    statements: list[str]
    words: list[str]


def alike(answers: Mapping[str, str], given: str) -> list[Likeness]:
    """Return the answers that are identical in something unusual, the most unusual first.

    Parameters
    ----------
    answers : mapping
        The code of each student.
    given : str
        The code that all were given, and the solution.

    Returns
    -------
    list of Likeness
    """
    known = set(statements(given))
    known_words = {word for statement in known for word in _words(statement)}
    own = {
        student: {s: text for s, text in statements(code[:LONGEST]).items() if s not in known}
        for student, code in answers.items()
    }
    limit = max(3, round(RARE * len(answers)))
    users: dict[Statement, list[str]] = defaultdict(list)
    word_users: dict[str, set[str]] = defaultdict(set)
    for student, written in own.items():
        for statement in written:
            users[statement].append(student)
            for word in _words(statement) - known_words:
                word_users[word].add(student)
    rare = {word for word, who in word_users.items() if len(who) <= limit}
    shared: dict[tuple[str, str], set[Statement]] = defaultdict(set)
    for statement, who in users.items():
        if 2 <= len(who) <= limit and _words(statement) & rare:
            for pair in combinations(sorted(who), 2):
                shared[pair].add(statement)
    groups: dict[frozenset[Statement], set[str]] = defaultdict(set)
    for pair, common in shared.items():
        groups[frozenset(common)].update(pair)
    found = []
    for same, group in groups.items():
        words = {word for statement in same for word in _words(statement)} & rare
        if len(words) >= WORDS:
            texts = [text for statement, text in own[min(group)].items() if statement in same]
            found.append(Likeness(sorted(group), texts, sorted(words)))
    return sorted(found, key=lambda each: (-len(each.words), each.students))


def statements(source: str) -> dict[Statement, str]:
    """Return the statements of some code: their tokens, and each as it was written.

    Code that Python cannot read is taken line by line.
    """
    found: dict[Statement, str] = {}
    lines = source.split("\n")
    tokens: list[str] = []
    first = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.NEWLINE:
                text = "\n".join(line.strip() for line in lines[first - 1 : token.start[0]])
                found.setdefault(tuple(tokens), text)
                tokens = []
            elif token.type not in LAYOUT:
                first = first if tokens else token.start[0]
                tokens.append(token.string)
    except (tokenize.TokenError, SyntaxError, UnicodeError):
        pieces = {line.strip(): re.findall(r"\w+|[^\w\s]", line.split("#")[0]) for line in lines}
        return {tuple(tokens): text for text, tokens in pieces.items() if tokens}
    return found


def _words(statement: Statement) -> set[str]:
    """Return the names, numbers and texts of a statement."""
    return {
        token for token in statement if re.match(r"[\w'\"]", token) and not keyword.iskeyword(token)
    }

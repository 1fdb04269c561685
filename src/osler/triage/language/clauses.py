"""Where sentences, clauses and turns of thought begin in a message."""

from dataclasses import dataclass

from osler.triage.language.normalise import Normalised

_CONTRAST = frozenset(
    """but however although though except yet mais
    cependant pourtant toutefois sauf neanmoins whereas nevertheless""".split()
)
_CONTRAST_PAIRS = frozenset(
    {("par", "contre"), ("en", "revanche"), ("alors", "que"), ("even", "though"), ("on", "other"), ("a", "part"),
     ("and", "now"), ("et", "maintenant"), ("et", "la"), ("now", "i"), ("puis", "maintenant"), ("now", "my"),
     ("maintenant", "je"), ("then", "now"), ("now", "he"), ("now", "she"), ("other", "than"), ("well", "it"),
     ("well", "i"), ("well", "he"), ("well", "she"),
     ("or", "la"), ("and", "today"), ("et", "aujourdhui"), ("because", "now")}
)  # fmt: skip
_SUBJECTS = frozenset("i he she it we they my je il elle on ma mon mes ca ce there his her".split())
_JOINTS = frozenset("and et then puis because car so alors donc now maintenant plus".split())


@dataclass(frozen=True, slots=True)
class Clause:
    """The words [first, last); `sentence` and `segment` number what it belongs to.

    A segment ends at the end of a sentence or at a contrast ("but", "mais", "and now").
    """

    first: int
    last: int
    sentence: int
    segment: int


def split_clauses(text: Normalised) -> tuple[Clause, ...]:
    words, breaks = text.words, text.breaks
    clauses: list[Clause] = []
    first = sentence = segment = 0
    size = len(words)
    for i in range(1, size):
        kind = breaks[i]
        word = words[i]
        contrast = word in _CONTRAST or (i + 1 < size and (word, words[i + 1]) in _CONTRAST_PAIRS)
        subject = word in _SUBJECTS and (kind == 1 or words[i - 1] in _JOINTS)
        if kind == 2 or contrast or subject:
            clauses.append(Clause(first, i, sentence, segment))
            first = i
            sentence += kind == 2
            segment += kind == 2 or contrast
    if size:
        clauses.append(Clause(first, size, sentence, segment))
    return tuple(clauses)

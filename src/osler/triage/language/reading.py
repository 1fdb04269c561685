"""Read one message: its words, clauses, quantities, and what it says of each finding."""

from dataclasses import dataclass
from functools import lru_cache

from osler.triage.language.clauses import Clause, split_clauses
from osler.triage.language.concepts import load_lexicon
from osler.triage.language.context import CURRENT, Assertion, Context
from osler.triage.language.detect import detect
from osler.triage.language.matching import Match
from osler.triage.language.normalise import Normalised, normalise
from osler.triage.language.numerals import read_numbers
from osler.triage.language.values import Value, read_values

_SILENT = frozenset({"trigger", "word"})


@dataclass(frozen=True, slots=True)
class Mention:
    """One finding in a message; spans are half-open character offsets in the original text."""

    concept: str
    span: tuple[int, int]
    assertion: Assertion
    trigger_span: tuple[int, int] | None
    kind: str
    severity: str | None
    words: tuple[int, int]
    values: tuple[Value, ...] = ()

    @property
    def is_current(self) -> bool:
        return self.assertion in CURRENT


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says. `clauses`, `mentions` and `values` are in the order of the text."""

    text: str
    lang: str
    words: tuple[str, ...]
    clauses: tuple[Clause, ...]
    mentions: tuple[Mention, ...]
    values: tuple[Value, ...]

    def of(self, concept: str) -> tuple[Mention, ...]:
        return tuple(m for m in self.mentions if m.concept == concept)


# Earlier turns come back with every message as its context. The texts stay in this process's memory only.
@lru_cache(maxsize=4_096)
def read(text: str, lang: str | None = None, *, topic: str | None = None) -> Reading:
    """Read a message in French, English or a mixture of the two.

    `lang` only settles `Reading.lang`; both lexicons are always tried. `topic` names the quantity that was
    just asked for, so that "39" after "what is the temperature?" is a temperature.
    """
    lexicon = load_lexicon()
    normal = normalise(text)
    matcher = lexicon.matcher
    words = tuple(map(matcher.correct, normal.words))
    if words != normal.words:
        normal = _with_words(normal, words)
    numbers = read_numbers(normal)
    values = tuple(read_values(normal, topic, numbers))
    found = matcher.find(normal, words, values, numbers)
    clauses = split_clauses(normal)
    context = Context(normal, words, clauses, found)
    wanted = [
        (name, lexicon.kinds[name], matches) for name, matches in found.items() if lexicon.kinds[name] not in _SILENT
    ]
    for name, kind, matches in wanted:
        context.cover(name, matches, kind)
    mentions = [
        _mention(name, kind, match, normal, context, values) for name, kind, matches in wanted for match in matches
    ]
    mentions.sort(key=lambda m: (m.span, m.concept))
    return Reading(text, lang or detect(words), words, clauses, tuple(mentions), values)


def _with_words(normal: Normalised, words: tuple[str, ...]) -> Normalised:
    return Normalised(
        normal.text,
        normal.folded,
        words,
        normal.starts,
        normal.ends,
        normal.breaks,
        normal.places,
        normal.question_ends,
    )


def _mention(
    name: str, kind: str, match: Match, text: Normalised, context: Context, values: tuple[Value, ...]
) -> Mention:
    first, last, _ = match
    verdict = context.judge(match, kind)
    trigger = verdict.trigger
    severity = (
        "severe" if context.qualifier("ctx_severe", match) else "mild" if context.qualifier("ctx_mild", match) else None
    )
    clause = context.clause(first)
    return Mention(
        name,
        (text.starts[first], text.ends[last - 1]),
        verdict.assertion,
        (text.starts[trigger[0]], text.ends[trigger[1] - 1]) if trigger else None,
        kind,
        severity,
        (first, last),
        tuple(v for v in values if clause.first <= v.words[0] < clause.last),
    )


def warm_up() -> str:
    """Compile the lexicon ahead of the first message; return its version."""
    version = load_lexicon().version
    read("j'ai mal à la poitrine depuis 20 minutes, I can't breathe")
    return version

"""Patient language: what a message in French or English says, about whom, when, and how surely."""

from osler.triage.language.clauses import Clause
from osler.triage.language.concepts import load_lexicon
from osler.triage.language.context import CURRENT, Assertion
from osler.triage.language.detect import detect
from osler.triage.language.normalise import Normalised, fold, normalise
from osler.triage.language.patterns import LexiconError
from osler.triage.language.reading import Mention, Reading, read, warm_up
from osler.triage.language.values import Value, read_values

__all__ = [
    "CURRENT",
    "Assertion",
    "Clause",
    "LexiconError",
    "Mention",
    "Normalised",
    "Reading",
    "Value",
    "detect",
    "fold",
    "load_lexicon",
    "normalise",
    "read",
    "read_values",
    "warm_up",
]

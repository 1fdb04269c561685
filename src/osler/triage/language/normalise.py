"""Text as typed or spoken, turned into plain words that remember where they stood."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from osler.triage.language.shorthand import CONTEXT_SHORTHAND, SHORTHAND

# Folding keeps the length: one character in, one out, so that offsets need no map. Characters that fold to
# two letters, or to none, become a mark that is replaced inside the word.
_NOTHING = "\ue000"
_LIGATURES = {"\ue001": "oe", "\ue002": "ae", "\ue003": "ss"}
_APOSTROPHES = "'’‘ʼ`´′ʹ＇"
_LETTERS = "a-z\ue000-\ue003"

_TOKEN = re.compile(rf"[0-9]+(?:[.,][0-9]+)?|[{_LETTERS}]+(?:'[{_LETTERS}]+)*'?")
_STRONG = re.compile(r"[!?;\n\r]|(?<!\.)\.(?!\.)")
_WEAK = re.compile(r"[,:()\[\]…/+]|\.\.|\s[-–—]+\s")
_REPEATED = re.compile(r"([a-z])\1{2,}")

_PHRASE_JUMP = 1
_SENTENCE_JUMP = 60

ELISIONS = {
    "j": "je", "l": "le", "d": "de", "c": "ce", "n": "ne", "m": "me", "t": "te", "s": "se", "qu": "que",
    "jusqu": "jusque", "lorsqu": "lorsque", "puisqu": "puisque", "quoiqu": "quoique", "quelqu": "quelque",
}  # fmt: skip
# A single letter left over when the apostrophe was typed as a space: "l air", "d un coup".
_LONE = frozenset("ldnsm")
_SUFFIXES = {"re": "are", "ve": "have", "ll": "will", "m": "am", "d": "would"}
_BEFORE_S = {"it", "he", "she", "that", "what", "there", "here", "who", "how", "where", "everything", "something"}


class _Fold(dict[int, str]):
    """A translation table filled as characters are met."""

    def __missing__(self, key: int) -> str:
        char = chr(key)
        folded = _fold_char(char)
        self[key] = folded
        return folded


def _fold_char(char: str) -> str:
    if char in _APOSTROPHES:
        return "'"
    if char in "œŒ":
        return "\ue001"
    if char in "æÆ":
        return "\ue002"
    if char == "ß":
        return "\ue003"
    category = unicodedata.category(char)
    if category in {"Mn", "Me", "Cf"}:
        return _NOTHING
    if category in {"Cc", "Cs", "Co", "Cn"}:
        return "\n" if char in "\n\r" else " "
    if category.startswith("Z"):
        return " "
    if char in "º˚":
        return "°"
    plain = unicodedata.normalize("NFKD", char).lower()
    plain = "".join(c for c in plain if unicodedata.category(c) != "Mn")
    return plain if len(plain) == 1 else " " if not plain.isalnum() else plain[0]


_FOLD = _Fold()


@dataclass(frozen=True, slots=True)
class Normalised:
    """Words of a message; `starts` and `ends` are half-open offsets in the original text.

    `breaks[i]` says what stands before word i: 0 nothing, 1 a comma or the like, 2 the end of a sentence.
    `places` are word numbers with a jump at each break, so that a distance never crosses a sentence.
    """

    text: str
    folded: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    breaks: tuple[int, ...]
    places: tuple[int, ...]
    question_ends: frozenset[int]

    def between(self, left: int, right: int) -> str:
        """Return the folded characters between two words."""
        return self.folded[self.ends[left] : self.starts[right]]


def fold(text: str) -> str:
    """Lower-case without accents; the result has the length of `text`."""
    return text.translate(_FOLD)


@lru_cache(maxsize=20_000)
def split_word(raw: str) -> tuple[tuple[str, int, int], ...]:
    """Return the plain words in one run of letters, with offsets inside the run."""
    size = len(raw)
    word = raw
    if not word.isascii():
        word = word.replace(_NOTHING, "")
        for mark, letters in _LIGATURES.items():
            word = word.replace(mark, letters)
    word = word.strip("'")
    if not word:
        return ()
    if _REPEATED.search(word):
        word = _shorten(word)
    known = SHORTHAND.get(word) or SHORTHAND.get(word.replace("'", ""))
    if known is not None:
        return tuple((part, 0, size) for part in known)
    if "'" not in word:
        return ((word, 0, size),)
    return _split_apostrophe(word, size)


def _shorten(word: str) -> str:
    once = _REPEATED.sub(r"\1", word)
    twice = _REPEATED.sub(r"\1\1", word)
    if twice in _DOUBLED or twice in SHORTHAND:
        return twice
    return once


_DOUBLED = {
    "blood", "bleed", "bleeding", "swollen", "swelling", "jaw", "pill", "pills", "need", "feel", "feels", "sleep",
    "breathless", "pressure", "still", "really", "worse", "too", "see", "seeing", "cannot", "off", "fall", "passed",
    "vomitting", "goutte", "souffle", "essouffle", "ballonne", "bouffee", "femme", "homme", "jaune", "comme", "appelle",
    "balloon", "better", "keep", "knee", "week", "weeks", "three", "teen", "all", "call", "well", "ill", "kill", "tell",
}  # fmt: skip


def _split_apostrophe(word: str, size: int) -> tuple[tuple[str, int, int], ...]:
    head, _, tail = word.partition("'")
    if tail == "t" and head.endswith("n"):
        stem = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}.get(head[:-1], head[:-1])
        return ((stem, 0, size), ("not", 0, size))
    if tail in _SUFFIXES and head not in {"c", "s", "l"}:
        return ((head, 0, len(head)), (_SUFFIXES[tail], len(head) + 1, size))
    if tail == "s":
        if head in _BEFORE_S:
            return ((head, 0, len(head)), ("is", len(head) + 1, size))
        return ((head, 0, size),)
    at = len(head) + 1
    rest = tuple((part, s + at, e + at) for part, s, e in split_word(tail))
    return ((ELISIONS.get(head, head), 0, len(head)), *rest)


def normalise(text: str) -> Normalised:
    """Read the words of a message.

    Lone surrogates and control characters count as spaces. Time grows linearly with the text.
    """
    folded = fold(text)
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    breaks: list[int] = []
    places: list[int] = []
    questions: set[int] = set()
    last_end = 0
    place = -1
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        kind = _break_between(folded, last_end, start) if words else 0
        if kind == 2 and "?" in folded[last_end:start]:
            questions.add(len(words))
        for part, inner_start, inner_end in split_word(match.group()):
            place += 1 + (_SENTENCE_JUMP if kind == 2 else kind * _PHRASE_JUMP)
            words.append(part)
            starts.append(start + inner_start)
            ends.append(start + inner_end)
            breaks.append(kind)
            places.append(place)
            kind = 0
        last_end = end
    if words and "?" in folded[last_end:]:
        questions.add(len(words))
    _resolve_shorthand(words, breaks)
    return Normalised(
        text, folded, tuple(words), tuple(starts), tuple(ends), tuple(breaks), tuple(places), frozenset(questions)
    )


def _break_between(folded: str, left: int, right: int) -> int:
    if right - left <= 1:
        gap = folded[left:right]
        if not gap or gap in " -'":
            return 0
    gap = folded[left:right]
    if _STRONG.search(gap):
        return 2
    return 1 if _WEAK.search(gap) else 0


def _resolve_shorthand(words: list[str], breaks: list[int]) -> None:
    """Replace the abbreviations whose meaning hangs on their neighbours."""
    for i, word in enumerate(words):
        if (
            word in _LONE
            and i + 1 < len(words)
            and words[i + 1][0] in "aeiouyh"
            and not (i and words[i - 1][0].isdigit())
        ):
            words[i] = ELISIONS[word]
        elif word in CONTEXT_SHORTHAND:
            before = words[i - 1] if i and breaks[i] < 2 else ""
            after = words[i + 1] if i + 1 < len(words) and breaks[i + 1] < 2 else ""
            words[i] = CONTEXT_SHORTHAND[word](before, after)

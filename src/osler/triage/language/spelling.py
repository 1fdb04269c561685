"""Bring a misspelt word back to the word of the lexicon it most likely is."""

import re
from collections.abc import Iterable

_MIN_LENGTH = 5
_LONG = 9
_LONGEST = 18


def distance(left: str, right: str, limit: int) -> int:
    """Return the Damerau-Levenshtein distance (adjacent swaps count one), or `limit` + 1 when beyond it."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i] + [0] * len(right)
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row[j] = cost
        if min(row) > limit:
            return limit + 1
    return row[-1]


def _deletions(word: str, depth: int) -> set[str]:
    found = {word}
    frontier = {word}
    for _ in range(depth):
        frontier = {w[:i] + w[i + 1 :] for w in frontier for i in range(len(w))}
        found |= frontier
    return found


_SOUNDS = (
    (re.compile("eaux|eau|aux|au"), "o"),
    (re.compile("qu|ck|k|q|c(?=[aoulr]|$)"), "k"),
    (re.compile("ph"), "f"),
    (re.compile("sc(?=[ei])|c(?=[eiy])|ss|z"), "s"),
    (re.compile("ai|ei|er$|ez$|ee$|et$|es$"), "e"),
    (re.compile("ill|y"), "i"),
    (re.compile("en|em|am"), "an"),
    (re.compile("h"), ""),
    (re.compile(r"(.)\1"), r"\1"),
    (re.compile("[estdxp]+$"), ""),
)
_SHORT_SOUND = 3
_DOUBLE = re.compile(r"([a-z])\1")


def sound(word: str) -> str:
    """Return how a French word sounds, roughly: "bloqué", "bloke" and "bloker" are one."""
    for pattern, letters in _SOUNDS:
        word = pattern.sub(letters, word)
    return word


class Speller:
    """Looks a word up among words one edit away (two for long words), unless it is a real word of its own.

    `words` are the lexicon's full words, `stems` its word beginnings, `guard` real words that must stay as they are.
    """

    def __init__(self, words: Iterable[str], stems: Iterable[str], guard: frozenset[str]) -> None:
        self._guard = guard
        self._near: dict[str, list[str]] = {}
        self._near_stem: dict[str, list[str]] = {}
        for word in sorted(words):
            if len(word) >= _MIN_LENGTH:
                for key in _deletions(word, 2 if len(word) >= _LONG else 1):
                    self._near.setdefault(key, []).append(word)
        self._sounds: dict[str, str] = {}
        for word in sorted(words, key=len, reverse=True):
            if len(word) > _SHORT_SOUND:
                self._sounds[sound(word)] = word
        for stem in sorted(stems):
            if len(stem) >= _MIN_LENGTH:
                for key in _deletions(stem, 1):
                    self._near_stem.setdefault(key, []).append(stem)
        # "frape", "etoufe": the stem without its double letter.
        self._collapsed = {
            plain: stem
            for stem in stems
            if len(stem) > _SHORT_SOUND + 1 and (plain := _DOUBLE.sub(r"\1", stem)) != stem
        }
        self._collapsed_lengths = sorted({len(plain) for plain in self._collapsed}, reverse=True)
        self._stem_lengths = sorted({len(stem) for stem in stems if len(stem) >= _MIN_LENGTH})

    def is_free(self, word: str) -> bool:
        """Say whether a word is none of the real words that must stay."""
        return word not in self._guard

    def correct(self, word: str) -> str:
        if word in self._guard or len(word) > _LONGEST:
            return word
        for length in self._collapsed_lengths:
            if length <= len(word) and (stem := self._collapsed.get(word[:length])) is not None:
                return stem + word[length:]
        heard = sound(word)
        alike = self._sounds.get(heard) if len(heard) >= _SHORT_SOUND else None
        if alike is not None and alike[0] == word[0] and abs(len(alike) - len(word)) <= 3:
            return alike
        if len(word) < _MIN_LENGTH:
            return word
        depth = 2 if len(word) >= _LONG else 1
        best = self._closest(word, depth)
        if best is not None and (best[0] == 1 or word[0] == best[1][0]):
            return best[1]
        return self._by_stem(word) or word

    def _closest(self, word: str, depth: int) -> tuple[int, str] | None:
        best: tuple[int, str] | None = None
        seen: set[str] = set()
        for key in _deletions(word, depth):
            for candidate in self._near.get(key, ()):
                if candidate in seen:
                    continue
                seen.add(candidate)
                limit = 2 if min(len(word), len(candidate)) >= _LONG else 1
                found = (distance(word, candidate, limit), candidate)
                if found[0] <= limit and (best is None or found < best):
                    best = found
        return best

    def _by_stem(self, word: str) -> str | None:
        for length in reversed(self._stem_lengths):
            for cut in (length, length + 1, length - 1):
                if not _MIN_LENGTH <= cut < len(word):
                    continue
                head = word[:cut]
                for key in _deletions(head, 1):
                    for stem in self._near_stem.get(key, ()):
                        if stem[0] == word[0] and len(stem) == length and distance(head, stem, 1) <= 1:
                            return stem + word[cut:]
        return None

"""Find every concept of the lexicon in a message, in one pass over woken patterns."""

from collections.abc import Iterable
from functools import lru_cache
from heapq import heapify, heappop, heappush

from osler.triage.language.cues import DAY
from osler.triage.language.normalise import Normalised
from osler.triage.language.numerals import Number
from osler.triage.language.patterns import Compiled, Pattern
from osler.triage.language.spelling import Speller
from osler.triage.language.values import Value

# A hole is a stretch of words inside a match that no element of its pattern used.
Hole = tuple[int, int]
Match = tuple[int, int, tuple[Hole, ...]]

_MAX_MATCHES = 48
# Of a figure of speech, every extent counts: what it explains away may stand at its end.
_WHOLE = frozenset({"idiom"})


class Matcher:
    """Holds the compiled lexicon; `find` is pure and may be called from any thread."""

    def __init__(self, compiled: Compiled, speller: Speller) -> None:
        self._compiled = compiled
        self._speller = speller
        self._patterns = compiled.patterns
        self._woken = compiled.woken_by
        self.symbols = {name: i for i, name in enumerate(compiled.names)}
        self._concepts = {i: name[1:-1] for i, name in enumerate(compiled.names) if name[0] == "<"}
        self._lengths = sorted({len(stem) for stem in compiled.stems})
        self.word_symbols = lru_cache(maxsize=30_000)(self._word_symbols)
        self.correct = lru_cache(maxsize=30_000)(self._correct)

    def _correct(self, word: str) -> str:
        if len(word) < 3 or word[0].isdigit() or self._word_symbols(word):
            return word
        if len(word) >= 5 and word[0] in "jlmdnstc" and word[1] in "aeiouyh" and self._speller.is_free(word):
            rest = word[1:]
            # "messuie", "lescalier": an apostrophe was left out.
            if self._word_symbols(rest) and len(rest) >= 4:
                return rest
        return self._speller.correct(word)

    def _word_symbols(self, word: str) -> tuple[int, ...]:
        found = list(self._compiled.exact.get(word, ()))
        stems = self._compiled.stems
        for length in self._lengths:
            if length > len(word):
                break
            found.extend(stems.get(word[:length], ()))
        return tuple(found)

    def find(
        self, text: Normalised, words: tuple[str, ...], values: Iterable[Value], numbers: Iterable[Number] = ()
    ) -> dict[str, list[Match]]:
        """Return the matches of each concept, in words."""
        spans: dict[int, list[Match]] = {}
        for i, word in enumerate(words):
            for symbol in self.word_symbols(word):
                spans.setdefault(symbol, []).append((i, i + 1, ()))
        for name, match in (*value_symbols(values), *number_symbols(numbers, values)):
            value_symbol = self.symbols.get(name)
            if value_symbol is not None:
                spans.setdefault(value_symbol, []).append(match)
        for found in spans.values():
            if len(found) > _MAX_MATCHES:
                del found[_MAX_MATCHES:]
        self._run(spans, text.places)
        concepts = self._concepts
        return {
            concepts[symbol]: found if concepts[symbol] in _WHOLE else _minimal(found)
            for symbol, found in spans.items()
            if symbol in concepts
        }

    def _run(self, spans: dict[int, list[Match]], places: tuple[int, ...]) -> None:
        woken = self._woken
        waiting = [p for symbol in spans for p in woken.get(symbol, ())]
        heapify(waiting)
        excluded: dict[int, list[Match]] = {}
        while waiting:
            number = heappop(waiting)
            pattern = self._patterns[number]
            if not pattern.required <= spans.keys():
                continue
            matches = _match(pattern, spans, places)
            if not matches:
                continue
            target = pattern.target
            if pattern.excludes:
                excluded.setdefault(target, []).extend(matches)
                continue
            if target in excluded:
                matches = _allowed(matches, excluded[target])
                if not matches:
                    continue
            known = spans.get(target)
            if known is None:
                spans[target] = matches
                for other in woken.get(target, ()):
                    heappush(waiting, other)
            elif len(known) < _MAX_MATCHES:
                known.extend(matches)


def _match(pattern: Pattern, spans: dict[int, list[Match]], places: tuple[int, ...]) -> list[Match]:
    elements = pattern.elements
    partial = spans[elements[0].symbol]
    if len(elements) == 1:
        return list(partial)
    for element in elements[1:]:
        following = spans[element.symbol]
        gap = element.gap
        grown: list[Match] = []
        for start, end, holes in partial:
            last = places[end - 1]
            for next_start, next_end, next_holes in following:
                if next_start < end:
                    continue
                distance = places[next_start] - last - 1
                if distance <= gap or (next_start == end and distance <= 1):
                    hole = ((end, next_start),) if next_start > end else ()
                    grown.append((start, next_end, holes + hole + next_holes))
        if not grown:
            return grown
        partial = grown if len(grown) <= _MAX_MATCHES else grown[:_MAX_MATCHES]
    return partial


def _minimal(matches: list[Match]) -> list[Match]:
    """Drop a match that strictly holds another one, and doubles (the one with fewer holes stays)."""
    if len(matches) == 1:
        return matches
    matches = sorted(matches, key=lambda m: (m[1] - m[0], len(m[2])))
    kept: list[Match] = []
    for match in matches:
        if not any(match[0] <= k[0] and k[1] <= match[1] for k in kept):
            kept.append(match)
    kept.sort()
    return kept


def _allowed(matches: list[Match], excluded: list[Match]) -> list[Match]:
    return [m for m in matches if not any(e[0] < m[1] and m[0] < e[1] for e in excluded)]


def number_symbols(numbers: Iterable[Number], values: Iterable[Value]) -> Iterable[tuple[str, Match]]:
    """Name the bare numbers, those that are no quantity: "@number", "@n4" from four, "@n8" from eight."""
    taken = {i for value in values if value.kind != "count" for i in range(*value.words)}
    for number in numbers:
        if number.weak or number.first in taken:
            continue
        match: Match = (number.first, number.last, ())
        yield "@number", match
        if 4 <= number.value < 500:
            yield "@n4", match
        if 8 <= number.value < 500:
            yield "@n8", match


def value_symbols(values: Iterable[Value]) -> Iterable[tuple[str, Match]]:
    """Name each quantity the way the lexicon asks for it ("@duration", "@recent", "@fever")."""
    for value in values:
        match: Match = (value.words[0], value.words[1], ())
        yield f"@{value.kind}", match
        yield "@quantity", match
        for name in _classes(value):
            yield f"@{name}", match


def _classes(value: Value) -> list[str]:
    kind, v = value.kind, value.value
    if kind in {"ago", "duration"}:
        names = ["time"]
        if v <= 2 * DAY:
            names.append("recent")
        if v <= 8 * DAY:
            names.append("days")
        if v <= 60 * DAY:
            names.append("weeks")
        if v > 4 * DAY and kind == "ago":
            names.append("old")
        if 5 <= v <= 2 * DAY:
            names.append("minutes_hours")
        if v >= 5:
            names.append("five_minutes")
        if DAY <= v < 91 * DAY:
            names.append("under_three_months")
        return names
    if kind == "temperature":
        return (
            (["fever"] if v >= 37.95 else []) + (["high_fever"] if v >= 39.95 else []) + (["cold"] if v < 35.5 else [])
        )
    if kind == "pulse":
        return (
            (["fast_pulse"] if v > 120 else [])
            + (["very_fast_pulse"] if v >= 150 else [])
            + (["slow_pulse"] if v < 45 else [])
        )
    if kind == "blood_pressure":
        return _pressure_classes(v, value.low or 0)
    if kind == "saturation":
        return (["low_saturation"] if v <= 91 else []) + (["lowish_saturation"] if v <= 93 else [])
    if kind == "glucose":
        names = ["high_glucose"] if v >= 14 else []
        return names + (["low_glucose"] if v < 3.9 else []) + (["very_low_glucose"] if v < 3.0 else [])
    if kind == "respiratory_rate":
        return ["fast_breathing"] if v >= 25 else []
    if kind == "gestation":
        return ["early_pregnancy"] if v < 20 else ["late_pregnancy"]
    if kind == "count":
        return (["many"] if v >= 8 else []) + (["several"] if v >= 4 else [])
    if kind == "age":
        return _age_classes(v)
    return []


def _age_classes(years: float) -> list[str]:
    names: list[str] = []
    if years < 0.25:
        names.extend(("young_infant", "under_three_months"))
    if years < 5:
        names.append("toddler")
    if years < 16:
        names.append("child")
    return names


def _pressure_classes(high: float, low: float) -> list[str]:
    limits = (("crisis_pressure", 180, 120), ("severe_pressure", 160, 110), ("raised_pressure", 140, 90))
    names = [name for name, top, bottom in limits if high >= top or low >= bottom]
    return names + (["low_pressure"] if high <= 90 else [])

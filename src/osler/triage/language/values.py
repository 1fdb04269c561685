"""Quantities in a message, with units, normalised to one unit each and tied to their words."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from osler.triage.language.cues import (
    AGE_WORDS,
    BABY,
    BP_CUES,
    BREATH_CUES,
    CHILD_WORDS,
    DAY,
    DEGREES,
    FEVER_CUES,
    MINUTES,
    NAMED_BY_FIRST,
    OLD_AFTER,
    PREGNANT,
    PUFFS,
    PULSE_CUES,
    SAT_CUES,
    SINCE,
    SUGAR_CUES,
    TABLETS,
    WEEKS,
    YEAR_BEFORE,
)
from osler.triage.language.normalise import Normalised
from osler.triage.language.numerals import Number, read_numbers


@dataclass(frozen=True, slots=True)
class Value:
    """One quantity in its canonical unit; `low` is the diastolic of a blood pressure.

    `span` is in characters of the original text, `words` in words, both half-open.
    """

    kind: str
    value: float
    unit: str
    span: tuple[int, int]
    words: tuple[int, int]
    low: float | None = None


@dataclass(frozen=True, slots=True)
class _Near:
    """What stands around one number."""

    text: Normalised
    number: Number
    after: str
    after2: str
    before: str
    glue: str
    left: frozenset[str]
    right: frozenset[str]

    def value(self, kind: str, value: float, unit: str, last: int | None = None, low: float | None = None) -> Value:
        first, end = self.number.first, last or self.number.last
        span = (self.text.starts[first], self.text.ends[end - 1])
        return Value(kind, round(value, 2), unit, span, (first, end), low)

    def near(self, cues: Iterable[str]) -> bool:
        return not (self.left.isdisjoint(cues) and self.right.isdisjoint(cues))


def read_values(text: Normalised, topic: str | None = None, numbers: list[Number] | None = None) -> list[Value]:
    """Return every quantity that has a unit or a cue; `topic` is what was just asked ("temperature")."""
    values: list[Value] = []
    numbers = read_numbers(text) if numbers is None else numbers
    skip = -1
    for position, number in enumerate(numbers):
        if number.first < skip:
            continue
        near = _surroundings(text, number)
        following = numbers[position + 1] if position + 1 < len(numbers) else None
        pressure = _blood_pressure(near, following, topic)
        if pressure is not None:
            values.append(pressure)
            skip = pressure.words[1]
            continue
        for reader in _READERS:
            found = reader(near, topic)
            if found is not None:
                values.append(found)
                skip = found.words[1]
                break
    values.extend(_named_times(text))
    values.sort(key=lambda v: v.words)
    return values


def _surroundings(text: Normalised, number: Number) -> _Near:
    words, places = text.words, text.places
    end = number.last
    size = len(words)
    left_from = number.first
    while left_from > 0 and number.first - left_from < 6 and places[number.first] - places[left_from - 1] < 12:
        left_from -= 1
    right_to = end
    while right_to < size and right_to - end < 5 and places[right_to] - places[end - 1] < 10:
        right_to += 1
    right = words[end:right_to]
    glue = text.folded[text.ends[end - 1] : text.starts[end]] if end < size else text.folded[text.ends[end - 1] :]
    return _Near(
        text,
        number,
        right[0] if right else "",
        right[1] if len(right) > 1 else "",
        words[number.first - 1] if left_from < number.first else "",
        glue,
        frozenset(words[left_from : number.first]),
        frozenset(right),
    )


def _blood_pressure(near: _Near, following: Number | None, topic: str | None) -> Value | None:
    number = near.number
    if following is None or number.weak or following.weak:
        return None
    middle = near.text.words[number.last : following.first]
    glue = near.text.folded[near.text.ends[number.last - 1] : near.text.starts[following.first]]
    slashed = not middle and "/" in glue
    spoken = middle in {("over",), ("sur",), ("on",)}
    cued = near.near(BP_CUES) or topic == "blood_pressure"
    if not (slashed or spoken or (not middle and cued and number.spelled and following.spelled)):
        return None
    high, low = number.value, following.value
    if slashed and near.text.folded[near.text.ends[following.last - 1] :][:1] == "/":
        return None  # A date.
    last = following.last
    if 60 <= high <= 300 and 30 <= low <= 200 and low < high:
        return near.value("blood_pressure", high, "mm[Hg]", last, low)
    if 6 <= high <= 30 and 3 <= low <= 20 and low < high and (cued or high >= 14 or near.after == "tension"):
        # French readings are in cmHg: "18/11" is 180/110 mmHg. Without a cue, "5/10" stays a score or a date.
        if not cued and (low == 10 or high <= 12 or (low <= 12 and spoken is False and not _looks_like_pressure(near))):
            return None
        return near.value("blood_pressure", high * 10, "mm[Hg]", last, low * 10)
    return None


def _systolic(near: _Near, topic: str | None) -> Value | None:
    """Read a lone upper figure: "j'ai 21 de tension", "top number 230"."""
    n = near.number.value
    french = (near.after == "de" and near.after2 == "tension") or (
        near.before in {"a", "de", "est"} and "tension" in near.left
    )
    if 14 <= n <= 27 and (french or topic == "blood_pressure") and n == int(n):
        return near.value("blood_pressure", n * 10, "mm[Hg]")
    named = (
        not near.left.isdisjoint({"systolic", "systolique", "top", "upper", "bp", "tension"})
        and near.after not in MINUTES
    )
    return near.value("blood_pressure", n, "mm[Hg]") if named and 140 <= n <= 280 else None


def _looks_like_pressure(near: _Near) -> bool:
    return near.number.value >= 16


def _temperature(near: _Near, topic: str | None) -> Value | None:
    n = near.number.value
    if near.number.weak:
        return None
    marked = (
        "°" in near.glue
        or near.after in DEGREES
        or near.after in {"c", "f", "fahrenheit"}
        or near.after2 == "fahrenheit"
    )
    fahrenheit = near.after in {"f", "fahrenheit"} or near.after2 in {"f", "fahrenheit"}
    cued = near.near(FEVER_CUES) or topic == "temperature"
    unit_follows = near.after in MINUTES and near.after not in {"h", "j", "d", "c"} and not marked
    if unit_follows or near.after in TABLETS or near.after in {"kg", "kilos", "mg", "sa", "bpm", "years"}:
        return None
    last = near.number.last + (1 if near.after in DEGREES or near.after in {"c", "f", "fahrenheit"} else 0)
    if 93 <= n <= 111 and (fahrenheit or marked or cued):
        return near.value("temperature", (n - 32) * 5 / 9, "Cel", last)
    if not 30 <= n <= 43.5 or fahrenheit:
        return None
    decimal = n != int(n) and 36 <= n <= 42.5
    alone = decimal and near.after not in {"kg", "kilos", "mg", "g", "ml", "cm", "km", "semaines", "weeks", "ans"}
    if marked or alone or (cued and n >= 34 and not near.near(AGE_WORDS)):
        return near.value("temperature", n, "Cel", last)
    ends = near.after == "" or (near.number.last < len(near.text.words) and near.text.breaks[near.number.last] > 0)
    spoken = near.before in {"a", "et", "and", "has", "had", "with", "avec", "hit"} and (
        ends or near.after in {"et", "and", "since", "depuis"}
    )
    if (
        spoken
        and not _nearest_cue(near)
        and 38 <= n <= 41.5
        and near.left.isdisjoint({"room", "chambre", "numero", "number", "rue", "bus", "page", "tension", "bp"})
    ):
        return near.value("temperature", n, "Cel", last)
    bare = (
        near.before in {"a", "at", "is", "hit", "reached", "atteint", "de"} and 38 <= n <= 42 and near.near(CHILD_WORDS)
    )
    return (
        near.value("temperature", n, "Cel", last)
        if bare and near.after in {"", "et", "and", "since", "depuis"}
        else None
    )


def _saturation(near: _Near, topic: str | None) -> Value | None:
    n = near.number.value
    if not 40 <= n <= 100 or near.number.weak:
        return None
    if (near.near(SAT_CUES) and _nearest_cue(near) in {"saturation", ""}) or topic == "saturation":
        return near.value("saturation", n, "%", near.number.last)
    return None


def _glucose(near: _Near, topic: str | None) -> Value | None:
    n = near.number.value
    if near.number.weak:
        return None
    unit = near.after
    per = near.text.folded[near.text.ends[near.number.last - 1] :][:14].replace(" ", "")
    cued = near.near(SUGAR_CUES) or topic == "glucose"
    last = near.number.last
    if per.startswith(("mg/dl", "mgdl", "mgpardl", "mg/d")) and 10 <= n <= 1500:
        return near.value("glucose", n / 18.016, "mmol/L", last)
    if (
        per.startswith(("mmol", "mml"))
        and (cued or n >= 0.5)
        and n <= 80
        and not near.near({"potassium", "ketones", "cetones"})
    ):
        return near.value("glucose", n, "mmol/L", last)
    if (
        per.startswith(("g/l", "gr/l", "gparl", "grammes/l", "grammespar", "gramme"))
        and 0.1 <= n <= 15
        and (cued or not near.near({"hemoglobine", "hb", "albumine", "alcool", "alcohol", "haemoglobin"}))
    ):
        return near.value("glucose", n * 5.551, "mmol/L", last)
    if (
        not cued
        or unit in MINUTES
        or unit in TABLETS
        or near.after in {"ans", "years", "kg", "fois", "times", "units", "unites"}
    ):
        return None
    if unit == "g" and n < 15:
        return near.value("glucose", n * 5.551, "mmol/L", last)
    return _bare_glucose(near, n)


def _bare_glucose(near: _Near, n: float) -> Value | None:
    french = near.near({"glycemie", "glycemies", "sucre", "dextro", "glyc", "lecteur"})
    last = near.number.last
    if 40 <= n <= 1500:
        return near.value("glucose", n / 18.016, "mmol/L", last)
    if french and n < 7.5:
        return near.value("glucose", n * 5.551, "mmol/L", last)
    return near.value("glucose", n, "mmol/L", last) if 0.5 <= n < 40 else None


def _nearest_cue(near: _Near) -> str:
    """Return which quantity the closest cue word on the left speaks of."""
    words = near.text.words
    for i in range(near.number.first - 1, max(-1, near.number.first - 7), -1):
        for name, cues in (("pulse", PULSE_CUES), ("bp", BP_CUES), ("saturation", SAT_CUES)):
            if words[i] in cues and words[i] != "pressure":
                return name
    return ""


def _pulse(near: _Near, topic: str | None) -> Value | None:
    n = near.number.value
    if near.number.weak or not 15 <= n <= 320 or "%" in near.glue or _nearest_cue(near) in {"bp", "saturation"}:
        return None
    if near.after in {"bpm", "puls", "pulsations", "battements", "beats"}:
        return near.value("pulse", n, "/min", near.number.last + 1)
    if "/" in near.glue and near.after in {"min", "minute", "mn", "minutes"} and not near.near(BREATH_CUES):
        return near.value("pulse", n, "/min", near.number.last + 1)
    if not near.left.isdisjoint(PULSE_CUES) or not near.right.isdisjoint({"pulse", "pouls"}) or topic == "pulse":
        unit = (
            near.after in MINUTES
            or near.after in TABLETS
            or near.after in {"ans", "mg", "kg", "sa", "years", "times", "fois"}
        )
        if not unit or (near.after in {"par", "per", "a"} and near.after2 in {"min", "minute"}):
            return near.value("pulse", n, "/min", near.number.last)
    if near.after in {"par", "per", "a"} and near.after2 in {"min", "minute"} and n >= 30 and near.near(PULSE_CUES):
        return near.value("pulse", n, "/min", near.number.last + 2)
    return None


def _breaths(near: _Near, topic: str | None) -> Value | None:
    n = near.number.value
    if 4 <= n <= 90 and (
        near.after in {"breaths", "respirations"}
        or (
            not near.left.isdisjoint({"respiratory", "respiratoire", "breathing"})
            and near.after in {"par", "per", "a", "times", "/min"}
        )
    ):
        return near.value("respiratory_rate", n, "/min", near.number.last)
    return near.value("respiratory_rate", n, "/min") if topic == "respiratory_rate" else None


def _gestation(near: _Near, topic: str | None) -> Value | None:
    n = near.number.value
    if near.after == "sa" and 3 <= n <= 43:
        return near.value("gestation", n, "wk", near.number.last + 1)
    weeks = near.after in WEEKS
    months = near.after in {"mois", "months", "month"} or (
        near.after in {"eme", "th", "rd", "nd", "e"} and near.after2 in {"mois", "month"}
    )
    if near.before in {"depuis", "since", "for", "pendant"} or _is_il_y_a(near) or near.after2 == "ago":
        return None
    dated = near.text.folded[near.text.ends[near.number.last - 1] :][:3]
    if 20 <= n <= 42 and re.match(r"\+[0-6](?!\d)", dated):
        return near.value("gestation", n, "wk", min(near.number.last + 1, len(near.text.words)))
    if not (weeks or months):
        return None
    told = near.before in {"am", "im", "at", "suis", "now", "currently"} or (near.before == "a" and 20 <= n <= 42)
    told = (
        (told or near.number.first == 0)
        and weeks
        and 4 <= n <= 43
        and near.after2 not in {"old", "post", "after", "apres", "later"}
    )
    told = told or near.after2 in {"along", "gone"}
    told = told or (weeks and 20 <= n <= 42 and near.after2 in {"", "and", "et"} and near.before not in {"every"})
    pregnant = near.near(PREGNANT - {"sa"}) or topic == "gestation" or told
    if not pregnant or near.near(
        {"old", "bebe", "baby", "ago", "after", "apres", "accouche", "birth"} - {"baby", "bebe"}
    ):
        return None
    if weeks and 2 <= n <= 43:
        return near.value("gestation", n, "wk", near.number.last + 1)
    return near.value("gestation", round(n * 4.35, 1), "wk", near.number.last + 1) if months and n <= 10 else None


def _bare_age(near: _Near, topic: str | None) -> Value | None:
    n = near.number.value
    if topic == "age" and 0 < n < 120 and not near.after:
        return near.value("age", n, "a")
    cued = near.before in {"aged", "age", "agee"} or (
        near.before == "am" and near.after in {"and", "", "male", "female", "years"}
    )
    bare = cued and 0 < n < 115 and near.after not in {"mg", "sa", "weeks", "bpm"}
    bare = bare or (20 <= n < 110 and n == int(n) and near.after in {"yo", "y", "f", "m"} and near.number.first == 0)
    return near.value("age", n, "a") if bare else None


def _is_young(near: _Near) -> bool:
    """Say whether days, weeks or months are the age of a child: "he is only five weeks", "il a 5 mois"."""
    if near.before in {"only", "just", "about", "nearly", "almost", "seulement", "que"}:
        return not near.left.isdisjoint({"is", "she", "he", "il", "elle", "a"})
    second = near.text.words[near.number.first - 2] if near.number.first >= 2 else ""
    if near.before == "a" and second in {"il", "elle", "bebe", "fils", "fille", "qui"}:
        return True
    owners = {"de", "a", "ai", "my", "mon", "ma", "is", "our", "notre", "the"}
    return not near.left.isdisjoint(BABY) and near.before in owners


def _is_trailing(near: _Near) -> bool:
    owners = {"my", "the", "our", "a", "her", "his", "with", "aged"}
    if not near.right.isdisjoint(BABY - {"ne", "son"}) and near.before in owners:
        return True
    counted = near.before == "is" and near.after in {"months", "weeks", "days", "years"} and "it" not in near.left
    return counted and near.after2 not in {"pregnant", "ago", "post", "since", "late", "overdue"}


def _age(near: _Near, topic: str | None) -> Value | None:
    n = near.number.value
    unit = MINUTES.get(near.after)
    if unit is None or unit < DAY or near.after in {"w", "d", "j", "night", "nuit"}:
        return _bare_age(near, topic)
    years = n * unit / 525600.0
    last = near.number.last + 1
    past = near.before in SINCE or near.after2 == "ago" or near.before in {"last", "next", "past", "in", "dans"}
    if near.after2 in OLD_AFTER or near.before in {"age", "aged", "agee"} or (topic == "age" and not past):
        return near.value("age", years, "a", last)
    if past or _is_il_y_a(near):
        return None
    adult = near.after in {"ans", "an"} and not near.number.weak
    if adult and (near.before in {"ai", "a", "as", "de", "avait", "est", "aurai"} or near.number.first == 0 or n >= 18):
        return near.value("age", years, "a", last)
    return near.value("age", years, "a", last) if (unit < 525600.0 and _is_young(near)) or _is_trailing(near) else None


def _is_il_y_a(near: _Near) -> bool:
    first = near.number.first
    words = near.text.words
    return near.before == "a" and first >= 2 and words[first - 2] in {"y", "ya"}


def _duration(near: _Near, topic: str | None) -> Value | None:
    del topic
    unit = MINUTES.get(near.after)
    n = near.number
    if unit is None and near.after in {"good", "bonne", "petite", "solid", "full"}:
        unit = MINUTES.get(near.after2)
    if unit is None or (near.after in {"j", "d", "w", "m", "h"} and n.weak):
        return None
    if n.weak and near.after in {"an", "j"}:
        return None
    minutes = n.value * unit
    last = n.last + 1
    words = near.text.words
    if near.after in {"h", "heure", "heures"} and last < len(words) and words[last].isdigit() and len(words[last]) == 2:
        minutes += float(words[last])
        last += 1
    if (near.after2 in {"and", "et"} and words[n.last + 2 : n.last + 4] in (("a", "half"),)) or near.after2 in {
        "demie",
        "demi",
    }:
        minutes += unit / 2
    tail = words[last : last + 2]
    ago = (
        "ago" in tail
        or "earlier" in tail
        or "back" in tail[:1]
        or _is_il_y_a(near)
        or "auparavant" in tail
        or " ".join(tail) == "plus tot"
    )
    return near.value("ago" if ago else "duration", minutes, "min", last)


def _count(near: _Near, topic: str | None) -> Value | None:
    n = near.number
    window = (near.after, near.after2)
    last = n.last + 1
    if near.after in {"mg", "milligrammes", "milligrams", "mcg", "micrograms"}:
        return near.value(
            "dose", n.value if near.after[0:2] == "mg" or "milli" in near.after else n.value / 1000, "mg", last
        )
    if near.after in {"g", "grammes", "grams", "gr", "gramme"} and not n.weak:
        return near.value("dose", n.value * 1000, "mg", last)
    if any(w in PUFFS for w in window):
        return near.value("count", n.value, "puff", last)
    if any(w in TABLETS for w in window) or topic == "tablets":
        return near.value("count", n.value, "tablet", last)
    if near.after in {"kg", "kilos", "kilo", "kgs", "lbs", "pounds", "livres", "stone"}:
        factor = 0.4536 if near.after in {"lbs", "pounds", "livres"} else 6.35 if near.after == "stone" else 1.0
        return near.value("weight", n.value * factor, "kg", last)
    score = near.text.folded[near.text.ends[n.last - 1] :][:9].replace(" ", "")
    if score.startswith(("/10", "sur10", "outof10")) and n.value <= 10 and not n.weak:
        return near.value("severity", n.value, "/10", min(n.last + 1, len(near.text.words)))
    dated = near.before in YEAR_BEFORE or (1950 <= n.value <= 2035 and not near.after and near.before)
    if 1950 <= n.value <= 2100 and dated and n.value == int(n.value) and not n.spelled:
        return near.value("year", n.value, "a", n.last)
    return None


_READERS: tuple[Callable[[_Near, str | None], Value | None], ...] = (
    _gestation,
    _age,
    _systolic,
    _saturation,
    _glucose,
    _temperature,
    _pulse,
    _breaths,
    _duration,
    _count,
)


def _named_times(text: Normalised) -> list[Value]:
    words = text.words
    found: list[Value] = []
    covered = -1
    for i, word in enumerate(words):
        if i < covered or word not in NAMED_BY_FIRST:
            continue
        best: tuple[tuple[str, ...], float] | None = None
        for names, minutes in NAMED_BY_FIRST[word]:
            if words[i : i + len(names)] == names and (best is None or len(names) > len(best[0])):
                best = (names, minutes)
        if best is None:
            continue
        covered = i + len(best[0])
        ongoing = i > 0 and words[i - 1] in {"since", "depuis"}
        span = (text.starts[i], text.ends[covered - 1])
        found.append(Value("duration" if ongoing else "ago", best[1], "min", span, (i, covered)))
    return found

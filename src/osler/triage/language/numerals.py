"""Numbers in a message: digits, and numbers spelled out in French or English."""

from dataclasses import dataclass

from osler.triage.language.normalise import Normalised

_UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "oh": 0,
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "cinc": 5,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "septante": 70, "huitante": 80, "octante": 80, "nonante": 90,
}  # fmt: skip
_LOOSE = {
    "couple": 2, "dozen": 12, "dizaine": 10, "douzaine": 12, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "quinzaine": 15, "cinquantaine": 50, "centaine": 100,
}  # fmt: skip
_HUNDRED = {"hundred", "cent", "cents"}
_POINTS = {"point", "virgule", "comma"}
_ARTICLES = {"un", "une", "one", "a", "an"}
_NEUF = {"neuf", "six", "point"}
NUMBER_WORDS = frozenset(_UNITS) | frozenset(_TENS) | frozenset(_LOOSE) | _HUNDRED


@dataclass(frozen=True, slots=True)
class Number:
    """A number over the words [first, last); `weak` when it may be an article ("une", "a")."""

    value: float
    first: int
    last: int
    weak: bool = False
    spelled: bool = False


def read_numbers(text: Normalised) -> list[Number]:
    """Return the numbers of a message in order; a decimal spelled out is one number."""
    numbers: list[Number] = []
    words = text.words
    i = 0
    while i < len(words):
        word = words[i]
        if word[0].isdigit():
            number, i = _digits(text, i)
            numbers.append(number)
        elif word in NUMBER_WORDS or (word in ("a", "an")):
            found = _spelled(text, i)
            numbers.append(found)
            i = max(found.last, i + 1)
        else:
            i += 1
    return numbers


def _digits(text: Normalised, i: int) -> tuple[Number, int]:
    words = text.words
    value = float(words[i].replace(",", "."))
    last = i + 1
    if last < len(words) and words[last] in _POINTS and last + 1 < len(words) and words[last + 1][0].isdigit():
        return Number(float(f"{words[i].split('.')[0]}.{words[last + 1].replace(',', '')}"), i, last + 2), last + 2
    if last < len(words) and words[last][0].isdigit() and text.between(i, last) == "°" and len(words[last]) <= 2:
        return Number(float(f"{int(value)}.{words[last]}"), i, last + 1), last + 1
    if last < len(words) and words[last] in _HUNDRED and value < 20:
        return Number(value * 100, i, last + 1), last + 1
    return Number(value, i, last), last


def _spelled(text: Normalised, first: int) -> Number:
    words = text.words
    hundreds = _hundreds(text, first)
    if hundreds is not None:
        return Number(float(hundreds[0]), first, hundreds[1], spelled=True)
    value, i = _whole(text, first)
    if i == first + 1 and words[first] in _ARTICLES:
        if i < len(words) and words[i] in _LOOSE:
            return Number(float(_LOOSE[words[i]]), first, i + 1, spelled=True)
        return Number(1.0, first, i, weak=True, spelled=True)
    result = float(value)
    if i + 1 < len(words) and words[i] in _POINTS and (words[i + 1] in _UNITS or words[i + 1] in _TENS):
        decimals, after = _whole(text, i + 1)
        scale = 10 if decimals < 10 else 100
        return Number(result + decimals / scale, first, after, spelled=True)
    # "trente-huit cinq": a temperature as it is said aloud.
    spoken = 35 <= result <= 42 and i < len(words) and text.breaks[i] == 0 and words[i] in _UNITS
    if spoken and words[i] not in _ARTICLES and _UNITS[words[i]] < 10:
        return Number(result + _UNITS[words[i]] / 10, first, i + 1, spelled=True)
    return Number(result, first, i, spelled=True)


def _hundreds(text: Normalised, first: int) -> tuple[int, int] | None:
    """Read "two twenty" and "one thirty" as said of a blood pressure."""
    words = text.words
    if (
        first + 1 >= len(words)
        or words[first] not in {"one", "two"}
        or words[first + 1] not in _TENS
        or text.breaks[first + 1]
    ):
        return None
    value = _UNITS[words[first]] * 100 + _TENS[words[first + 1]]
    if (
        first + 2 < len(words)
        and words[first + 2] in _UNITS
        and 0 < _UNITS[words[first + 2]] < 10
        and not text.breaks[first + 2]
    ):
        return value + _UNITS[words[first + 2]], first + 3
    return value, first + 2


def _whole(text: Normalised, first: int) -> tuple[int, int]:
    words, breaks = text.words, text.breaks
    total = 0
    last_size = 1_000
    i = first
    while i < len(words) and (i == first or breaks[i] == 0):
        word = words[i]
        joint = word in {"et", "and"} and i > first and i + 1 < len(words)
        if joint and words[i + 1] in _UNITS and last_size in (10, 20, 100) and _can_join(word, last_size, words[i + 1]):
            i += 1
            continue
        if joint and word == "and" and last_size == 100 and words[i + 1] in _TENS:
            i += 1
            continue
        if word in ("a", "an") and i == first:
            total, last_size = 1, 1
        elif word in _LOOSE and (i == first or last_size == 1):
            return total * _LOOSE[word] if total > 1 and word == "dozen" else _LOOSE[word], i + 1
        elif word in _HUNDRED and (i == first or (last_size == 1 and total < 20)):
            total, last_size = max(total, 1) * 100, 100
        elif word in ("vingt", "vingts") and total % 100 == 4 and last_size == 1:
            total, last_size = total - 4 + 80, 20
        elif word in _TENS and last_size >= 100:
            total, last_size = total + _TENS[word], 20 if _TENS[word] in (60, 80) else 10
        elif word in _UNITS and (last_size >= 100 or (last_size == 10 and _UNITS[word] < 10) or last_size == 20):
            if last_size == 20 and total % 100 < 60 and _UNITS[word] > 9:
                break
            total, last_size = total + _UNITS[word], 10 if word == "dix" else 1
        else:
            break
        i += 1
    return total, i


def _can_join(word: str, last_size: int, after: str) -> bool:
    if word == "and":
        return last_size == 100
    return after in {"un", "une", "onze"}

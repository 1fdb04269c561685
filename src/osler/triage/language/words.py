"""Real everyday words, which spelling correction must leave as they are, with their regular forms."""

import re
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files

_VOWELS = "aeiou"
_DOUBLES = re.compile(r"(?:^|[^aeiou])[aeiou][bdgklmnprtvz]$")
_HISSING = ("s", "x", "z", "ch", "sh")

_FR_PRESENT = "e es ent ons ez".split()
_FR_PAST = "ais ait aient ions iez ant ants ante antes".split()
_FR_FUTURE = "ai as a ons ez ont ais ait ions iez aient".split()
_FR_ER = (*_FR_PRESENT, *_FR_PAST, "er", "ee", "ees", *(f"er{e}" for e in _FR_FUTURE))
# "mangeons", "mangeait": the e that keeps a g soft.
_FR_GER = ("eons", "eais", "eait", "eaient", "eant", "eante", "eants", "eantes")
_FR_IR = (
    *("i", "is", "it", "ie", "ies", "ir"),
    *(f"iss{e}" for e in (*_FR_PRESENT, *_FR_PAST)),
    *(f"ir{e}" for e in _FR_FUTURE),
)
_FR_RE = ("s", "", "t", *_FR_PRESENT, *_FR_PAST, "u", "ue", "us", "ues", "re", *(f"r{e}" for e in _FR_FUTURE))
# Feminine endings, the longest first.
_FR_FEMININE = (
    ("teur", ("trice", "teuse")), ("eur", ("euse", "eure")), ("eux", ("euse",)), ("oux", ("ouse",)), ("if", ("ive",)),
    ("er", ("ere",)), ("el", ("elle",)), ("eil", ("eille",)), ("en", ("enne",)), ("on", ("onne",)),
    ("et", ("ete", "ette")), ("eau", ("elle",)), ("c", ("che", "que")), ("e", ("ee",)),
)  # fmt: skip


def _en_verb(word: str) -> Iterator[str]:
    yield _with_s(word)
    stems = [word]
    if word.endswith("e") and not word.endswith(("ee", "oe", "ye")):
        stems = [word[:-1]]
    elif word.endswith("y") and word[-2] not in _VOWELS:
        yield word[:-1] + "ied"
        yield word + "ing"
        return
    elif _DOUBLES.search(word):
        stems.append(word + word[-1])
    for stem in stems:
        yield stem + "ing"
        yield stem + ("d" if stem.endswith("e") else "ed")


def _with_s(word: str) -> str:
    if word.endswith("y") and word[-2] not in _VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(_HISSING) else "s")


def _en_noun(word: str) -> Iterator[str]:
    yield _with_s(word)
    if word.endswith("o"):
        yield word + "es"


def _en_adjective(word: str) -> Iterator[str]:
    stem = word[:-1] if word.endswith("e") else word
    if word.endswith("y"):
        stem = word[:-1] + "i"
    elif len(word) < 6 and _DOUBLES.search(word):
        stem = word + word[-1]
    if len(word) < 8:
        yield from (stem + "er", stem + "est")
    if word.endswith("ic"):
        yield word + "ally"
    elif word.endswith("le"):
        yield word[:-1] + "y"
    else:
        yield (stem if word.endswith("y") else word) + "ly"
    yield (stem if word.endswith("y") else word) + "ness"


def _fr_er(word: str) -> list[str]:
    stem = word[:-2]
    stems = [stem]
    if stem.endswith("y"):
        stems.append(stem[:-1] + "i")
    elif stem.endswith(("el", "et")):
        stems.append(stem + stem[-1])
    forms = [each + ending for each in stems for ending in _FR_ER]
    if stem.endswith("g"):
        forms.extend([stem + ending for ending in _FR_GER])
    return forms


def _fr_ir(word: str) -> list[str]:
    stem = word[:-2]
    return [stem + ending for ending in _FR_IR]


def _fr_re(word: str) -> list[str]:
    stem = word[:-2]
    return [stem + ending for ending in _FR_RE]


def _fr_noun(word: str) -> Iterator[str]:
    if word.endswith(("s", "x", "z")):
        return
    yield word + ("x" if word.endswith(("eau", "eu")) else "s")
    if word.endswith("al"):
        yield word[:-1] + "ux"


def _fr_adjective(word: str) -> Iterator[str]:
    yield from _fr_noun(word)
    feminines = [word + "e"] if not word.endswith(("x", "e")) else []
    for ending, others in _FR_FEMININE:
        if word.endswith(ending):
            feminines.extend(word[: -len(ending)] + other for other in others)
            break
    for feminine in feminines:
        yield feminine
        yield feminine + "s"
        if len(word) > 3:
            yield feminine + "ment"
    if word.endswith("e") and len(word) > 3:
        yield word + "ment"
    elif word.endswith(("ant", "ent")):
        yield word[:-2] + "mment"


def _as_is(_: str) -> tuple[str, ...]:
    return ()


_RULES: dict[str, Callable[[str], Iterable[str]]] = {
    "en verb": _en_verb,
    "en noun": _en_noun,
    "en adjective": _en_adjective,
    "fr er": _fr_er,
    "fr ir": _fr_ir,
    "fr re": _fr_re,
    "fr noun": _fr_noun,
    "fr adjective": _fr_adjective,
    "as is": _as_is,
}


def expand(text: str) -> frozenset[str]:
    """Return the base words of a list and their forms; "@ fr er" names the rule of the lines below it.

    Raises: `KeyError` for a rule that does not exist.
    """
    found: set[str] = set()
    rule: Callable[[str], Iterable[str]] = _as_is
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("@"):
            rule = _RULES[line[1:].strip()]
            continue
        for word in line.split():
            found.add(word)
            found.update(rule(word))
    return frozenset(found)


def real_words() -> frozenset[str]:
    """Read the everyday words kept beside the lexicon."""
    return expand((files("osler.triage.language") / "lexicon" / "common_words.txt").read_text(encoding="utf-8"))

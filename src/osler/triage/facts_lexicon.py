"""The words of the interview, French and English: symptoms, histories, circumstances and drugs, from `facts_terms`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files

from osler.triage.language.concepts import load_lexicon
from osler.triage.language.matching import Matcher
from osler.triage.language.normalise import fold
from osler.triage.language.patterns import Compiler, LexiconError
from osler.triage.language.spelling import Speller, distance

KINDS = frozenset({"symptom", "feature", "course", "trigger", "history", "family", "event", "sign", "minor", "admin"})
_GAP = 6
_LONG = 7
_MACRO = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Term:
    code: str
    kind: str
    en: str
    fr: str

    def label(self, lang: str) -> str:
        return self.fr if lang == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Drug:
    """`names` are folded: the international name, the French one, brands and short names."""

    code: str
    drug_class: str
    en: str
    fr: str
    names: tuple[str, ...]

    def label(self, lang: str) -> str:
        return self.fr if lang == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Lexicon:
    matcher: Matcher
    speller: Speller
    terms: dict[str, Term]
    drugs: dict[str, Drug]
    drug_of_word: dict[str, Drug]
    version: str


@cache
def lexicon() -> Lexicon:
    """Read and compile `facts_terms` together with the context triggers of the language layer.

    Raises: `LexiconError` naming the concept.
    """
    texts = _triggers()
    terms: dict[str, Term] = {}
    macros: dict[str, str] = {}
    drugs: list[Drug] = []
    digest = sha256(repr(sorted(texts.items())).encode())
    for entry in sorted((files("osler.triage") / "facts_terms").iterdir(), key=lambda e: e.name):
        source = entry.read_text(encoding="utf-8")
        digest.update(source.encode())
        if entry.name.endswith(".terms"):
            _read_terms(source, terms, texts, macros)
        else:
            drugs.extend(_read_drugs(source))
    compiled = Compiler().compile(texts)
    names = {name: drug for drug in drugs for name in drug.names}
    # Only long whole words are brought back: a short one is more often another word than a mistake.
    long_words = {word for word in compiled.exact.keys() | names.keys() if len(word) >= _LONG and word.isalpha()}
    speller = Speller(long_words, (), frozenset())
    return Lexicon(
        matcher=Matcher(compiled, speller),
        speller=speller,
        terms=terms,
        drugs={drug.code: drug for drug in drugs},
        drug_of_word=names,
        version=digest.hexdigest()[:12],
    )


@lru_cache(maxsize=30_000)
def correct(word: str) -> str:
    """Bring a misspelt word back, first with the shared lexicon, whose guard knows ordinary words."""
    mine = lexicon()
    if mine.matcher.word_symbols(word) or word in mine.drug_of_word:
        return word
    shared = load_lexicon().matcher
    found = shared.correct(word)
    if found != word or shared.word_symbols(word) or len(word) < _LONG:
        return found
    near = mine.speller.correct(word)
    return near if near[0] == word[0] and distance(word, near, 1) == 1 else word


def _triggers() -> dict[str, str]:
    """Take over the words of negation, family, time and doubt, so that both readers judge alike."""
    import yaml  # noqa: PLC0415  Only the first message pays for the parser, not every import of triage.

    found: dict[str, str] = {}
    for entry in sorted((files("osler.triage.language") / "lexicon").iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".yaml"):
            continue
        document = yaml.safe_load(entry.read_text(encoding="utf-8"))
        sections = {document["kind"]: document["concepts"]} if "kind" in document else document
        for kind, concepts in sections.items():
            if kind == "trigger":
                found.update({str(name): str(text) for name, text in concepts.items()})
    return found


def _read_terms(source: str, terms: dict[str, Term], texts: dict[str, str], macros: dict[str, str]) -> None:
    code = ""
    for number, raw in enumerate(source.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("@"):
            name, _, value = line[1:].partition("=")
            macros[name.strip()] = value.strip()
        elif line.startswith("!"):
            texts[code] += "".join(f"! {part}\n" for part in _pattern(line[1:], macros).splitlines())
        elif line[:3] in {"en:", "fr:"}:
            texts[code] = texts.get(code, "") + _pattern(line[3:], macros) + "\n"
        else:
            code, kind, english, french = (part.strip() for part in line.split("|"))
            if kind not in KINDS or code in terms or code in texts:
                raise LexiconError(f"line {number}: {code} is unknown in kind or defined twice")
            terms[code] = Term(code=code, kind=kind, en=english, fr=french)


def _pattern(text: str, macros: dict[str, str]) -> str:
    """Write one line of terms in the pattern language of the language layer."""
    expanded = _MACRO.sub(lambda match: f"({macros[match.group(1)]})", text)
    return "\n".join(part.strip().replace("...", f"..{_GAP}") for part in expanded.split(";") if part.strip())


def _read_drugs(source: str) -> list[Drug]:
    drugs = []
    for line in source.splitlines():
        if not line or line.startswith("#"):
            continue
        english, drug_class, french, brands = (part.strip() for part in line.split("|"))
        spoken = [english, french, *brands.split(",")]
        names = tuple(dict.fromkeys(fold(name.strip()) for name in spoken if name.strip()))
        drugs.append(Drug(code=english, drug_class=drug_class, en=english, fr=french or english, names=names))
    return drugs

"""Load the lexicon once and keep it."""

import gc
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from osler.triage.language.matching import Matcher
from osler.triage.language.numerals import NUMBER_WORDS
from osler.triage.language.patterns import Compiler, LexiconError
from osler.triage.language.spelling import Speller
from osler.triage.language.words import real_words

KINDS = frozenset({"trigger", "word", "symptom", "disease", "event", "history", "qualifier", "lack"})


@dataclass(frozen=True, slots=True)
class Lexicon:
    matcher: Matcher
    kinds: dict[str, str]
    version: str


@cache
def load_lexicon() -> Lexicon:
    """Read and compile every lexicon file.

    Raises: `LexiconError` for an unknown kind, a concept defined twice or a pattern that cannot be read.
    """
    import yaml  # noqa: PLC0415  Only the first message pays for the parser, not every import of triage.

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    texts: dict[str, str] = {}
    kinds: dict[str, str] = {}
    digest = sha256()
    folder = files("osler.triage.language") / "lexicon"
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".yaml"):
            continue
        source = entry.read_text(encoding="utf-8")
        digest.update(source.encode())
        document = yaml.load(source, Loader=loader)  # noqa: S506  Both loaders are safe ones.
        for kind, concepts in _sections(document):
            if kind not in KINDS:
                raise LexiconError(f"{entry.name}: unknown kind {kind!r}")
            for name, text in concepts.items():
                if name in texts:
                    raise LexiconError(f"{entry.name}: {name} is defined twice")
                texts[name] = text
                kinds[name] = kind
    # Tens of thousands of small tuples that all stay: the collector would only walk them again and again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _compile(texts, kinds, digest.hexdigest()[:12])
    finally:
        if collecting:
            gc.enable()


def _compile(texts: dict[str, str], kinds: dict[str, str], version: str) -> Lexicon:
    compiled = Compiler().compile(texts)
    speller = Speller(compiled.exact, compiled.stems, real_words() | NUMBER_WORDS)
    return Lexicon(Matcher(compiled, speller), kinds, version)


def _sections(document: dict[str, object]) -> list[tuple[str, dict[str, str]]]:
    """Return the (kind, concepts) pairs of a file; a section may be called "event 2"."""
    if "kind" in document:
        return [(str(document["kind"]), dict(document["concepts"]))]  # type: ignore[call-overload]  # a YAML mapping
    return [(kind.split()[0], dict(concepts)) for kind, concepts in document.items()]  # type: ignore[call-overload]  # likewise

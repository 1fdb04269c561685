"""The small language in which the lexicon is written, and its compiler.

One line is one pattern; ` | ` separates alternatives; a word ending in `*` is a stem; `(a | b c)` groups;
`(..)?`, `<name>?` and `@kind?` are optional, and so is the last letter of `words?`; `..` allows up to four
words in between and `..n` up to n;
`A ~n B` is A and B in either order with up to n words between; `<name>` is another concept; `@kind` is a
quantity or a time; a line starting with `!` says where the concept is not meant.
"""

import re
from dataclasses import dataclass, field
from itertools import product

from osler.triage.language.normalise import ELISIONS, fold, split_word

_PIECE = re.compile(r"\(|\)\??|\||<[a-z0-9_]+>\??|@[a-z_0-9]+\??|\.\.\d*|~\d*|[a-z0-9']+\*?\??")
_SHORT_NOT = re.compile(r"\b(won|can|don|doesn|didn|isn|aren|wasn|weren|haven|hasn|hadn|couldn|wouldn|shouldn) t\b")
_DEFAULT_GAP = 4

# Words too common to wake a pattern when it holds any rarer one.
COMMON = frozenset(
    """i my the a an is it of to in on for and or with have has had not no he she they you we me his her our was am are
    be been do does did can could will would if so at from this that all up out off down over when what there going
    je ai a le la les de des du un une ne pas plus que qui en et ou mon ma mes se me te ce ca y il elle on est suis
    sont au aux dans sur par pour avec sans si son sa ses tout fait peux peut arrive avoir etre depuis tres like just
    get got getting feel feels right left side two fois rien then now mal bien comme""".split()
)


class LexiconError(ValueError):
    """The lexicon breaks one of its own rules; the message names the concept."""


@dataclass(frozen=True, slots=True)
class Element:
    symbol: int
    gap: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sequence of symbols for one concept; `excludes` marks where the concept is not meant."""

    target: int
    elements: tuple[Element, ...]
    required: frozenset[int]
    anchor: int
    excludes: bool


@dataclass(slots=True)
class _Node:
    symbol: int
    optional: bool
    gap: int = 0


@dataclass(slots=True)
class Compiled:
    """Symbols are numbers; concepts are numbered so that what a concept is made of comes before it."""

    names: list[str] = field(default_factory=list)
    exact: dict[str, list[int]] = field(default_factory=dict)
    stems: dict[str, list[int]] = field(default_factory=dict)
    patterns: list[Pattern] = field(default_factory=list)
    woken_by: dict[int, tuple[int, ...]] = field(default_factory=dict)
    vocabulary: set[str] = field(default_factory=set)


class Compiler:
    """Turn concept texts into patterns over numbered symbols."""

    def __init__(self) -> None:
        self.out = Compiled()
        self._symbols: dict[str, int] = {}
        self._cost: dict[int, float] = {}
        self._drafts: dict[int, list[tuple[tuple[Element, ...], bool]]] = {}
        self._words: dict[int, tuple[dict[str, list[int]], str]] = {}
        self._direct: dict[int, float] = {}

    def compile(self, concepts: dict[str, str]) -> Compiled:
        for name in concepts:
            self._symbol(f"<{name}>")
        for name, text in concepts.items():
            self._concept(name, text, concepts)
        self._finish()
        return self.out

    def _symbol(self, key: str) -> int:
        known = self._symbols.get(key)
        if known is None:
            known = self._symbols[key] = len(self.out.names)
            self.out.names.append(key)
        return known

    def _concept(self, name: str, text: str, concepts: dict[str, str]) -> None:
        target = self._symbol(f"<{name}>")
        drafts = self._drafts.setdefault(target, [])
        for raw in text.splitlines():
            line = raw.split("#", 1)[0].strip()
            if not line:
                continue
            excludes = line.startswith("!")
            try:
                drafts.extend((seq, excludes) for seq in self._alternatives(line.lstrip("! "), concepts))
            except LexiconError as error:
                raise LexiconError(f"{name}: {error} in {line!r}") from error
        if not drafts:
            raise LexiconError(f"{name}: no pattern")
        if not any(excludes for _, excludes in drafts):
            self._drafts[target] = [(seq, False) for seq in self._attach(target, [seq for seq, _ in drafts])]

    def _attach(self, symbol: int, sequences: list[tuple[Element, ...]]) -> list[tuple[Element, ...]]:
        """Let single words stand for a symbol at once, without a pattern; return the other sequences."""
        rest: list[tuple[Element, ...]] = []
        for sequence in sequences:
            word = self._words.get(sequence[0].symbol) if len(sequence) == 1 else None
            if word is None:
                rest.append(sequence)
                continue
            table, key = word
            if symbol not in table[key]:
                table[key].append(symbol)
            self._direct[symbol] = self._direct.get(symbol, 0.0) + self._cost[sequence[0].symbol]
        self._cost[symbol] = self._direct.get(symbol, 5.0)
        return rest

    def _alternatives(self, text: str, concepts: dict[str, str]) -> list[tuple[Element, ...]]:
        text = fold(_SHORT_NOT.sub(r"\1't", text.replace("œ", "oe").replace("-", " ")))
        pieces = _PIECE.findall(text)
        if "".join(pieces).replace(" ", "") != text.replace(" ", ""):
            raise LexiconError("unreadable characters")
        parsed, at = self._parse(pieces, 0, concepts)
        if at != len(pieces):
            raise LexiconError("unbalanced bracket")
        return parsed

    def _parse(self, pieces: list[str], at: int, concepts: dict[str, str]) -> tuple[list[tuple[Element, ...]], int]:
        sequences: list[tuple[Element, ...]] = []
        current: list[_Node] = []
        either_order: list[tuple[int, int]] = []
        gap = 0
        while at < len(pieces) and not pieces[at].startswith(")"):
            piece = pieces[at]
            at += 1
            if piece == "|":
                sequences.extend(_expand(current, either_order))
                current, either_order, gap = [], [], 0
            elif piece.startswith(".."):
                gap = int(piece[2:] or _DEFAULT_GAP)
            elif piece.startswith("~"):
                either_order.append((len(current), int(piece[1:] or _DEFAULT_GAP)))
            elif piece == "(":
                inner, at = self._parse(pieces, at, concepts)
                if at >= len(pieces):
                    raise LexiconError("unbalanced bracket")
                optional = pieces[at].endswith("?")
                at += 1
                current.append(_Node(self._group(inner), optional, gap))
                gap = 0
            else:
                for position, node in enumerate(self._atoms(piece, concepts)):
                    node.gap = gap if position == 0 else 0
                    current.append(node)
                gap = 0
        sequences.extend(_expand(current, either_order))
        return sequences, at

    def _group(self, sequences: list[tuple[Element, ...]]) -> int:
        key = "(" + "|".join(" ".join(f"{e.gap}.{e.symbol}" for e in seq) for seq in sequences) + ")"
        known = self._symbols.get(key)
        if known is not None:
            return known
        symbol = self._symbol(key)
        self._drafts[symbol] = [(seq, False) for seq in self._attach(symbol, sequences)]
        return symbol

    def _atoms(self, piece: str, concepts: dict[str, str]) -> list[_Node]:
        optional = piece.endswith("?")
        piece = piece.rstrip("?")
        if piece[0] == "<":
            if piece[1:-1] not in concepts:
                raise LexiconError(f"unknown concept {piece}")
            return [_Node(self._symbol(piece), optional)]
        if piece[0] == "@":
            return [_Node(self._symbol(piece), optional)]
        if piece.endswith("*"):
            return [_Node(self._word(piece), optional)]
        if optional:
            return [_Node(self._group([(Element(self._word(w), 0),) for w in (piece, piece[:-1])]), False)]
        return [_Node(self._word(ELISIONS.get(part, part)), False) for part, _, _ in split_word(piece)]

    def _word(self, word: str) -> int:
        known = self._symbols.get(word)
        if known is not None:
            return known
        symbol = self._symbol(word)
        table = self.out.stems if word.endswith("*") else self.out.exact
        table.setdefault(word.rstrip("*"), []).append(symbol)
        self.out.vocabulary.add(word)
        self._words[symbol] = (table, word.rstrip("*"))
        self._cost[symbol] = 50.0 if word in COMMON else 1.0
        return symbol

    def _finish(self) -> None:
        order: list[int] = []
        state: dict[int, int] = {}
        for symbol in list(self._drafts):
            self._visit(symbol, state, order)
        woken: dict[int, list[int]] = {}
        for symbol in order:
            for elements, excludes in sorted(self._drafts[symbol], key=lambda d: not d[1]):
                anchor = min((e.symbol for e in elements), key=lambda s: self._cost.get(s, 5.0))
                required = frozenset(e.symbol for e in elements)
                woken.setdefault(anchor, []).append(len(self.out.patterns))
                self.out.patterns.append(Pattern(symbol, elements, required, anchor, excludes))
        self.out.woken_by = {symbol: tuple(ids) for symbol, ids in woken.items()}

    def _visit(self, symbol: int, state: dict[int, int], order: list[int]) -> None:
        if state.get(symbol) == 2 or symbol not in self._drafts:
            return
        if state.get(symbol) == 1:
            raise LexiconError(f"{self.out.names[symbol]} is made of itself")
        state[symbol] = 1
        for elements, _ in self._drafts[symbol]:
            for element in elements:
                self._visit(element.symbol, state, order)
        state[symbol] = 2
        order.append(symbol)
        drafts = self._drafts[symbol]
        self._cost[symbol] = self._direct.get(symbol, 0.0) + sum(
            min([self._cost.get(e.symbol, 5.0) for e in elements]) for elements, _ in drafts
        )


def _expand(nodes: list[_Node], either_order: list[tuple[int, int]]) -> list[tuple[Element, ...]]:
    if not nodes:
        raise LexiconError("empty alternative")
    if either_order:
        (cut, gap), *rest = either_order
        if rest or not 0 < cut < len(nodes):
            raise LexiconError("one ~ between two parts")
        left, right = nodes[:cut], nodes[cut:]
        return [
            (*first, Element(second[0].symbol, gap), *second[1:])
            for a, b in ((left, right), (right, left))
            for first, second in product(_choices(a), _choices(b))
        ]
    return _choices(nodes)


def _choices(nodes: list[_Node]) -> list[tuple[Element, ...]]:
    """Return the sequence with every choice of its optional elements."""
    sequences: list[tuple[Element, ...]] = [()]
    for node in nodes:
        kept = [(*seq, Element(node.symbol, node.gap)) for seq in sequences]
        # A dropped element leaves its gap to the next one, as one word more.
        sequences = kept + (sequences if node.optional else [])
    result = [seq for seq in sequences if seq]
    if not result:
        raise LexiconError("everything is optional")
    return result

"""Which of the two languages a message is mostly in."""

from collections.abc import Sequence

_ENGLISH = frozenset(
    """the and i my is it of to in for on with have has had not you he she they was are been this that but at from
    what when how since right left feel feeling pain chest can do am be his her him me so very if or really just now
    doctor help please hours minutes days ago after about your their will would could should took take went going
    won an all hurts still by baby old blood heart don keep keeps she'd there here who which then up down out again
    yes no today tomorrow yesterday bp pulse fever worst sudden sick""".split()
)
_FRENCH = frozenset(
    """je le la les de des du et un une mon ma mes est ai suis il elle nous vous ne pas que qui dans sur avec pour
    depuis au aux ce cette ces se me te son sa ses mais ou plus tres mal j'ai bonjour merci docteur y en a eu fait
    peux comme tout quand si gauche droite bras tete poitrine douleur heures jours semaines oui non sans jai ca
    cest coeur ventre enceinte sang bebe apres hier matin soir l d c n qu etre sont par""".split()
)
_BOTH = frozenset("a on me plus si son sale sa dent an pain coin or as in d c l y t s m".split())


def detect(words: Sequence[str], default: str = "fr") -> str:
    """Return "fr" or "en"; a tie, or nothing to go by, gives `default`."""
    english = french = 0
    for word in words:
        if word in _BOTH:
            continue
        if word in _ENGLISH:
            english += 1
        if word in _FRENCH:
            french += 1
    if english == french:
        return default
    return "en" if english > french else "fr"

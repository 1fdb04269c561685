import pytest

from osler.triage.language.concepts import load_lexicon
from osler.triage.language.words import expand, real_words


@pytest.mark.parametrize(
    ("rule", "word", "forms"),
    [
        ("en verb", "stop", {"stops", "stopped", "stopping"}),
        ("en verb", "bake", {"bakes", "baked", "baking"}),
        ("en verb", "carry", {"carries", "carried", "carrying"}),
        ("en noun", "lunch", {"lunches"}),
        ("en adjective", "happy", {"happier", "happiest", "happily", "happiness"}),
        ("fr er", "manger", {"mange", "mangeons", "mangeait", "mangera", "mangees"}),
        ("fr er", "nettoyer", {"nettoie", "nettoyez"}),
        ("fr ir", "rougir", {"rougis", "rougissait", "rougiront", "rougi"}),
        ("fr re", "vendre", {"vend", "vendu", "vendrait", "vendons"}),
        ("fr noun", "gateau", {"gateaux"}),
        ("fr adjective", "heureux", {"heureuse", "heureuses", "heureusement"}),
    ],
)
def test_a_rule_gives_the_forms_of_a_word(rule: str, word: str, forms: set[str]) -> None:
    assert forms | {word} <= expand(f"@ {rule}\n{word}")


def test_a_rule_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        expand("@ fr oir\nvoir")


def test_the_words_are_plain_folded_letters() -> None:
    assert all(word.isascii() and word.isalpha() and word.islower() for word in real_words())


@pytest.mark.parametrize(
    "word", ["paint", "poutine", "bread", "cheat", "jambon", "soigne", "threat", "douceur", "fete"]
)
def test_a_real_word_is_never_taken_for_a_word_of_the_lexicon(word: str) -> None:
    assert load_lexicon().matcher.correct(word) == word


@pytest.mark.parametrize(
    ("typed", "meant"), [("poitrinne", "poitrine"), ("brething", "breathing"), ("hedache", "headache")]
)
def test_a_misspelt_word_is_still_brought_back(typed: str, meant: str) -> None:
    assert load_lexicon().matcher.correct(typed) == meant

"""The fixed emergency screens."""

import itertools

import pytest

from osler.triage.emergency import Category, category_of, emergency_card, emergency_numbers, emergency_text

CATEGORIES: tuple[Category, ...] = ("medical", "suicide", "poisoning", "violence", "child")
COUNTRIES = ("FR", "GB", "US", "BE", "CH", "CA", "LU", "ZZ")


@pytest.mark.parametrize(
    ("country", "category", "number"),
    [
        ("FR", "medical", "15"), ("FR", "suicide", "3114"), ("FR", "poisoning", "15"), ("FR", "child", "119"),
        ("GB", "medical", "999"), ("uk", "suicide", "116 123"), ("US", "medical", "911"), ("US", "suicide", "988"),
        ("BE", "medical", "112"), ("CH", "medical", "144"), ("CA", "suicide", "988"), ("LU", "medical", "112"),
        ("ZZ", "medical", "112"), ("", "suicide", "112"),
    ],
)  # fmt: skip
def test_the_main_number_is_that_of_the_country(country: str, category: Category, number: str) -> None:
    card = emergency_card(lang="fr", country=country, category=category)
    assert card.primary.number == number
    assert number in card.title


def test_france_offers_text_messages_and_the_violence_line() -> None:
    card = emergency_card(lang="fr", country="FR", category="violence")
    assert {"17", "114", "3919", "112"} <= {card.primary.number, *(other.number for other in card.others)}
    medical = emergency_card(lang="fr", country="FR")
    assert [other.how for other in medical.others if other.number == "114"] == ["text"]


@pytest.mark.parametrize(("country", "category", "lang"), list(itertools.product(COUNTRIES, CATEGORIES, ("fr", "en"))))
def test_every_screen_is_complete(country: str, category: Category, lang: str) -> None:
    card = emergency_card(lang=lang, country=country, category=category)
    assert "{" not in card.text
    numbers = [(card.primary.number, card.primary.how), *((other.number, other.how) for other in card.others)]
    assert len(numbers) == len(set(numbers))
    assert emergency_text(lang, country=country, category=category) == card.text
    assert all(number.label for number in emergency_numbers(country, lang))


@pytest.mark.parametrize(
    ("flags", "is_child", "category"),
    [
        (["RF01"], False, "medical"), (["RF11"], False, "suicide"), (["RF11", "RF12"], False, "poisoning"),
        (["RF38"], False, "violence"), (["RF38"], True, "child"), (["RF01", "RF11"], False, "medical"),
        (["U12"], False, "medical"), ([], False, "medical"),
    ],
)  # fmt: skip
def test_the_screen_follows_the_flags(flags: list[str], is_child: bool, category: Category) -> None:
    assert category_of(flags, is_child=is_child) == category

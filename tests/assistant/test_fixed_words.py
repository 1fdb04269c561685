"""Everything the assistant can say by itself: it passes its own filter, in both languages, with proper typography."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from osler import triage
from osler.assistant.consent_text import consent_text
from osler.assistant.output_filter import find_breach
from osler.assistant.scripts import SCRIPT_IDS, Setting, greeting, say

QUESTIONNAIRES = Path(triage.__file__).parent / "questionnaires"
LANGUAGES = ("fr", "en")
SPACED = re.compile(r" [:;!?»]|[^\s\u00a0\u202f]([;!?]|:(?!\w))(?=\s|$)|« |'")


def setting(language: str, phone: str | None = "01 23 45 67 89") -> Setting:
    return Setting(language=language, practice="des Tilleuls", phone=phone, country="FR", emergency="suicide")


def fixed(language: str) -> list[str]:
    said = [say(script, setting(language, phone)) for script in SCRIPT_IDS for phone in (None, "01 23 45 67 89")]
    return [greeting(setting(language)), *said]


def consent(language: str) -> list[str]:
    return consent_text(language, ambulance="15").as_stored.split("\n")


def asked(key: str) -> Iterator[str]:
    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for name, value in node.items():
                if name in (key, f"why{key.removeprefix('text')}") and isinstance(value, str):
                    yield value
                else:
                    yield from walk(value)
        elif isinstance(node, list):
            for item in node:
                yield from walk(item)

    for path in sorted(QUESTIONNAIRES.glob("*.json")):
        yield from walk(json.loads(path.read_text()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_fixed_sentences_pass_the_filter(language: str) -> None:
    assert {words: find_breach(words) for words in fixed(language) if find_breach(words)} == {}
    assert not any("{" in words for words in fixed(language))


@pytest.mark.parametrize("key", ["text", "text_fr"])
def test_questions_and_their_reasons_pass_the_filter(key: str) -> None:
    found = list(asked(key))
    assert len(found) > 50
    assert {words: find_breach(words) for words in found if find_breach(words)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("category", get_args(triage.Category))
def test_emergency_scripts_pass_the_filter(language: str, category: triage.Category) -> None:
    assert find_breach(triage.emergency_text(language, category=category)) is None


@pytest.mark.parametrize("words", [*fixed("fr"), *consent("fr")])
def test_french_is_set_properly(words: str) -> None:
    assert SPACED.search(words) is None


@pytest.mark.parametrize("words", [*fixed("fr"), *consent("fr"), *fixed("en"), *consent("en")])
def test_no_word_promises_too_much(words: str) -> None:
    assert not re.search(r"\b(?:diagnoses|detects|rules out|safe|compliant|validated)\b", words, re.IGNORECASE)

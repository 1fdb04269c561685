"""Pages do not point to what is not there, and claim nothing that was not measured."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer.main

from osler.cli import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
CLAIMS = re.compile(r"\b(diagnoses|detects|rules out|safe|validated|compliant)\b", re.IGNORECASE)
CODE = re.compile(r"`+[^`]*`+|^```.*?^```", re.DOTALL | re.MULTILINE)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def commands_in(page: Path) -> str:
    return "\n".join(CODE.findall(text_of(page)))


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_resolve(page: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", text_of(page), flags=re.DOTALL | re.MULTILINE)
    for pair in LINK.findall(prose):
        link = pair[0] or pair[1]
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        assert target.is_relative_to(ROOT), f"{link} leaves the repository"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{link}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_verbs_exist(page: Path) -> None:
    commands = commands_in(page)
    verbs = set(re.findall(r"^([a-z][a-z-]*):", text_of(ROOT / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?<![\w/-])make ([a-z][a-z-]*)", commands)) <= verbs
    osler = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert set(re.findall(r"(?:^|`|\| |bin/)osler ([a-z][a-z-]*)", commands, re.MULTILINE)) <= osler


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_claim_nothing_that_was_not_measured(page: Path) -> None:
    assert CLAIMS.findall(text_of(page)) == []


def test_every_page_is_reached_from_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / unquote(link)).resolve() for link, _ in LINK.findall(text_of(index))}
    pages = {page for page in (ROOT / "docs").rglob("*.md") if page != index and page.parent.name != "adr"}
    assert pages <= linked


def test_paths_named_in_pages_exist() -> None:
    for page in PAGES:
        for path in re.findall(r"`((?:src|tests|evals|web|docs|benchmarks)/[\w./-]+)`", text_of(page)):
            assert (ROOT / path).exists(), f"{page.name}: {path}"

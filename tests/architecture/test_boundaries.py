"""What import-linter cannot say about the borders between domains."""

import ast
import importlib
import inspect
import pkgutil
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

import osler
from osler import wiring  # noqa: F401 - loads every domain
from osler.core.db import Base
from osler.core.errors import Problem
from osler.core.events import Event

SOURCE = Path(osler.__file__).parent
DOMAINS = sorted(p.name for p in SOURCE.iterdir() if (p / "__init__.py").is_file() and p.name not in {"core", "ml"})
MODULES = sorted(SOURCE.rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def subclasses(cls: type) -> Iterator[type]:
    for child in cls.__subclasses__():
        yield child
        yield from subclasses(child)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_another_domain_is_imported_by_its_package_only(path: Path) -> None:
    if module_name(path) == "osler.wiring":  # The one place that reaches for tables, tasks and routes.
        return
    own = path.relative_to(SOURCE).parts[0]
    for name in imported_names(path):
        parts = name.split(".")
        if parts[0] != "osler" or len(parts) < 3 or parts[1] not in DOMAINS or parts[1] == own:
            continue
        inside = SOURCE.joinpath(*parts[1:])
        assert not inside.with_suffix(".py").is_file(), f"{module_name(path)} reaches into {name}"
        assert not inside.is_dir(), f"{module_name(path)} reaches into {name}"


def rows_in(annotation: object) -> Iterator[type]:
    if inspect.isclass(annotation) and issubclass(annotation, Base):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from rows_in(inner)


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_table_row_crosses_the_border(domain: str) -> None:
    package = importlib.import_module(f"osler.{domain}")
    for name in getattr(package, "__all__", ()):
        thing = getattr(package, name)
        assert not list(rows_in(thing)), f"osler.{domain}.{name} is a table row"
        if inspect.isfunction(thing) or inspect.isclass(thing):
            hints = typing.get_type_hints(thing) if not isinstance(thing, type(typing.Any)) else {}
            for where, hint in hints.items():
                assert not list(rows_in(hint)), f"osler.{domain}.{name} shows a table row at {where}"


@pytest.mark.parametrize("domain", DOMAINS)
def test_domain_says_what_it_is_in_one_sentence(domain: str) -> None:
    doc = importlib.import_module(f"osler.{domain}").__doc__
    assert doc, f"osler.{domain} has no docstring"
    assert doc.strip()[-1] in ".?!"


def load_everything() -> None:
    for info in pkgutil.walk_packages([str(SOURCE)], "osler."):
        if not info.name.endswith("__main__"):
            importlib.import_module(info.name)


def test_every_problem_has_a_client_status_and_a_title() -> None:
    load_everything()
    for problem in subclasses(Problem):
        assert 400 <= problem.status < 500 or problem.status == 503, problem
        assert "title" in vars(problem), f"{problem} has no title of its own"
    uris = [problem.type_uri() for problem in subclasses(Problem)]
    assert len(uris) == len(set(uris)), "two problems share a type"


def test_event_fields_are_ids_and_codes() -> None:
    load_everything()
    for event in subclasses(Event):
        hints = typing.get_type_hints(event)
        for field in event.__dataclass_fields__:
            assert hints[field] in (str, int, bool), f"{event.__name__}.{field}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_modules_and_functions_stay_short(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= 600, f"{module_name(path)} is too long"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            # A function that only holds others (a factory of routes or frames) is measured by its own lines.
            inner = sum(
                (child.end_lineno or 0) - child.lineno + 1
                for child in ast.iter_child_nodes(node)
                if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            )
            length = (node.end_lineno or 0) - node.lineno + 1 - inner
            assert length <= 60, f"{module_name(path)}.{node.name} has {length} lines"


def test_no_dumping_ground_exists() -> None:
    banned = {"utils", "helpers", "common", "services", "managers", "domain", "models", "misc"}
    assert not [p for p in SOURCE.rglob("*") if p.stem in banned and "__pycache__" not in p.parts]


def test_tables_carry_the_name_of_their_domain_or_of_their_noun() -> None:
    nouns = {"patient", "consent", "conversation", "message", "practice", "audit_event", "data_key", "practice_key"}
    for name in Base.metadata.tables:
        known = name in nouns or name.startswith(
            tuple(f"{d}_" for d in (*DOMAINS, "patient", "notification", "worker"))
        )
        assert known or name.startswith("job"), name

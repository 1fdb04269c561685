"""The reference pages say what the code does. Run as a program, this writes the list of flags anew."""

import json
import re
import sys
from pathlib import Path

import typer.main

from osler.cli import app
from osler.triage import par_jsonl
from osler.triage.redflags import jsonl, load_rules

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
FLAGS = re.compile(r"(?<=test_reference\.py -->\n).*?(?=<!-- /flags -->)", re.DOTALL)


def flag_table() -> str:
    """Return the list of the red flags, as it stands in docs/reference/red-flags.md."""
    lines = [f"{len(load_rules().rules)} rules, version {load_rules().version}.", ""]
    lines += ["| Id | Level | English | French | Source |", "|---|---|---|---|---|"]
    lines += [
        f"| {rule.id} | {rule.level} | {rule.label['en']} | {rule.label['fr']} | {rule.source} |"
        for rule in load_rules().rules
    ]
    return "\n" + "\n".join(lines) + "\n\n"


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def fields(text: str, heading: str) -> set[str]:
    """Return the names in the first column of the table under a heading."""
    part = text.split(f"### {heading}\n", 1)[1].split("\n##", 1)[0]
    cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return {name.split("[")[0] for cell in cells for name in re.findall(r"`([a-z_.\[\]]+)`", cell)}


def test_the_list_of_flags_is_current() -> None:
    found = FLAGS.search(page("red-flags.md"))
    assert found is not None
    assert found.group() == flag_table(), "run: .venv/bin/python tests/docs/test_reference.py"


def test_redflags_answers_with_the_fields_of_its_page() -> None:
    text = page("red-flags.md")
    seen: set[str] = set()
    for said in ("mal au coeur depuis ce matin", "I have no chest pain, only a cough"):
        seen |= set(jsonl.answer_line(json.dumps({"id": 1, "text": said})))
    documented = {name for name in fields(text, "Output") if name not in {reason for reason in _reasons(text)}}
    assert seen == documented


def _reasons(text: str) -> set[str]:
    return set(re.findall(r"^\| `([a-z]+)` \|", text.split("Reasons in `suppressed`", 1)[1].split("###", 1)[0], re.M))


def test_redflags_accepts_every_field_of_its_page() -> None:
    line = {
        "id": "x", "text": "oui", "lang": "fr-FR", "age": 0.1, "sex": "female",
        "context": ["j'ai mal à la poitrine", {"role": "assistant", "text": "Depuis ce matin ?"}],
    }  # fmt: skip
    assert set(line) == fields(page("red-flags.md"), "Input")
    assert "error" not in jsonl.answer_line(json.dumps(line))


def test_limits_of_redflags_are_those_of_its_page() -> None:
    text = page("red-flags.md")
    for limit in (jsonl.MAX_TEXT, jsonl.MAX_LINE):
        assert f"{limit:,} characters" in text
    assert f"at most {jsonl.MAX_TURNS}" in text


def test_par_answers_with_the_fields_of_its_page() -> None:
    answer = par_jsonl.answer_line(json.dumps({"id": 1, "turns": [{"text": "Headache since yesterday"}]}))
    assert set(answer) == fields(page("par.md"), "Output")


def test_limits_of_par_are_those_of_its_page() -> None:
    text = page("par.md")
    for limit in (par_jsonl.MAX_TURN_TEXT, par_jsonl.MAX_LINE):
        assert f"{limit:,} characters" in text
    assert f"1 to {par_jsonl.MAX_TURNS} turns" in text


def test_every_command_is_on_the_page() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    shown = {name for name, command in commands.items() if not command.hidden}
    assert set(re.findall(r"^\| `osler ([a-z-]+)` \|", page("cli.md"), re.M)) == shown


if __name__ == "__main__":
    target = REFERENCE / "red-flags.md"
    target.write_text(FLAGS.sub(lambda _: flag_table(), page("red-flags.md")), encoding="utf-8")
    sys.stdout.write(f"{target} is current.\n")

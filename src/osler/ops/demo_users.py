"""The people of the demo practice and the passwords made for them, kept in a file only this user can read."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

FILE: Final = "demo-users.json"
# Without the letters and digits that look alike.
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class DemoUser:
    """One line of the table that the demo prints. `key` names the person in the demo's cases."""

    key: str
    role: str
    name: str
    email: str
    language: str
    password: str


# `example` is reserved for fiction (RFC 2606): no letter can reach anybody.
_PEOPLE: Final = (
    ("admin", "admin", "Camille Roussel", "admin@cardio.example", "fr"),
    ("nurse", "nurse", "Inès Garnier", "ines@cardio.example", "fr"),
    ("nurse2", "nurse", "Tom Whitaker", "tom@cardio.example", "en"),
    ("secretary", "secretary", "Paul Lemoine", "paul@cardio.example", "fr"),
    ("practitioner", "practitioner", "Dr Hélène Vasseur", "helene@cardio.example", "fr"),
    ("patient", "patient", "Margaux Delorme", "margaux@mail.example", "fr"),
)


def make(data_dir: Path) -> list[DemoUser]:
    """Give everybody a fresh password and write all down with mode 0600."""
    users = [DemoUser(*person, password=_password()) for person in _PEOPLE]
    draft = data_dir / (FILE + ".new")
    draft.unlink(missing_ok=True)
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        json.dump([asdict(user) for user in users], file, ensure_ascii=False, indent=1)
    draft.replace(data_dir / FILE)
    return users


def load(data_dir: Path) -> list[DemoUser]:
    """Return what `make` wrote down; empty when there is no such file or it cannot be read."""
    try:
        return [DemoUser(**user) for user in json.loads((data_dir / FILE).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def _password() -> str:
    """Return 80 random bits in four groups that can be typed from a screen."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))

"""The synthetic practice: a fictitious cardiology practice, its people and its queue, made by the real pipeline."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from osler import identity
from osler.core import clock, crypto, db
from osler.core.auth import Role
from osler.core.settings import Settings
from osler.ops import demo_users
from osler.ops.demo_cases import CASES
from osler.ops.demo_story import Cast, play
from osler.ops.demo_users import DemoUser


class NotTheDemo(Exception):
    """The database already serves somebody; one sentence."""


async def prepare(settings: Settings, *, say: Callable[[str], None]) -> bool:
    """Make the practice when the database is empty; all of it or nothing. False when it is there already.

    Raises: `NotTheDemo`.
    """
    data_dir = settings.data_dir
    async with db.transaction() as session:
        await crypto.init(session, settings.keys_path)
    async with db.transaction() as session:
        if await identity.find_practice(session) is not None or await identity.staff_emails(session):
            if not demo_users.load(data_dir):
                raise NotTheDemo(
                    f"This database holds a practice whose demo users are not in {data_dir / demo_users.FILE}: "
                    "start it with `osler serve`, or choose another OSLER_DATA_DIR."
                )
            return False
        say("Making the synthetic practice …")
        await _fill(session, data_dir)
    return True


async def _fill(session: db.Session, data_dir: Path) -> None:
    await identity.save_practice(
        session,
        name="Cardiologie des Quais",
        country="FR",
        tzid="Europe/Paris",
        # ARCEP keeps numbers that begin with 01 99 00 for works of fiction.
        phone="+33 1 99 00 47 12",
        totp_roles=frozenset({Role.ADMIN}),
    )
    ids = {user.key: await _add_user(session, user) for user in demo_users.make(data_dir)}
    now = clock.now()
    for case in CASES:
        await play(session, case, Cast(ids), now=now)


async def _add_user(session: db.Session, user: DemoUser) -> UUID:
    return await identity.create_user(
        session,
        email=user.email,
        password=user.password,
        display_name=user.name,
        roles={Role(user.role)},
        language=user.language,
    )

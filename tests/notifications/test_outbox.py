"""Letters: one per key, in the causing transaction, retried, taken over from the dead, with nobody's name in them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from tests.notifications.mail_server import Postbox, mail_server, make_certificate

from osler import notifications
from osler.core import clock, db
from osler.core.settings import Settings, SmtpSettings
from osler.notifications import delivery, smtp, templates
from osler.notifications.delivery import MAX_ATTEMPTS, deliver, stranded

SENDER = "osler@cabinet.example"
RECIPIENT = "camille.canari@exemple.fr"
CONTEXT = {"practice": "Cabinet des Tilleuls", "reference": "K7M29QXP", "link": "https://osler.example/queue"}


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
async def plain(postbox: Postbox) -> AsyncIterator[SmtpSettings]:
    """A server without TLS, and the settings that reach it."""
    async with mail_server(postbox) as port:
        yield SmtpSettings(host="127.0.0.1", port=port, starttls=False, sender=SENDER, timeout_s=3)


async def write(key: str = "letter:1", language: str = "fr") -> UUID:
    """Put a letter into the outbox and return its id."""
    async with db.transaction() as session:
        await notifications.send_email(
            session, template="report_escalated", to=RECIPIENT, language=language, dedupe_key=key, context=CONTEXT
        )
    [row] = await rows("select id from notification_outbox where dedupe_key = :key", key=key)
    found: UUID = row.id
    return found


async def rows(statement: str, **values: Any) -> list[Any]:
    async with db.transaction() as session:
        return list((await session.execute(sa.text(statement), values)).all())


async def state_of(outbox_id: UUID) -> str:
    [row] = await rows("select state from notification_outbox where id = :id", id=outbox_id)
    found: str = row.state
    return found


async def test_letter_and_its_job_come_and_go_with_the_transaction(database: Settings) -> None:
    with pytest.raises(RuntimeError, match="cut"):
        await _write_and_fail()
    assert await rows("select 1 from notification_outbox union all select 1 from job") == []
    await write()
    assert len(await rows("select 1 from job where entrypoint = 'notifications.deliver_email'")) == 1


async def _write_and_fail() -> None:
    async with db.transaction() as session:
        await notifications.send_email(
            session, template="report_escalated", to=RECIPIENT, language="fr", dedupe_key="cut", context=CONTEXT
        )
        raise RuntimeError("cut")


async def test_one_key_makes_one_letter_however_many_ask(database: Settings) -> None:
    await asyncio.gather(*(write("same") for _ in range(8)))
    assert len(await rows("select 1 from notification_outbox")) == 1
    assert len(await rows("select 1 from job")) == 1


@pytest.mark.parametrize("context", [{}, CONTEXT | {"name": "Camille"}, {"practice": "x"}])
async def test_fields_that_a_template_does_not_have_are_refused(database: Settings, context: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="takes the fields"):
        async with db.transaction() as session:
            await notifications.send_email(
                session, template="report_escalated", to=RECIPIENT, language="fr", dedupe_key="x", context=context
            )


async def test_letter_arrives_whole_in_its_language(database: Settings, plain: SmtpSettings, postbox: Postbox) -> None:
    outbox_id = await write()
    assert await deliver(outbox_id, smtp=plain) is None
    [letter] = postbox.letters
    assert (letter["From"], letter["To"]) == (SENDER, RECIPIENT)
    assert letter["Subject"] == "[Osler] Le dossier K7M29QXP vous est transmis"
    assert "L’équipe de Cabinet des Tilleuls demande votre avis" in letter.get_content()
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@cabinet.example>")
    assert await state_of(outbox_id) == "sent"


async def test_what_was_sent_is_erased(database: Settings, plain: SmtpSettings) -> None:
    outbox_id = await write()
    await deliver(outbox_id, smtp=plain)
    [row] = await rows("select recipient_enc, context_enc from notification_outbox")
    assert (row.recipient_enc, row.context_enc) == (None, None)


async def test_sent_letter_is_not_sent_again(database: Settings, plain: SmtpSettings, postbox: Postbox) -> None:
    outbox_id = await write()
    for _ in range(3):
        await deliver(outbox_id, smtp=plain)
    assert len(postbox.letters) == 1


async def test_racing_workers_send_one_letter(database: Settings, plain: SmtpSettings, postbox: Postbox) -> None:
    outbox_id = await write()
    await asyncio.gather(*(deliver(outbox_id, smtp=plain) for _ in range(8)))
    assert len(postbox.letters) == 1


async def test_refused_for_now_is_tried_again_with_growing_pauses(
    database: Settings, plain: SmtpSettings, postbox: Postbox
) -> None:
    postbox.replies = ["451 Greylisted, try later"] * 3
    pauses = []
    with clock.freeze(datetime(2031, 5, 1, 9, 0, tzinfo=UTC)):
        outbox_id = await write()
        while (pause := await deliver(outbox_id, smtp=plain)) is not None:
            pauses.append(pause)
            assert await deliver(outbox_id, smtp=plain) == pause + timedelta(seconds=1)  # Not due: look again later.
            clock.advance(pause)
    assert pauses == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert len(postbox.letters) == 1
    assert await state_of(outbox_id) == "sent"


async def test_refused_for_good_fails_and_says_so_without_words(
    database: Settings, plain: SmtpSettings, postbox: Postbox
) -> None:
    postbox.replies = [f"554 No thanks, {RECIPIENT}"]
    outbox_id = await write()
    assert await deliver(outbox_id, smtp=plain) is None
    [row] = await rows("select state, last_error from notification_outbox")
    assert tuple(row) == ("failed", "SMTPDataError 554")


async def test_unknown_recipient_fails_at_once(database: Settings, plain: SmtpSettings, postbox: Postbox) -> None:
    postbox.recipient_reply = "550 No such user"
    outbox_id = await write()
    assert await deliver(outbox_id, smtp=plain) is None
    assert await state_of(outbox_id) == "failed"


async def test_server_that_stays_away_is_given_up_in_the_end(database: Settings) -> None:
    gone = SmtpSettings(host="127.0.0.1", port=1, starttls=False, timeout_s=1)
    attempts = 0
    with clock.freeze(datetime(2031, 5, 1, 9, 0, tzinfo=UTC)):
        outbox_id = await write()
        while (pause := await deliver(outbox_id, smtp=gone)) is not None:
            attempts += 1
            assert pause <= timedelta(hours=1)
            clock.advance(pause)
    assert attempts == MAX_ATTEMPTS - 1
    assert await state_of(outbox_id) == "failed"


async def test_accepted_but_unheard_is_sent_again_under_the_same_id(
    database: Settings, plain: SmtpSettings, postbox: Postbox
) -> None:
    postbox.is_silent = True
    with clock.freeze(datetime(2031, 5, 1, 9, 0, tzinfo=UTC)):
        outbox_id = await write()
        pause = await deliver(outbox_id, smtp=plain)
        assert pause is not None
        postbox.is_silent = False
        clock.advance(pause)
        assert await deliver(outbox_id, smtp=plain) is None
    first, second = postbox.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


async def test_worker_killed_while_sending_is_replaced_after_its_lease(
    database: Settings, plain: SmtpSettings, postbox: Postbox
) -> None:
    with clock.freeze(datetime(2031, 5, 1, 9, 0, tzinfo=UTC)):
        outbox_id = await write()
        dead = await delivery._claim(outbox_id, smtp=plain)
        assert dead is not None
        assert await state_of(outbox_id) == "sending"
        assert await deliver(outbox_id, smtp=plain) == timedelta(seconds=2 * 3 + 5 + 1)
        assert postbox.letters == []
        clock.advance(timedelta(minutes=1))
        await deliver(outbox_id, smtp=plain)
        assert len(postbox.letters) == 1
        # The first worker was only asleep: it wakes up, and its outcome does not count any more.
        await delivery._finish(dead, state="queued", due_at=clock.now(), last_error="Asleep")
    assert await state_of(outbox_id) == "sent"


async def test_stranded_letters_are_found(database: Settings, plain: SmtpSettings) -> None:
    with clock.freeze(datetime(2031, 5, 1, 9, 0, tzinfo=UTC)):
        waiting, sending = await write("waiting"), await write("sending")
        await delivery._claim(sending, smtp=plain)
        async with db.transaction() as session:
            assert await stranded(session, for_longer_than=timedelta(minutes=2)) == []
        clock.advance(timedelta(minutes=5))
        async with db.transaction() as session:
            assert set(await stranded(session, for_longer_than=timedelta(minutes=2))) == {waiting, sending}


async def test_without_a_server_letters_are_set_aside_and_counted(database: Settings) -> None:
    outbox_id = await write()
    assert await deliver(outbox_id, smtp=SmtpSettings()) is None
    async with db.transaction() as session:
        counts = await notifications.outbox_counts(session)
    assert (counts.not_configured, counts.queued, counts.oldest_wait_s) == (1, 0, 0.0)


async def test_starttls_and_login(
    database: Settings, postbox: Postbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, context = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with mail_server(postbox, tls=context) as port:
        settings = SmtpSettings(
            host="localhost", port=port, sender=SENDER, username="osler", password=SecretStr("seaweed"), timeout_s=5
        )
        outbox_id = await write()
        await deliver(outbox_id, smtp=settings)
    assert await state_of(outbox_id) == "sent"
    assert postbox.encrypted == [True]
    assert postbox.logins == [(b"osler", b"seaweed")]


@pytest.mark.parametrize("is_trusted", [True, False])
async def test_certificate_that_does_not_fit_stops_the_letter(
    database: Settings, postbox: Postbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    certificate, context = make_certificate(tmp_path, name="elsewhere.example" if is_trusted else "localhost")
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with mail_server(postbox, tls=context) as port:
        settings = SmtpSettings(host="localhost", port=port, sender=SENDER, timeout_s=5)
        outbox_id = await write()
        assert await deliver(outbox_id, smtp=settings) is not None
    assert postbox.letters == []
    assert await state_of(outbox_id) == "queued"


async def test_server_without_starttls_gets_no_letter(
    database: Settings, plain: SmtpSettings, postbox: Postbox
) -> None:
    outbox_id = await write()
    assert await deliver(outbox_id, smtp=plain.model_copy(update={"starttls": True})) is not None
    assert postbox.letters == []


async def test_password_is_not_sent_over_a_plain_line(
    database: Settings, plain: SmtpSettings, postbox: Postbox
) -> None:
    outbox_id = await write()
    login = {"username": "osler", "password": SecretStr("seaweed")}
    assert await deliver(outbox_id, smtp=plain.model_copy(update=login)) is not None
    assert (postbox.letters, postbox.logins) == ([], [])


async def test_letter_that_cannot_be_opened_fails_once_and_for_all(database: Settings, plain: SmtpSettings) -> None:
    outbox_id = await write()
    async with db.transaction() as session:
        await session.execute(sa.text("update notification_outbox set context_enc = recipient_enc"))
    assert await deliver(outbox_id, smtp=plain) is None
    [row] = await rows("select state, last_error from notification_outbox")
    assert tuple(row) == ("failed", "Unreadable")


async def test_letter_whose_workers_always_die_is_given_up(
    database: Settings, plain: SmtpSettings, postbox: Postbox
) -> None:
    with clock.freeze(datetime(2031, 5, 1, 9, 0, tzinfo=UTC)):
        outbox_id = await write()
        for _ in range(MAX_ATTEMPTS):
            assert await delivery._claim(outbox_id, smtp=plain) is not None
            clock.advance(timedelta(minutes=1))
        assert await deliver(outbox_id, smtp=plain) is None
    assert await state_of(outbox_id) == "failed"
    assert postbox.letters == []


async def test_address_is_nowhere_in_clear(database: Settings) -> None:
    await write()
    for table in ("notification_outbox", "job"):
        for (row,) in await rows(f"select t::text from {table} t"):
            for form in (RECIPIENT, RECIPIENT.encode().hex(), "Tilleuls", b"https://osler.example".hex()):
                assert form not in row


def test_templates_agree_between_languages_and_hold_no_clinical_word() -> None:
    forbidden = "patient patiente urgence emergency symptom douleur pain diagnos médecin doctor nom name".split()
    for name, letters in templates.TEMPLATES.items():
        assert letters.keys() == set(templates.LANGUAGES), name
        assert letters["fr"].fields == letters["en"].fields, name
        assert not letters["fr"].fields & {"name", "patient", "urgency", "complaint"}
        for letter in letters.values():
            words = f"{letter.subject} {letter.body}".casefold().split()
            assert not [word for word in words if word.strip(".,:;!?()") in forbidden], name


def test_message_id_depends_on_the_key_alone() -> None:
    def message_id(key: str, subject: str) -> str:
        mail = smtp.Mail(key, RECIPIENT, subject, "…", datetime(2031, 5, 1, tzinfo=UTC))
        return str(smtp.compose(mail, sender=SENDER)["Message-ID"])

    assert message_id("a", "one") == message_id("a", "two")
    assert message_id("a", "one") != message_id("b", "one")

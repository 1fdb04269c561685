"""The way in and the way out of a conversation: consent and start, sending the report, closing."""

from uuid import UUID

from osler import conversations, identity, patients, triage
from osler.assistant import access, consent_text
from osler.assistant.output_filter import passed
from osler.assistant.schemas import ConsentIn, ContactIn, ConversationIn
from osler.assistant.scripts import greeting, say, setting_of
from osler.conversations import Conversation
from osler.core import audit
from osler.core.auth import Actor, Kind
from osler.core.db import Session
from osler.core.errors import Problem


class ConsentOutdated(Problem):
    status = 409
    title = "The consent text has changed; please read it again"


class ContactRequired(Problem):
    status = 422
    title = "A name and a telephone number or an e-mail address are needed to send the report"


class NotForStaff(Problem):
    status = 403
    title = "Staff accounts cannot write as a patient; please sign out first"


def front_desk_consent(language: str, country: str) -> consent_text.ConsentText:
    """Return the text to agree to, with the country's ambulance number."""
    card = triage.emergency_card(lang=language, country=country)
    return consent_text.consent_text(language, ambulance=card.primary.number)


async def start(session: Session, *, actor: Actor, form: ConversationIn) -> Conversation:
    """Record the consent, open a conversation and greet. Raises `ConsentOutdated`, `NotForStaff`."""
    if actor.kind is Kind.STAFF or actor.id is None:
        raise NotForStaff
    practice = await identity.get_practice(session)
    if form.consent.version != consent_text.VERSION:
        raise ConsentOutdated(version=consent_text.VERSION)
    patient_id = await _patient_of(session, actor, form)
    consent_id = await _record_consent(session, patient_id, form.consent, form.language, practice.country)
    conversation = await conversations.start(
        session,
        patient_id=patient_id,
        owner_id=actor.id,
        consent_id=consent_id,
        data_key_id=await patients.data_key_id(session, patient_id),
        language=form.language,
    )
    setting = setting_of(practice, language=form.language)
    hello = passed(greeting(setting), otherwise=say("blocked", setting), conversation_id=conversation.id)
    await conversations.append_to(session, conversation, role="assistant", kind="text", text=hello)
    await audit.record(
        session,
        actor=actor,
        action="conversation:start",
        resource=("Conversation", conversation.id),
        patient_id=patient_id,
        details={"consent_version": consent_text.VERSION, "given_by": form.consent.adult_or_guardian},
    )
    return await conversations.get(session, conversation.id)


async def _patient_of(session: Session, actor: Actor, form: ConversationIn) -> UUID:
    """Return whom the conversation is about: the account's own record, or somebody nobody has named yet."""
    if actor.kind is not Kind.PATIENT or actor.id is None or form.consent.adult_or_guardian == "guardian":
        return await patients.create_provisional(session, language=form.language)
    known = await patients.find_by_user(session, actor.id)
    if known is not None:
        return known
    patient_id = await patients.create_provisional(session, language=form.language)
    await patients.link_user(session, patient_id=patient_id, user_id=actor.id)
    return patient_id


async def _record_consent(session: Session, patient_id: UUID, consent: ConsentIn, language: str, country: str) -> UUID:
    return await patients.record_consent(
        session,
        patient_id=patient_id,
        purpose=consent_text.PURPOSE,
        text_version=consent_text.VERSION,
        text=front_desk_consent(language, country).as_stored,
        language=language,
        given_by=consent.adult_or_guardian,
    )


async def submit(session: Session, *, actor: Actor, conversation_id: UUID, contact: ContactIn | None) -> Conversation:
    """Send the report to the nurses, with who is asking; sending it again changes nothing.

    Raises: `ConversationNotFound`, `ContactRequired`, `triage.ReportNotReady`, `triage.ReportClosed` and the problems
    of `patients.identify`.
    """
    conversation = await conversations.lock(session, conversation_id)
    access.require(actor, conversation, "report:submit")
    practice = await identity.get_practice(session)
    before = await triage.report_of_conversation(session, conversation_id)
    if before is not None and before.is_sent:
        return conversation
    await _identify(session, actor, conversation, contact, country=practice.country)
    await triage.submit(session, conversation_id=conversation_id, actor=actor)
    if not conversation.is_closed:
        setting = setting_of(practice, language=conversation.language)
        await conversations.append_to(
            session,
            conversation,
            role="system",
            kind="notice",
            text=passed(say("sent", setting), otherwise=say("blocked", setting), conversation_id=conversation_id),
            meta={"script": "sent"},
        )
    return await conversations.get(session, conversation_id)


async def _identify(
    session: Session, actor: Actor, conversation: Conversation, contact: ContactIn | None, *, country: str
) -> None:
    if contact is not None:
        await patients.identify(
            session,
            conversation.patient_id,
            identity=patients.Identity(
                name=contact.name, birth_date=contact.birth_date, phone=contact.phone, email=contact.email
            ),
            country=country,
        )
        return
    known = await patients.get_summary(session, conversation.patient_id)
    if known.display_name is not None:
        return
    if actor.kind is not Kind.PATIENT or actor.id is None or known.user_id != actor.id:
        raise ContactRequired
    account = (await identity.summaries(session, [actor.id]))[actor.id]
    await patients.identify(
        session, conversation.patient_id, identity=patients.Identity(name=account.display_name), country=country
    )


async def close(session: Session, *, actor: Actor, conversation_id: UUID) -> Conversation:
    """Close a conversation for good. Raises `ConversationNotFound`."""
    conversation = await conversations.lock(session, conversation_id)
    access.require(actor, conversation, "conversation:write")
    if conversation.is_closed:
        return conversation
    closed = await conversations.close(session, conversation_id)
    await triage.close_draft(session, conversation_id=conversation_id)
    await audit.record(
        session,
        actor=actor,
        action="conversation:close",
        resource=("Conversation", conversation_id),
        patient_id=conversation.patient_id,
    )
    return closed

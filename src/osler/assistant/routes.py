"""HTTP: the front desk, conversations, messages, the patient's own report; and the two live channels."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.websockets import WebSocket

from osler import conversations, identity, triage
from osler.assistant import access, event_stream, intake, messages, rate_limits, snapshot
from osler.assistant.emergencies import card_json
from osler.assistant.intake import ConsentOutdated, ContactRequired, NotForStaff
from osler.assistant.problem_texts import language_of, localised
from osler.assistant.realtime import converse
from osler.assistant.schemas import (
    ConsentTextOut,
    ConversationIn,
    ConversationItem,
    ConversationList,
    ConversationState,
    EmergencyOut,
    FrontDeskOut,
    Language,
    MessageIn,
    MessagePage,
    NumberOut,
    PatientReportOut,
    PracticeOut,
    SentOut,
    StartedOut,
    SubmitIn,
)
from osler.conversations import (
    ClientMessageIdReused,
    ConversationClosed,
    ConversationFull,
    ConversationNotFound,
    TextNotReadable,
    TextTooLong,
)
from osler.core.errors import Problem, TooManyRequests
from osler.core.http import ActorDep, Public, Requires, SessionDep, create_router, csrf_token, problems

router = create_router("assistant")


# First, because routes are matched in order and this one is asked most.
@router.post(
    "/conversations/{conversation_id}/messages",
    status_code=201,
    response_model=SentOut,
    dependencies=[Requires("conversation:write")],
    responses=problems(
        ConversationNotFound,
        ConversationClosed,
        ConversationFull,
        ClientMessageIdReused,
        TextTooLong,
        TextNotReadable,
        TooManyRequests,
    ),
)
async def send_message(
    request: Request, session: SessionDep, actor: ActorDep, conversation_id: UUID, form: MessageIn
) -> Response:
    try:
        sent = await messages.send(
            session,
            actor=actor,
            conversation_id=conversation_id,
            client_msg_id=form.client_msg_id,
            text=form.text,
            is_over_rate=not rate_limits.messages.take(str(actor.session_id)),
        )
    except Problem as problem:
        raise localised(problem, language_of(request)) from problem
    # Built by hand: the hottest answer of all is not validated twice.
    body = orjson.dumps(
        {
            "id": str(sent.ref.id),
            "seq": sent.ref.seq,
            "client_msg_id": str(form.client_msg_id),
            "level": sent.level,
            "replay": sent.ref.is_replay,
            "emergency": None if sent.emergency is None else card_json(sent.emergency),
        }
    )
    return Response(body, 201, media_type="application/json")


@router.get("/front-desk", dependencies=[Public("A visitor reads what this is before anything is stored.")])
async def get_front_desk(session: SessionDep, lang: Annotated[Language | None, Query()] = None) -> FrontDeskOut:
    practice = await identity.get_practice(session)
    language: Language = lang or ("en" if practice.default_language == "en" else "fr")
    card = triage.emergency_card(lang=language, country=practice.country)
    consent = intake.front_desk_consent(language, practice.country)
    return FrontDeskOut(
        language=language,
        languages=[known for known in ("fr", "en") if known in practice.languages],
        practice=PracticeOut(name=practice.name, country=practice.country, phone=practice.phone, tzid=practice.tzid),
        emergency=EmergencyOut.model_validate(card_json(card)),
        emergency_numbers=[
            NumberOut(number=line.number, label=line.label, how=line.how)
            for line in triage.emergency_numbers(practice.country, language)
        ],
        consent=ConsentTextOut.model_validate(consent, from_attributes=True),
    )


@router.post(
    "/conversations",
    status_code=201,
    dependencies=[Public("A visitor may ask for help without an account; consent comes first.")],
    responses=problems(ConsentOutdated, NotForStaff, TooManyRequests),
)
async def start_conversation(
    request: Request, response: Response, session: SessionDep, actor: ActorDep, form: ConversationIn
) -> StartedOut:
    if not rate_limits.starts.take(actor.address or ""):
        raise TooManyRequests
    if actor.id is None:
        actor, cookie = await identity.start_visitor_session(session, request)
        identity.set_session_cookie(response, cookie, request.app.state.settings)
    conversation = await intake.start(session, actor=actor, form=form)
    said = await conversations.list_messages(session, conversation.id)
    return StartedOut(
        id=conversation.id,
        state=await snapshot.state_of(session, conversation),
        messages=[snapshot.message_out(message) for message in said],
        csrf_token=csrf_token(actor) or "",
    )


@router.get("/conversations", dependencies=[Requires("conversation:read")])
async def list_conversations(session: SessionDep, actor: ActorDep) -> ConversationList:
    """The caller's own conversations, newest first."""
    own = [] if actor.id is None else await conversations.list_for_owner(session, actor.id)
    return ConversationList(
        conversations=[
            ConversationItem.model_validate(
                {
                    "id": conversation.id,
                    "language": conversation.language,
                    "status": conversation.status,
                    "last_seq": conversation.last_seq,
                    "created_at": conversation.created_at,
                    "last_message_at": conversation.last_message_at,
                    "report": snapshot.report_out(await triage.report_of_conversation(session, conversation.id)),
                }
            )
            for conversation in own
        ]
    )


@router.get(
    "/conversations/{conversation_id}",
    dependencies=[Requires("conversation:read")],
    responses=problems(ConversationNotFound),
)
async def get_conversation(session: SessionDep, actor: ActorDep, conversation_id: UUID) -> ConversationState:
    conversation = await access.open_for_reading(session, actor, conversation_id)
    return await snapshot.state_of(session, conversation)


@router.get(
    "/conversations/{conversation_id}/messages",
    dependencies=[Requires("conversation:read")],
    responses=problems(ConversationNotFound),
)
async def list_messages(
    session: SessionDep,
    actor: ActorDep,
    conversation_id: UUID,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
) -> MessagePage:
    conversation = await access.open_for_reading(session, actor, conversation_id)
    said = await conversations.list_messages(session, conversation_id, after=after, limit=limit)
    return MessagePage(
        items=[snapshot.message_out(message) for message in said],
        last_seq=max(conversation.last_seq, said[-1].seq if said else 0),
    )


@router.post(
    "/conversations/{conversation_id}/submit",
    dependencies=[Requires("report:submit")],
    responses=problems(ConversationNotFound, ContactRequired, triage.ReportNotReady, triage.ReportClosed),
)
async def submit_report(
    session: SessionDep, actor: ActorDep, conversation_id: UUID, form: SubmitIn
) -> ConversationState:
    conversation = await intake.submit(session, actor=actor, conversation_id=conversation_id, contact=form.contact)
    return await snapshot.state_of(session, conversation)


@router.post(
    "/conversations/{conversation_id}/close",
    dependencies=[Requires("conversation:write")],
    responses=problems(ConversationNotFound),
)
async def close_conversation(session: SessionDep, actor: ActorDep, conversation_id: UUID) -> ConversationState:
    conversation = await intake.close(session, actor=actor, conversation_id=conversation_id)
    return await snapshot.state_of(session, conversation)


@router.get(
    "/conversations/{conversation_id}/report",
    dependencies=[Requires("report:read_own")],
    responses=problems(ConversationNotFound),
)
async def get_own_report(session: SessionDep, actor: ActorDep, conversation_id: UUID) -> PatientReportOut:
    """What was understood so far, in the patient's own words."""
    conversation = await access.open_for_reading(session, actor, conversation_id, action="report:read_own")
    state = await snapshot.state_of(session, conversation)
    return PatientReportOut(report=state.report, emergency=state.emergency, understood=state.understood)


@router.get(
    "/conversations/{conversation_id}/events",
    dependencies=[Requires("conversation:join")],
    responses=problems(ConversationNotFound, TooManyRequests),
    response_class=StreamingResponse,
)
async def stream_conversation(
    request: Request,
    session: SessionDep,
    actor: ActorDep,
    conversation_id: UUID,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> StreamingResponse:
    """Server-sent events: `state` and `message`; `Last-Event-ID` or `after` resumes."""
    await access.open_for_reading(session, actor, conversation_id, action="conversation:join")
    return event_stream.respond(request, actor=actor, conversation_id=conversation_id, after=after)


@router.websocket("/conversations/{conversation_id}/live", dependencies=[Public("The handshake checks the session.")])
async def live_conversation(websocket: WebSocket, conversation_id: str) -> None:
    await converse(websocket, conversation_id)

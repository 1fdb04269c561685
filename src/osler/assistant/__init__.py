"""Who answers what: the front desk, the send path, the assistant's turn, its fixed words, and the live channels."""

from osler.assistant.consent_text import VERSION as CONSENT_VERSION
from osler.assistant.intake import start, submit
from osler.assistant.messages import Sent, send
from osler.assistant.schemas import ConsentIn, ContactIn, ConversationIn
from osler.assistant.tasks import process_turn

__all__ = [
    "CONSENT_VERSION",
    "ConsentIn",
    "ContactIn",
    "ConversationIn",
    "Sent",
    "process_turn",
    "send",
    "start",
    "submit",
]

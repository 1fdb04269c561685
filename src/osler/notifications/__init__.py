"""Letters that leave the house: an outbox in the causing transaction, fixed templates, and one e-mail per key."""

from osler.notifications.delivery import OutboxCounts, outbox_counts
from osler.notifications.outbox import send_email

__all__ = ["OutboxCounts", "outbox_counts", "send_email"]

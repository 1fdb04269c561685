"""Problems (RFC 9457): what a caller can act on. Anything else that goes wrong is a bug and answers 500 with an id."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar


class Problem(Exception):
    """A named refusal. Subclass it per cause; clients switch on `type`, never on the text.

    `detail` is for a person and never repeats what the caller sent. Extra members must be ids, counts or codes.
    """

    status: ClassVar[int] = 400
    title: ClassVar[str] = "The request could not be carried out"
    retry_after_s: int | None = None

    def __init__(self, detail: str | None = None, **members: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.members: Mapping[str, Any] = members

    @classmethod
    def type_uri(cls) -> str:
        """Return `/problems/<class-name-in-kebab-case>`."""
        return "/problems/" + re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def to_dict(self) -> dict[str, Any]:
        body: dict[str, Any] = {"type": self.type_uri(), "title": self.title, "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        return body | dict(self.members)


class InvalidRequest(Problem):
    status = 422
    title = "Some fields are missing or malformed"


class MalformedBody(Problem):
    status = 400
    title = "The request body could not be read"


class NotFound(Problem):
    status = 404
    title = "Not found"


class MethodNotAllowed(Problem):
    status = 405
    title = "This address does not accept that method"


class NotSignedIn(Problem):
    status = 401
    title = "Please sign in"


class Forbidden(Problem):
    status = 403
    title = "You may not do this"


class StepUpRequired(Problem):
    status = 403
    title = "A second factor is required"


class CrossSiteRequest(Problem):
    status = 403
    title = "This request did not come from the application"


class BodyTooLarge(Problem):
    status = 413
    title = "The request is too large"


class UnsupportedMediaType(Problem):
    status = 415
    title = "Send JSON (application/json)"


class RequestTimeout(Problem):
    status = 408
    title = "The request took too long to arrive"


class TooManyRequests(Problem):
    status = 429
    title = "Too many requests; please wait a moment"


class Conflict(Problem):
    status = 409
    title = "Somebody changed this in the meantime"


class Busy(Problem):
    """Overload or a lost connection to the database; the same request may be sent again."""

    status = 503
    title = "The service is busy; please try again"
    retry_after_s = 2

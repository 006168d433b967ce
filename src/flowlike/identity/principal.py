"""Who asks: a small value that every check looks at. Spec: api-and-security, section 1."""

from typing import Literal

import msgspec

PrincipalKind = Literal["user", "pat", "key", "run", "executor", "sink", "anonymous"]


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, as one credential showed it.

    Attributes:
        kind: what the credential was.
        sub: the user's id; empty for those who are nobody in particular.
        app_id: the app that ``mask`` counts in.
        mask: bits of the role in that app; None for those who are no member of it.
        run_id: for a run's own token, the run; likewise ``board_id`` and ``epoch``.
        auth_time: when the person last proved who they are, in microseconds UTC.
        session_id: the session the request came with.
    """

    kind: PrincipalKind
    sub: str = ""
    app_id: str = ""
    mask: int | None = None
    run_id: str = ""
    board_id: str = ""
    epoch: int = 0
    auth_time: int = 0
    session_id: str = ""

    def within(self, app_id: str, mask: int | None) -> "Principal":
        """The same person as a member of an app; ``mask`` None if they are none."""
        return msgspec.structs.replace(self, app_id=app_id, mask=mask)


ANONYMOUS = Principal(kind="anonymous")
"""Who shows no credential. A wrong one is refused, never anonymous."""

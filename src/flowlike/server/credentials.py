"""From the head of a request to who asks.

A bad credential is refused, never anonymous, and two are refused too. On plain http a session
travels in a header only, since cookies ignore ports (threat 80); over https it is a cookie that
counts for other than reading only with our Origin and a token (threat 46). Spec: api-and-security,
sections 1 and 1.3.
"""

from flowlike.errors import AccessError
from flowlike.identity.local import Identity
from flowlike.identity.principal import ANONYMOUS, Principal
from flowlike.identity.sessions import Carrier
from flowlike.server.facts import SAFE, Facts
from flowlike.server.options import ServerOptions
from flowlike.server.rates import Bucket, too_many
from flowlike.server.refusal import Kind, Refusal, unauthenticated

COOKIE = "__Host-flowlike"
_SESSION = "ses_"
_SHOWN = frozenset({b"authorization", b"x-api-key"})


class Credentials:
    """Reads credentials.

    Args:
        failures: counts bad ones by network.
    """

    def __init__(self, options: ServerOptions, identity: Identity, failures: Bucket) -> None:
        self._options = options
        self._identity = identity
        self._failures = failures

    async def principal(self, facts: Facts, method: str, *, ambient: bool = True) -> Principal:
        """Who asks. Raises Refusal (400, 401, 403, 429).

        Args:
            ambient: whether a cookie counts. It does not where nobody needs to be anybody, so that
                an old cookie does not keep its owner from signing in.
        """
        if not ambient and _SHOWN.isdisjoint(facts.fields):
            return ANONYMOUS
        shown = facts.field(b"authorization")
        key = facts.field(b"x-api-key")
        cookie = self.cookie(facts) if ambient else ""
        if sum(map(bool, (shown, key, cookie))) > 1:
            raise Refusal(
                Kind.BAD_REQUEST,
                "The request shows two credentials.",
                code="request.two-credentials",
                remedy="Send one.",
            )
        if cookie:
            return await self._by_cookie(cookie, facts, method)
        if not (shown or key):
            return ANONYMOUS
        scheme, _, token = shown.partition(" ")
        if scheme.lower() != "bearer" or not token.startswith(_SESSION):
            raise self._bad(facts)
        return await self._session(token, "header", facts)

    def cookie(self, facts: Facts) -> str:
        """The session in the cookie; empty where sessions are no cookies."""
        if not self._options.secure:
            return ""
        found = [
            value
            for name, _, value in (
                pair.strip().partition("=") for pair in facts.field(b"cookie").split(";")
            )
            if name == COOKIE
        ]
        if len(found) > 1:
            raise Refusal(Kind.BAD_REQUEST, "The session cookie stands there twice.")
        return found[0] if found else ""

    async def _by_cookie(self, cookie: str, facts: Facts, method: str) -> Principal:
        principal = await self._session(cookie, "cookie", facts)
        if method in SAFE:
            return principal
        if not (is_ours(facts, self._options) or facts.field(b"sec-fetch-site") == "same-origin"):
            raise foreign()
        try:
            self._identity.check_csrf(principal.session_id, facts.field(b"x-csrf-token"))
        except AccessError as error:
            raise Refusal(
                Kind.FORBIDDEN,
                "The request lacks the token that shows that our page sent it.",
                code="request.csrf",
                remedy="Send X-CSRF-Token as GET /api/v1/auth/session gives it.",
            ) from error
        return principal

    async def _session(self, token: str, carrier: Carrier, facts: Facts) -> Principal:
        try:
            found = await self._identity.resolve(token, carrier)
        except AccessError as error:
            raise self._bad(facts) from error
        facts.session = found
        return found.principal

    def _bad(self, facts: Facts) -> Refusal:
        seconds = self._failures.wait(facts.network)
        if seconds:
            return too_many(seconds)
        return unauthenticated("The credential is not valid, or not any more.")


def is_ours(facts: Facts, options: ServerOptions) -> bool:
    """Whether the page that sent the request is one of ours."""
    origin = facts.field(b"origin")
    return bool(origin) and (origin == facts.origin or origin in options.origins)


def refuse_foreign(facts: Facts, options: ServerOptions) -> None:
    """Refuses (403) what a foreign page sends. Programs send no Origin."""
    origin, site = facts.field(b"origin"), facts.field(b"sec-fetch-site")
    if (origin and not is_ours(facts, options)) or site in {"cross-site", "same-site"}:
        raise foreign()


def foreign() -> Refusal:
    """The refusal of a foreign page."""
    return Refusal(
        Kind.FORBIDDEN,
        "A page of another origin may not do this.",
        code="request.foreign-origin",
        remedy="Call from the server's own page, or from a program.",
    )

"""The headers of every answer. Spec: api-and-security, section 3; editor, section 5."""

Headers = tuple[tuple[bytes, bytes], ...]

HSTS = (b"strict-transport-security", b"max-age=31536000")
NO_STORE = (b"cache-control", b"no-store")

COMMON: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)

API: Headers = (
    *COMMON,
    NO_STORE,
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)

PAGE: Headers = (
    *COMMON,
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (
        b"content-security-policy",
        (
            b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
            b"font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
            b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
    ),
)

EVENT: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    # Whatever a board answers, a browser treats as a page of an origin of its own, without script.
    (
        b"content-security-policy",
        (
            b"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
            b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
    ),
)


def merged(own: Headers, given: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers a part of the server gives, and ours in place of those it gives too."""
    names = {name for name, _ in own}
    return [*own, *(each for each in given if each[0].lower() not in names)]

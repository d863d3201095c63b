"""Who may see a page that is behind a token: a header for programs, a cookie for browsers."""

import hmac
from hashlib import sha256

from fastapi import Request, Response

COOKIE = "pointsman"
DAYS = 30


class Guard:
    """`token` None lets everybody in. The cookie holds a digest: who reads it has the page, and not the token."""

    def __init__(self, token: str | None) -> None:
        self._token = token
        self._digest = hmac.new((token or "").encode(), b"status page", sha256).hexdigest()

    def admits(self, request: Request) -> bool:
        if self._token is None:
            return True
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.is_token(given):
            return True
        return _same(request.cookies.get(COOKIE, ""), self._digest)

    def is_token(self, given: str) -> bool:
        return self._token is not None and _same(given.strip(), self._token)

    def remember(self, response: Response, request: Request) -> None:
        """Lets this browser in from now on."""
        secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
        response.set_cookie(
            COOKIE, self._digest, max_age=DAYS * 86400, httponly=True, samesite="lax", secure=secure, path="/"
        )


def _same(given: str, wanted: str) -> bool:
    """In the same time whatever differs."""
    return hmac.compare_digest(given.encode(), wanted.encode())

"""What libcurl is told of a question that is more than a GET of an address."""

from collections.abc import Iterator, Mapping
from typing import Any

import pycurl

from bot.questions.request import PLAIN, Request, filled


def dress(request: Request, url: str, secrets: Mapping[str, str]) -> Iterator[tuple[int, Any]]:
    """Options beyond the usual ones. Raises SecretUnset for a header whose secret there is not."""
    if request == PLAIN:
        return
    yield from _method(request)
    headers = [f"{name}: {filled(value, secrets, request.account)}" for name, value in request.headers]
    if request.data:
        headers += ["Expect:"]  # the body goes along at once, without asking first
    if headers:
        yield pycurl.HTTPHEADER, [header.encode() for header in headers]
    if request.follow:
        yield pycurl.FOLLOWLOCATION, 1
        yield pycurl.MAXREDIRS, request.follow
    if not request.verify:
        yield pycurl.SSL_VERIFYPEER, 0
        yield pycurl.SSL_VERIFYHOST, 0
    if request.http2:
        yield pycurl.HTTP_VERSION, _version(url)


def _method(request: Request) -> Iterator[tuple[int, Any]]:
    if request.data:
        yield pycurl.POSTFIELDS, request.data.encode()
    if request.method == "HEAD":
        yield pycurl.NOBODY, 1
    elif request.method != ("POST" if request.data else "GET"):
        yield pycurl.CUSTOMREQUEST, request.method


def _version(url: str) -> int:
    """Over TLS it is agreed upon; without, it is simply spoken."""
    over_tls = url.lower().startswith("https:")
    return int(pycurl.CURL_HTTP_VERSION_2TLS if over_tls else pycurl.CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE)

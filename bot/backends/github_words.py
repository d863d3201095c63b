"""What GitHub's API says instead of an answer, as errors with the way out. The token is in none of them."""

import json
from contextlib import suppress
from email.utils import parsedate_to_datetime

import requests

from bot.errors import ChecksAway, ChecksBusy, ChecksError, ChecksRefused
from bot.secrecy import MASK, shortened

LONGEST = 160  # characters of the server's own words
DEFAULT_WAIT = 60.0  # seconds: what GitHub asks for where it names no time
LONGEST_WAIT = 3600.0
LIMITED = "rate limit"


def refused(host: str, answer: requests.Response, body: bytes, token: str | None, now: float) -> ChecksError:
    """Any status but 200, 304 and 404; `now` in seconds since 1970."""
    said, status = _own_words(body, token), answer.status_code
    told = f"{host} answered {status}{f' ({said})' if said else ''}"
    if status == 429 or (status == 403 and _limited(answer, said)):
        wait = _wait(answer, now)
        hint = "" if token else "; with GITHUB_TOKEN it may be asked more often"
        return ChecksBusy(f"{host} was asked too often, and may be asked again in {wait:.0f} s{hint}", wait)
    if status >= 500 or status == 408:
        return ChecksAway(told)
    if status == 401:
        return ChecksRefused(f"{told}: GITHUB_TOKEN is not accepted, make a new one")
    if status == 403:
        way = "GITHUB_TOKEN must be one that may read checks and commit statuses" if token else "set GITHUB_TOKEN"
        return ChecksRefused(f"{told}: {way}")
    if status == 422:
        return ChecksRefused(f"{told}: push the commit there first")
    return ChecksRefused(f"{told}: look at GITHUB_API_URL")


def not_found(host: str, what: str, token: str | None) -> ChecksError:
    """404, which GitHub also says of what one may not see."""
    way = "GITHUB_TOKEN may not read it" if token else "it is private, which needs GITHUB_TOKEN"
    return ChecksRefused(f"{host} knows no {what}: it is not there, or {way}")


def unreachable(host: str, error: Exception) -> str:
    """Why no answer came, without the address that libraries put into their words."""
    if isinstance(error, requests.exceptions.SSLError):
        return f"{host} cannot be trusted: its certificate does not fit"
    if isinstance(error, requests.exceptions.ProxyError):
        return f"{host} cannot be reached through the proxy of HTTPS_PROXY"
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return f"{host} cannot be reached: no connection in time"
    if isinstance(error, requests.exceptions.Timeout) or "timed out" in str(error):
        return f"{host} did not answer in time"
    if isinstance(error, requests.exceptions.ConnectionError) and "Remote" not in str(error):
        return f"{host} cannot be reached"
    return f"{host} broke the connection in the middle of its answer"


def _own_words(body: bytes, token: str | None) -> str:
    """The `message` of an error in JSON, as one short line."""
    with suppress(ValueError, RecursionError):
        found = json.loads(body)
        said = found.get("message") if isinstance(found, dict) else None
        if isinstance(said, str):
            line = " ".join("".join(sign if sign.isprintable() else " " for sign in said).split())
            return shortened(line.replace(token, MASK) if token else line, LONGEST)
    return ""


def _limited(answer: requests.Response, said: str) -> bool:
    spent = answer.headers.get("X-RateLimit-Remaining") == "0"
    return spent or "Retry-After" in answer.headers or LIMITED in said.lower()


def _wait(answer: requests.Response, now: float) -> float:
    """Seconds: Retry-After as a number or a date, else the moment at which the limit begins anew."""
    asked, reset = answer.headers.get("Retry-After", ""), answer.headers.get("X-RateLimit-Reset", "")
    seconds = DEFAULT_WAIT
    if asked.isascii() and asked.isdigit():
        seconds = float(asked)
    elif asked:
        with suppress(ValueError):
            seconds = parsedate_to_datetime(asked).timestamp() - now
    elif answer.headers.get("X-RateLimit-Remaining") == "0" and reset.isascii() and reset.isdigit():
        seconds = float(reset) - now
    return min(max(seconds, 1.0), LONGEST_WAIT)

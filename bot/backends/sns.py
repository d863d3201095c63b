"""The two calls that SNS's messages ask for: its certificate, and the confirmation of a subscription."""

import requests

PATIENCE = (5.0, 10.0)  # seconds to connect, and for each answer
LARGEST = 64 * 1024  # bytes


class SnsCalls:
    """Only addresses that plan/sns.py has found to be SNS's are asked; no redirect is followed."""

    def __init__(self, session: requests.Session | None = None) -> None:
        self._session = session or requests.Session()

    def get(self, url: str) -> bytes | None:
        """The answer; None when it is no 200, too large, or does not come."""
        try:
            with self._session.get(url, timeout=PATIENCE, allow_redirects=False, stream=True) as answer:
                if answer.status_code != 200:
                    return None
                body: bytes = answer.raw.read(LARGEST + 1, decode_content=True)
        except (requests.RequestException, OSError):
            return None
        return body if len(body) <= LARGEST else None

    def close(self) -> None:
        self._session.close()

"""Images in any registry that speaks the v2 API (Docker Hub, GHCR, GitLab, Harbor, …), asked without a login."""

import re
from urllib.parse import urlsplit

import requests
import structlog

from bot.backends.image_names import near, whole
from bot.errors import RefUnknown, RepositoryUnreachable
from bot.model import DIGEST, Release

log = structlog.get_logger(__name__)

PATIENCE = (3.0, 10.0)  # seconds to connect, and until it answers
KINDS = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
"""An index goes before: the same digest on every kind of machine."""
CHALLENGE = re.compile(r'(\w+)="([^"]*)"')
HERE = ("localhost", "127.0.0.1", "[::1]")
LATEST = "latest"


class RegistryV2:
    def __init__(self) -> None:
        self._session = requests.Session()

    def resolve(self, image: str, ref: str | None) -> Release:
        """A tag or a whole digest; None is the tag `latest`, since a registry does not say what is newest. Raises
        RefUnknown, RepositoryUnreachable.
        """
        wanted = ref or LATEST
        if wanted.startswith(DIGEST) and not whole(wanted):
            raise RefUnknown(wanted, ("the whole digest: sha256: and 64 digits",))
        address = _address(image)
        answer = self._ask("HEAD", f"{address}/manifests/{wanted}", image)
        if answer.status_code == 404:
            raise RefUnknown(wanted, near(wanted, self._tags(address, image)))
        digest = answer.headers.get("Docker-Content-Digest", "")
        if not answer.ok or not whole(digest):
            raise RepositoryUnreachable(f"{image}: the registry answered {answer.status_code} without a digest")
        return Release(digest, wanted)

    def close(self) -> None:
        self._session.close()

    def _tags(self, address: str, image: str) -> list[str]:
        """For hints only."""
        answer = self._ask("GET", f"{address}/tags/list", image)
        if not answer.ok:
            return []
        try:
            return [str(tag) for tag in answer.json().get("tags") or ()]
        except (ValueError, AttributeError):
            return []

    def _ask(self, method: str, url: str, image: str) -> requests.Response:
        """With a token where the registry asks for one, as it does of everybody."""
        try:
            answer = self._send(method, url, "")
            if answer.status_code == 401 and (token := self._token(answer.headers.get("WWW-Authenticate", ""))):
                answer = self._send(method, url, token)
        except requests.RequestException as error:
            raise RepositoryUnreachable(f"{image}: {type(error).__name__}: no answer from the registry") from error
        if answer.status_code in (401, 403):
            raise RepositoryUnreachable(f"{image}: the registry wants a login, and the bot asks without one")
        return answer

    def _send(self, method: str, url: str, token: str) -> requests.Response:
        headers = {"Accept": KINDS} | ({"Authorization": f"Bearer {token}"} if token else {})
        return self._session.request(method, url, headers=headers, timeout=PATIENCE)

    def _token(self, challenge: str) -> str:
        """Empty where there is none to be had; asked for only over https, or on this machine."""
        asked = dict(CHALLENGE.findall(challenge))
        realm = asked.pop("realm", "")
        place = urlsplit(realm)
        if not challenge.lower().startswith("bearer") or not (place.scheme == "https" or place.hostname in HERE):
            return ""
        answer = self._session.get(realm, params=asked, timeout=PATIENCE)
        if not answer.ok:
            return ""
        said = answer.json()
        return str(said.get("token") or said.get("access_token") or "")


def _address(image: str) -> str:
    """`https://ghcr.io/v2/acme/shop`; a registry on this machine is asked without TLS, as docker does."""
    host, _, name = image.partition("/")
    plain = host.split(":")[0] in HERE
    return f"{'http' if plain else 'https'}://{'registry-1.docker.io' if host == 'docker.io' else host}/v2/{name}"

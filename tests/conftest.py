"""For every test: an environment of its own, and no network but this machine's."""

import errno
import ipaddress
import os
import re
import socket
import socketserver
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Whatever the person who runs the tests has set for the bot, for other clouds, or for the way to the network.
FOREIGN = re.compile(
    r"^(SLACK_|AWS_|GITHUB_|GIT_|POINTSMAN_|SSH_|LOG_|COMMAND_PREFIX|FLEET_FILE|DATABASE_URL|HTTP_ADDR|NOTIFY_|WEBHOOK_|SNS_|REPOS_DIR"
    r"|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(https?|all|no)_proxy$)",
    re.IGNORECASE,
)


def pytest_configure(config: pytest.Config) -> None:
    for name in filter(FOREIGN.match, list(os.environ)):
        del os.environ[name]
    # No test is timed: a busy machine makes no case wrong.
    settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("untimed")
    # A server that a test stops comes back on its own port.
    socketserver.TCPServer.allow_reuse_address = True


@pytest.fixture(scope="session", autouse=True)
def a_home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No key, known host or git identity of the person who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        yield


def is_here(family: int, address: Any) -> bool:
    """Whether a socket address is on this machine."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def no_real_network() -> Iterator[None]:
    """Anything but loopback is unreachable, as on a machine without a network."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        if not is_here(self.family, address):
            raise OSError(errno.ENETUNREACH, "tests have no network")
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        return connect_ex(self, address) if is_here(self.family, address) else errno.ENETUNREACH

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket.socket, "connect_ex", guarded_ex)
        yield

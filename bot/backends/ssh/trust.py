"""Decides whether a host is who it says, by the known_hosts file; adds new hosts where the policy lets it."""

import fcntl
import logging
import os
import threading
from pathlib import Path

import paramiko

from bot.backends.ssh.known_hosts import KnownHosts, Verdict, fingerprint, key_types, name_of, parse
from bot.backends.ssh.options import HostKeys
from bot.errors import HostKeyRefused
from bot.model import Host

log = logging.getLogger(__name__)


class Trust:
    """One for all connections; safe to use from many threads."""

    def __init__(self, path: Path, policy: HostKeys) -> None:
        self.path = path.expanduser()
        self.policy = policy
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._known = KnownHosts()

    def known(self, host: Host) -> KnownHosts:
        """The file as it stands, parsed again only when it changed. Raises HostKeyRefused if it cannot be read."""
        try:
            with self._lock:
                return self._load()
        except OSError as error:
            raise HostKeyRefused(host.name, f"{self.path} cannot be read: {error.strerror}") from error

    def types_of(self, host: Host) -> list[str]:
        """The key types to ask this host for, those it is known by."""
        return key_types(self.known(host).lines(name_of(host.address, host.port)))

    def verify(self, host: Host, key: paramiko.PKey) -> None:
        """Returns for a host that is trusted. Raises HostKeyRefused, in words, for any other."""
        name, key_type, text = name_of(host.address, host.port), key.get_name(), key.get_base64()
        verdict = self.known(host).judge(name, key_type, text)
        if verdict is Verdict.UNKNOWN and self.policy is HostKeys.ACCEPT_NEW:
            try:
                verdict = self._accept(name, key_type, text)
            except OSError as error:
                words = f"its key cannot be added to {self.path}: {error.strerror}; nothing was sent to it"
                raise HostKeyRefused(host.name, words) from error
        if verdict is not Verdict.KNOWN:
            raise HostKeyRefused(host.name, self._words(verdict, name, host, key_type, text))

    def _accept(self, name: str, key_type: str, key: str) -> Verdict:
        """Adds a line, unless another thread or process did since: then that line decides."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock, os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            text = file.read()
            verdict = parse(text).judge(name, key_type, key)
            if verdict is not Verdict.UNKNOWN:
                return verdict
            newline = "" if not text or text.endswith("\n") else "\n"
            os.write(file.fileno(), f"{newline}{name} {key_type} {key}\n".encode())
        log.warning("accepted the new host key of %s: %s %s, added to %s", name, key_type, fingerprint(key), self.path)
        return Verdict.KNOWN

    def _load(self) -> KnownHosts:
        try:
            status = self.path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp != self._stamp:
                self._known, self._stamp = parse(self.path.read_text(errors="replace")), stamp
        except FileNotFoundError:
            self._known, self._stamp = KnownHosts(), None
        return self._known

    def _words(self, verdict: Verdict, name: str, host: Host, key_type: str, key: str) -> str:
        shown = f"{name} shows the key {key_type} {fingerprint(key)}"
        if verdict is Verdict.REVOKED:
            return f"{shown}, which {self.path} marks as revoked. Nothing was sent to it: give the host a new key."
        if verdict is Verdict.UNKNOWN:
            scan = f"ssh-keyscan -p {host.port} {host.address}"
            return (
                f"{shown}, and {self.path} does not name that host. Compare the fingerprint on the host, then add its "
                f"line to the file (`{scan} >> {self.path}`), or set SSH_HOST_KEYS=accept-new."
            )
        lines = self.known(host).lines(name)
        was = " and ".join(f"{line.key_type} {fingerprint(line.key)} (line {line.number})" for line in lines[:3])
        return (
            f"{shown}, but {self.path} knows it by {was}. Nothing was sent to it. If the machine was rebuilt, remove "
            f"the old key (`ssh-keygen -R '{name}' -f {self.path}`) and add the new one; if not, somebody may be "
            "listening in between."
        )

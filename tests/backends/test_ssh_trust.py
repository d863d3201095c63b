"""Who is trusted: strict, accept-new, changed keys, and logins that are not let in."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import paramiko
import pytest

from bot.backends.base import Ending, HostFacts, Order
from bot.backends.ssh import HostKeys, SshBackend
from bot.backends.ssh.connecting import load_key
from bot.backends.ssh.known_hosts import fingerprint
from bot.backends.ssh.trust import Trust
from bot.errors import HostKeyRefused, PointsmanError
from bot.sandbox.hosts import SshHost
from bot.sandbox.hosts_keys import new_private_key, public_line
from bot.sandbox.hosts_session import Account
from tests.backends.places import SandboxPlace, SshPlace
from tests.programs import need


def survey(place: SshPlace, **options: object) -> HostFacts:
    return SshBackend(place.options(**options)).survey(place.site, place.hosts[:1])[0]


def another_key(place: SandboxPlace) -> str:
    """The first host as it would be after a new installation; the old key's line stays in known_hosts."""
    old = place.servers["web1"]
    old.stop()
    (old.home / ".ssh_host_ed25519_key").unlink()
    place.servers["web1"] = SshHost("web1", old.home, public_line(place.key), port=old.port)
    place.servers["web1"].start()
    return place.servers["web1"].known_hosts_line()


def test_an_unknown_host_is_refused_and_told_how_to_become_known(ssh_place: SshPlace) -> None:
    line = ssh_place.known_hosts.read_text().splitlines()[0]
    ssh_place.known_hosts.write_text("")
    facts = survey(ssh_place)
    port = ssh_place.hosts[0].port
    assert not facts.reachable
    assert f"[127.0.0.1]:{port} shows the key ssh-ed25519 {fingerprint(line.split()[2])}" in facts.trouble
    assert f"ssh-keyscan -p {port} 127.0.0.1 >> {ssh_place.known_hosts}" in facts.trouble
    assert "SSH_HOST_KEYS=accept-new" in facts.trouble
    assert ssh_place.known_hosts.read_text() == ""


def test_a_line_that_a_person_adds_counts_at_once(ssh_place: SshPlace) -> None:
    lines = ssh_place.known_hosts.read_text()
    ssh_place.known_hosts.write_text("")
    backend = ssh_place.backend()
    assert not backend.survey(ssh_place.site, ssh_place.hosts)[0].reachable
    ssh_place.known_hosts.write_text(lines)
    assert backend.survey(ssh_place.site, ssh_place.hosts)[0].reachable


def test_accept_new_writes_the_key_down_and_then_knows_it(ssh_place: SshPlace) -> None:
    lines = ssh_place.known_hosts.read_text()
    ssh_place.known_hosts.unlink()
    assert survey(ssh_place, host_keys=HostKeys.ACCEPT_NEW).reachable
    assert ssh_place.known_hosts.read_text() == lines.splitlines(keepends=True)[0]
    assert ssh_place.known_hosts.stat().st_mode & 0o777 == 0o600
    assert survey(ssh_place, host_keys=HostKeys.STRICT).reachable


@pytest.mark.parametrize("policy", list(HostKeys))
def test_a_changed_key_is_refused_whatever_the_policy(sandbox: SandboxPlace, policy: HostKeys) -> None:
    before = sandbox.known_hosts.read_text()
    new = another_key(sandbox)
    facts = survey(sandbox, host_keys=policy)
    assert not facts.reachable
    assert fingerprint(new.split()[2]) in facts.trouble
    assert f"knows it by ssh-ed25519 {fingerprint(before.split()[2])} (line 1)" in facts.trouble
    assert f"ssh-keygen -R '[127.0.0.1]:{sandbox.hosts[0].port}' -f {sandbox.known_hosts}" in facts.trouble
    assert sandbox.known_hosts.read_text() == before


def test_nothing_is_sent_to_a_host_whose_key_changed(sandbox: SandboxPlace) -> None:
    another_key(sandbox)
    sha = sandbox.release()
    refused, fine = sandbox.backend().bring(sandbox.site, Order("deploy-1", sha), sandbox.hosts, lambda *_: None)
    assert (refused.ending, fine.ending) == (Ending.LOST, Ending.DONE)
    assert "Nothing was sent to it" in refused.cause
    assert not sandbox.path(sandbox.hosts[0]).exists()


def test_a_revoked_key_is_refused(sandbox: SandboxPlace) -> None:
    lines = sandbox.known_hosts.read_text()
    key = " ".join(lines.split()[1:3])
    sandbox.known_hosts.write_text(f"@revoked * {key}\n{lines}")
    facts = survey(sandbox, host_keys=HostKeys.ACCEPT_NEW)
    assert not facts.reachable
    assert "marks as revoked" in facts.trouble


def test_many_new_hosts_at_once_are_each_written_down_once(tmp_path: Path) -> None:
    place = SandboxPlace(tmp_path, 12)
    try:
        place.known_hosts.write_text("# kept, and without a line's end")
        backend = SshBackend(place.options(host_keys=HostKeys.ACCEPT_NEW))
        assert all(facts.reachable for facts in backend.survey(place.site, place.hosts * 2))
        first, *lines = place.known_hosts.read_text().splitlines()
        assert first == "# kept, and without a line's end"
        assert sorted(lines) == sorted(server.known_hosts_line() for server in place.servers.values())
    finally:
        place.close()


def test_of_two_keys_that_race_for_a_new_host_the_first_wins(sandbox: SandboxPlace, tmp_path: Path) -> None:
    trust = Trust(tmp_path / "new" / "known_hosts", HostKeys.ACCEPT_NEW)
    host = sandbox.hosts[0]
    keys = [load_key(new_private_key()) for _ in range(2)]

    def verify(number: int) -> int | None:
        try:
            trust.verify(host, keys[number % 2])
        except HostKeyRefused:
            return None
        return number % 2

    with ThreadPoolExecutor(8) as pool:
        trusted = set(pool.map(verify, range(16))) - {None}
    assert len(trusted) == 1
    assert len(trust.path.read_text().splitlines()) == 1


def test_a_login_that_is_not_let_in_is_told_which_key_to_add(ssh_place: SshPlace) -> None:
    stranger = new_private_key()
    facts = survey(ssh_place, private_key=stranger)
    assert not facts.reachable
    assert f"did not accept the key {load_key(stranger).fingerprint}" in facts.trouble
    assert "authorized_keys" in facts.trouble
    order = Order("deploy-1", ssh_place.release())
    backend = SshBackend(ssh_place.options(private_key=stranger))
    assert {result.ending for result in backend.bring(ssh_place.site, order, ssh_place.hosts, lambda *_: None)} == {
        Ending.LOST
    }


def test_a_file_that_cannot_be_read_or_written_is_told(sandbox: SandboxPlace, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    unreadable = survey(sandbox, known_hosts=tmp_path)
    assert unreadable.trouble == f"{tmp_path} cannot be read: Is a directory"
    (tmp_path / "link").symlink_to(tmp_path / "nowhere" / "known_hosts")
    unwritable = survey(sandbox, known_hosts=tmp_path / "link", host_keys=HostKeys.ACCEPT_NEW)
    assert "its key cannot be added to" in unwritable.trouble
    assert "No such file or directory" in unwritable.trouble


def test_an_address_that_is_none_is_told(sandbox: SandboxPlace) -> None:
    for address in ("a..b", "x" * 70 + ".example", ""):
        (facts,) = sandbox.backend().survey(sandbox.site, [replace(sandbox.hosts[0], address=address)])
        assert not facts.reachable, address
        assert facts.trouble


class Dropping(Account):
    """A server that goes in the middle of a login."""

    def opens_with(self, key: paramiko.PKey) -> bool:
        raise EOFError


def test_a_connection_that_breaks_at_login_is_no_refusal(sandbox: SandboxPlace) -> None:
    server = sandbox.servers["web1"]
    server.account = Dropping(server.home, "", {})
    assert "the connection broke at login" in survey(sandbox).trouble


def test_without_a_key_of_its_own_the_bot_takes_what_the_login_has(
    ssh_place: SshPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "login"))
    assert "no SSH key to log in with" in survey(ssh_place, private_key=None).trouble
    (tmp_path / "login" / ".ssh").mkdir(parents=True)
    (tmp_path / "login" / ".ssh" / "id_ed25519").write_text(ssh_place.key)
    assert survey(ssh_place, private_key=None).reachable


@pytest.mark.parametrize("kind", [["-t", "ed25519"], ["-t", "ecdsa"], ["-t", "rsa"], ["-t", "rsa", "-m", "PEM"]])
def test_keys_as_ssh_keygen_makes_them_are_read(tmp_path: Path, kind: list[str]) -> None:
    path = _generate(tmp_path, kind, "")
    key = load_key(path.read_text())
    assert f"{key.get_name()} {key.get_base64()}" == " ".join(path.with_suffix(".pub").read_text().split()[:2])


def test_a_key_with_a_passphrase_or_none_at_all_is_told_at_once(tmp_path: Path, sandbox: SandboxPlace) -> None:
    for text, words in (
        (_generate(tmp_path, ["-t", "ed25519"], "secret").read_text(), "has a passphrase"),
        ("x", "whole"),
    ):
        with pytest.raises(PointsmanError, match=words):
            SshBackend(replace(sandbox.options(), private_key=text))


def _generate(directory: Path, kind: list[str], passphrase: str) -> Path:
    path = directory / "key"
    command = [need("ssh-keygen"), "-q", *kind, "-N", passphrase, "-f", str(path)]
    subprocess.run(command, check=True)
    return path

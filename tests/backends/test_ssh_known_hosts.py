"""known_hosts as text: who is known, by what, and what OpenSSH itself makes of the same file."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.backends.ssh.known_hosts import Verdict, fingerprint, key_types, matches, name_of, parse
from tests.programs import need

ED = "ssh-ed25519"


def key(seed: int) -> str:
    """The same in every process that collects these tests."""
    public = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32).public_key()
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode().split()[1]


A, B = key(1), key(2)


@pytest.mark.parametrize(
    ("address", "port", "name"),
    [
        ("10.0.0.5", 22, "10.0.0.5"),
        ("10.0.0.5", 2222, "[10.0.0.5]:2222"),
        ("Web1.Example.COM", 22, "web1.example.com"),
        ("::1", 2222, "[::1]:2222"),
    ],
)
def test_a_host_is_called_as_openssh_calls_it(address: str, port: int, name: str) -> None:
    assert name_of(address, port) == name


@pytest.mark.parametrize(
    ("text", "name", "shown", "verdict"),
    [
        ("", "web1", A, Verdict.UNKNOWN),
        (f"web1 {ED} {A}", "web1", A, Verdict.KNOWN),
        (f"web1 {ED} {A}", "web1", B, Verdict.CHANGED),
        (f"web1 {ED} {A}", "web2", A, Verdict.UNKNOWN),
        (f"web1 {ED} {A}", "[web1]:2222", A, Verdict.UNKNOWN),
        (f"[web1]:2222 {ED} {A} comment here", "[web1]:2222", A, Verdict.KNOWN),
        (f"WEB1,10.0.0.5 {ED} {A}", "web1", A, Verdict.KNOWN),
        (f"WEB1,10.0.0.5 {ED} {A}", "10.0.0.5", A, Verdict.KNOWN),
        (f"web1 {ED} {A}\nweb1 {ED} {B}", "web1", B, Verdict.KNOWN),
        (f"web1 ssh-rsa AAAA\n\n# web1 {ED} {B}", "web1", B, Verdict.CHANGED),
        (f"*.example.com {ED} {A}", "a.example.com", A, Verdict.KNOWN),
        (f"*.example.com,!b.example.com {ED} {A}", "b.example.com", A, Verdict.UNKNOWN),
        (f"[10.0.0.?]:2222 {ED} {A}", "[10.0.0.5]:2222", A, Verdict.KNOWN),
        (f"[10.0.0.?]:2222 {ED} {A}", "10.0.0.5", A, Verdict.UNKNOWN),
        (f"@revoked * {ED} {A}\nweb1 {ED} {A}", "web1", A, Verdict.REVOKED),
        (f"@cert-authority * {ED} {A}", "web1", A, Verdict.UNKNOWN),
        ("web1\nweb1 ssh-ed25519\n|1|broken ssh-ed25519 AAAA\n|1|x|y|z k AAAA", "web1", A, Verdict.UNKNOWN),
    ],
)
def test_a_host_is_judged_by_its_lines(text: str, name: str, shown: str, verdict: Verdict) -> None:
    assert parse(text).judge(name, ED, shown) is verdict


def test_another_type_of_key_for_a_known_host_is_a_change_not_a_new_host() -> None:
    assert parse(f"web1 ecdsa-sha2-nistp256 {A}").judge("web1", ED, B) is Verdict.CHANGED


def test_a_host_is_asked_for_the_types_it_is_known_by() -> None:
    known = parse(f"web1 ssh-rsa AAAA\nweb1 {ED} {A}\nweb* {ED} {B}\nother ecdsa-sha2-nistp256 AAAA")
    assert key_types(known.lines("web1")) == ["ssh-rsa", ED]


def test_names_hashed_by_ssh_keygen_are_found(tmp_path: Path) -> None:
    keygen = need("ssh-keygen")
    file = tmp_path / "known_hosts"
    file.write_text(f"web1.example.com {ED} {A}\n[10.0.0.5]:2222 {ED} {B}\n")
    subprocess.run([keygen, "-H", "-f", str(file)], check=True, capture_output=True)
    known = parse(file.read_text())
    assert "web1" not in file.read_text()
    assert known.judge("web1.example.com", ED, A) is Verdict.KNOWN
    assert known.judge("[10.0.0.5]:2222", ED, B) is Verdict.KNOWN
    assert known.judge("[10.0.0.5]:2222", ED, A) is Verdict.CHANGED
    assert known.judge("10.0.0.5", ED, B) is Verdict.UNKNOWN


def test_fingerprints_are_those_of_ssh_keygen(tmp_path: Path) -> None:
    keygen = need("ssh-keygen")
    (tmp_path / "key.pub").write_text(f"{ED} {A}\n")
    told = subprocess.run([keygen, "-l", "-f", str(tmp_path / "key.pub")], check=True, capture_output=True, text=True)
    assert fingerprint(A) == told.stdout.split()[1]
    assert fingerprint("no base64") == "an unreadable key"


def test_a_veto_counts_wherever_it_stands() -> None:
    assert matches("!web2,web*", "web1")
    assert not matches("web*,!web2", "web2")

"""Keys of the sandbox: each host's own, and the pair that its clients log in with."""

import io
import os
from pathlib import Path

import paramiko
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def new_private_key() -> str:
    """A fresh ed25519 private key as OpenSSH writes it."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()


def host_key(path: Path) -> paramiko.Ed25519Key:
    """The key kept at `path`; made there, readable by its owner only, if it is missing."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(new_private_key())
        draft.rename(path)
    return paramiko.Ed25519Key(filename=str(path))


def public_line(private: str | paramiko.PKey) -> str:
    """`ssh-ed25519 AAAA…`, as authorized_keys and known_hosts have it, of a key or of its private text."""
    key = paramiko.Ed25519Key(file_obj=io.StringIO(private)) if isinstance(private, str) else private
    return f"{key.get_name()} {key.get_base64()}"

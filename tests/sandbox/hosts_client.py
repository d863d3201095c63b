"""A plain paramiko client for the sandbox's hosts."""

import io
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager

import paramiko

from bot.sandbox.hosts import SshHost


@contextmanager
def login(host: SshHost, private: str) -> Iterator[paramiko.SSHClient]:
    """A connection whose host key is checked against the host's own known_hosts line."""
    client = paramiko.SSHClient()
    key_type, key = host.known_hosts_line().split()[1:]
    name = f"[{host.address}]:{host.port}"
    client.get_host_keys().add(name, key_type, paramiko.PKey.from_type_string(key_type, b64decode(key)))
    with client:
        client.connect(
            host.address,
            host.port,
            "deploy",
            pkey=paramiko.Ed25519Key(file_obj=io.StringIO(private)),
            allow_agent=False,
            look_for_keys=False,
            timeout=10,
        )
        yield client


def told(client: paramiko.SSHClient, command: str, stdin: str = "") -> tuple[int, str, str]:
    """Exit status, output and errors of a command."""
    source, output, errors = client.exec_command(command, timeout=20)
    source.write(stdin)
    source.channel.shutdown_write()
    return output.channel.recv_exit_status(), output.read().decode(), errors.read().decode()

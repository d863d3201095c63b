"""Ends a connection."""

import contextlib
import socket

import paramiko


def close(transport: paramiko.Transport) -> None:
    """At once: shutting the socket down first wakes the transport's thread from its read."""
    with contextlib.suppress(OSError):
        transport.sock.shutdown(socket.SHUT_RDWR)
    transport.close()
    # a transport whose thread never began leaves its socket open
    transport.sock.close()

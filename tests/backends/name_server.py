"""A name server on this machine, for the zone `test`: it answers by UDP what its records say."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Records = Mapping[tuple[str, str], list[str]]
"""By name and type. A name without any record does not exist."""
SILENT, BROKEN = "silent.test.", "broken.test."


@contextmanager
def serving(records: Records) -> Iterator[int]:
    """Its port. It never answers for `silent.test`, and fails for `broken.test`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(server, records), daemon=True)
        thread.start()
        port = server.getsockname()[1]
        yield port
        server.sendto(b"", ("127.0.0.1", port))
        thread.join()


def _serve(server: socket.socket, records: Records) -> None:
    while True:
        packet, client = server.recvfrom(4096)
        if not packet:
            return
        query = dns.message.from_wire(packet)
        if query.question[0].name.to_text().lower() != SILENT:
            server.sendto(_answer(query, records).to_wire(), client)


def _answer(query: dns.message.Message, records: Records) -> dns.message.Message:
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.RA
    question = query.question[0]
    name, kind = question.name.to_text().lower(), str(question.rdtype.name)
    if name == BROKEN:
        answer.set_rcode(dns.rcode.SERVFAIL)
    elif (name, kind) in records:
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *records[name, kind]))
    elif not any(known == name for known, _ in records):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer

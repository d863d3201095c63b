"""Bodies of requests, no larger and no slower than they may be."""

from fastapi import Request

PATIENCE = 10.0  # seconds for a body to arrive


async def body_of(request: Request, largest: int) -> bytes | None:
    """The whole body; None when it has more than `largest` bytes, without reading the rest."""
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > largest:
        return None
    taken = bytearray()
    async for part in request.stream():
        taken += part
        if len(taken) > largest:
            return None
    return bytes(taken)

"""A secret that AWS keeps, by the name that stands where its value would: `ssm:/shop/token`."""

import re

ALLOWED = "ssm:/path, secretsmanager:name, secretsmanager:name#key or kms:BASE64"
SHAPES = {
    "ssm": re.compile(r"/[A-Za-z0-9_./-]{1,1010}"),
    "secretsmanager": re.compile(r"[A-Za-z0-9/_+=.@:-]{1,512}(#[A-Za-z0-9_.-]{1,128})?"),
    "kms": re.compile(r"[A-Za-z0-9+/]{40,900}={0,2}"),
}
SHOWN = 16  # characters of what kms decrypts: nobody reads all of it


def is_sealed(text: str) -> bool:
    """Whether it names a secret, well or badly."""
    return text.partition(":")[0] in SHAPES and ":" in text


def is_well_named(text: str) -> bool:
    kind, _, name = text.partition(":")
    return kind in SHAPES and SHAPES[kind].fullmatch(name) is not None


def shown(text: str) -> str:
    """As messages call it."""
    kind, _, name = text.partition(":")
    return text if kind != "kms" or len(name) <= SHOWN else f"kms:{name[:SHOWN]}…"

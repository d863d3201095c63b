"""Headers that a check sends. What a refusal says of them never shows their values."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from bot.fleet.refusal import refuse
from bot.questions.request import SECRET
from bot.sealed import ALLOWED, is_sealed, is_well_named

NAME = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$"
SECRET_NAME = r"[A-Z][A-Z0-9_]{0,59}"
LONGEST = 1000  # characters
OWN = frozenset({"connection", "content-length", "expect", "proxy-authorization", "te", "trailer", "transfer-encoding"})
PERSONAL = frozenset({"authorization", "cookie"})
"""They hold secrets; and libcurl keeps them from whoever a redirect leads to."""


def header_name(value: str) -> str:
    if not re.fullmatch(NAME, value):
        raise refuse("is not the name of a header", "letters, digits and -")
    if value.lower() in OWN:
        raise refuse("is set by the bot itself", "any other header")
    return value


def header_value(value: object) -> str:
    """Text on one line; `${NAME}` stands for a secret of CHECK_SECRETS, `${ssm:/path}` for one that AWS keeps. A value
    that is nothing but such a name needs no braces.
    """
    if not isinstance(value, str):
        raise refuse("must be text", "text", "write it in quotes", shown=False)
    if is_sealed(value):
        value = f"${{{value}}}"
    if not value.strip() or not value.isprintable() or len(value) > LONGEST:
        raise refuse("is not a header's value", f"one line of at most {LONGEST} characters", shown=False)
    for name in SECRET.findall(value):
        if not is_well_named(name) and not re.fullmatch(SECRET_NAME, name):
            raise refuse("has no name of a secret in its braces", f"${{NAME}}, in capitals; {ALLOWED}", shown=False)
    return value


def header_values(value: dict[str, str]) -> dict[str, str]:
    """Each once, and no password in the file."""
    if len({name.lower() for name in value}) != len(value):
        raise refuse("names a header twice", "each header once", shown=False)
    for name, text in value.items():
        if name.lower() in PERSONAL and not SECRET.search(text):
            what = f"{name} is a secret, and the fleet file is no place for one"
            raise refuse(
                what, "", "write ${NAME}, and NAME=… into CHECK_SECRETS; or ssm:/path, where AWS keeps it", shown=False
            )
    return value


HeaderName = Annotated[str, AfterValidator(header_name)]
HeaderValue = Annotated[
    str, BeforeValidator(header_value), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": LONGEST})
]
Headers = Annotated[dict[HeaderName, HeaderValue], Field(max_length=50), AfterValidator(header_values)]

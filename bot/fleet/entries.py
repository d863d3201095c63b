"""Entries that have a short and a long form: a host, a step, a batch, a list of statuses."""

import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import core_schema

from bot.fleet.refusal import refuse
from bot.fleet.words import HOST_NAME, VARIABLE
from bot.model import Host
from bot.sealed import ALLOWED, is_sealed, is_well_named

ADDRESS = (
    r"^(?P<user>[A-Za-z0-9_][A-Za-z0-9_.-]*)@(?P<at>[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(:(?P<port>[0-9]+))?$"
)
ADDRESS_ALLOWED = "user@address or user@address:port"
SHARE = r"^(100|[1-9]?[0-9])%$"


def or_text(schema: dict[str, Any]) -> None:
    """Lets the JSON Schema of an entry also accept its short form."""
    entry = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"type": "string", "minLength": 1}, entry]


def variable(name: str) -> str:
    if not re.fullmatch(VARIABLE, name) or name in ("host", "name") or name.startswith("POINTSMAN_"):
        raise refuse("is not a usable variable name", "letters, digits and _; not host, name or POINTSMAN_…")
    return name


def variable_text(value: object) -> object:
    """Whole numbers are taken as they stand; what YAML may have changed must be quoted."""
    if isinstance(value, bool | float):
        raise refuse("is text to a program, and YAML reads it as something else", "text", "write it in quotes")
    return str(value) if isinstance(value, int) else value


def printable(value: str) -> str:
    if "\0" in value:
        raise refuse("holds a NUL character, which no variable can", "text")
    return value


def sealed_well(value: str) -> str:
    """Text, or a secret that AWS keeps, by its name."""
    if is_sealed(value) and not is_well_named(value):
        raise refuse("is no name of a secret", ALLOWED, shown=False)
    return value


Variable = Annotated[str, AfterValidator(variable)]
VariableText = Annotated[
    str,
    BeforeValidator(variable_text),
    AfterValidator(printable),
    AfterValidator(sealed_well),
    WithJsonSchema({"type": ["string", "integer"]}),
]


def address(value: str) -> str:
    found = re.fullmatch(ADDRESS, value)
    if not found:
        hint = f"say who logs in: deploy@{value}" if "@" not in value and value else ""
        raise refuse("is not an SSH address", ADDRESS_ALLOWED, hint)
    if not 1 <= int(found["port"] or 22) <= 65535:
        raise refuse("has a port that does not exist", "ports 1 to 65535")
    return value


def host_name(value: str) -> str:
    if not re.fullmatch(HOST_NAME, value):
        raise refuse("is not a usable host name", "letters, digits, . _ - (at most 63)")
    return value


Address = Annotated[str, AfterValidator(address)]
HostName = Annotated[str, AfterValidator(host_name)]


class HostEntry(BaseModel):
    """`deploy@10.0.0.5:22`, or the same with a name and variables of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=or_text)

    address: Address = Field(description="Who logs in where: user@address:port.")
    name: HostName | None = Field(default=None, description="Its address, if left out.")
    vars: dict[Variable, VariableText] = Field(
        default={}, description="Exported to its steps; {VAR} in its URLs; ssm:/path is a secret."
    )

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, value: object) -> object:
        if isinstance(value, Host):
            at = f"[{value.address}]" if ":" in value.address else value.address
            return {"name": value.name, "address": f"{value.user}@{at}:{value.port}", "vars": dict(value.vars)}
        return {"address": value} if isinstance(value, str) else value

    def host(self) -> Host:
        found = re.fullmatch(ADDRESS, self.address)
        assert found  # the field's validator saw to it
        at = found["at"].strip("[]")
        return Host(self.name or at, found["user"], at, int(found["port"] or 22), self.vars)


def _read_as_host(_source: object, handler: Any) -> core_schema.CoreSchema:
    return core_schema.no_info_after_validator_function(HostEntry.host, handler(HostEntry))


HostField = Annotated[Host, GetPydanticSchema(_read_as_host)]


def batch(value: object) -> object:
    """A host count or a share of all hosts."""
    counted = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    shared = isinstance(value, str) and re.fullmatch(SHARE, value) and value != "0%"
    if not counted and not shared:
        raise refuse("is not a batch", 'a number of hosts (1) or a share of them ("50%")')
    return value


Batch = Annotated[
    int | str,
    BeforeValidator(batch),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": SHARE}]}),
]


def tolerated(value: object) -> object:
    """A number of hosts, none too, or a share of them."""
    counted = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if not counted and not (isinstance(value, str) and re.fullmatch(SHARE, value)):
        raise refuse("is not so many hosts", 'a number of hosts (2) or a share of them ("5%")')
    return value


Tolerated = Annotated[
    int | str,
    BeforeValidator(tolerated),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": SHARE}]}),
]


def status(value: object) -> object:
    """A status code, or a class of them: 2xx."""
    if isinstance(value, str) and re.fullmatch(CLASS, value):
        return value
    if isinstance(value, bool) or not isinstance(value, int) or not 100 <= value <= 599:
        raise refuse("is not an HTTP status", "100 to 599, or a class of them such as 2xx")
    return value


def one_or_many(value: object) -> object:
    return [value] if isinstance(value, int | str) else value


def every_code(values: tuple[Any, ...]) -> tuple[int, ...]:
    """Classes as the codes that they stand for; each code once."""
    found = (range(int(one[0]) * 100, int(one[0]) * 100 + 100) if isinstance(one, str) else [one] for one in values)
    return tuple(dict.fromkeys(code for codes in found for code in codes))


CLASS = r"^[1-5][xX]{2}$"
CODE = {"anyOf": [{"type": "integer", "minimum": 100, "maximum": 599}, {"type": "string", "pattern": CLASS}]}
Status = Annotated[Any, BeforeValidator(status)]
Statuses = Annotated[
    tuple[Status, ...],
    BeforeValidator(one_or_many),
    AfterValidator(every_code),
    WithJsonSchema({"anyOf": [CODE, {"type": "array", "items": CODE, "minItems": 1}]}),
]

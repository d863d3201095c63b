"""What each setting may be, and what people tend to put there instead. Secrets are never part of an answer."""

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr

from bot.fleet.refusal import refuse

APP_PAGE = "your app's page on api.slack.com/apps"
BOT_TOKEN_AT = f"{APP_PAGE}, OAuth & Permissions, Bot User OAuth Token (xoxb-…)"
APP_TOKEN_AT = f"{APP_PAGE}, Basic Information, App-Level Tokens, with connections:write (xapp-…)"
SIGNING_SECRET_AT = f"{APP_PAGE}, Basic Information, App Credentials, Signing Secret"
WAY_WORD = r"[a-z0-9][a-z0-9-]{0,39}"
# Every kind of token begins with its kind.
KINDS = {
    "xoxb-": "a bot token, which belongs in SLACK_BOT_TOKEN",
    "xapp-": "an app-level token, which belongs in SLACK_APP_TOKEN",
    "xoxp-": "a user token, which the bot never needs",
    "xoxe": "a token that expires: switch token rotation off in the app's settings",
    "xoxc-": "a browser's token, which the bot never needs",
    "https://hooks": "a webhook's address, which the bot never needs",
}


def _refuse_kind(text: str, wanted: str, found_at: str) -> None:
    for prefix, words in KINDS.items():
        if text.startswith(prefix) and prefix != wanted:
            raise refuse(f"holds {words}", hint=f"get the right one from {found_at}")


def _token(value: SecretStr, wanted: str, found_at: str) -> SecretStr:
    text = value.get_secret_value().strip()
    _refuse_kind(text, wanted, found_at)
    if not re.fullmatch(re.escape(wanted) + r"[\x21-\x7e]+", text):
        raise refuse(f"must begin with {wanted} and hold no spaces", hint=f"get it from {found_at}")
    return SecretStr(text)


def bot_token(value: SecretStr) -> SecretStr:
    return _token(value, "xoxb-", BOT_TOKEN_AT)


def app_token(value: SecretStr) -> SecretStr:
    return _token(value, "xapp-", APP_TOKEN_AT)


def signing_secret(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    _refuse_kind(text, "", SIGNING_SECRET_AT)
    if not re.fullmatch(r"[\x21-\x7e]{8,}", text):
        raise refuse("is not a signing secret", hint=f"get it from {SIGNING_SECRET_AT}")
    return SecretStr(text)


def api_url(value: str) -> str:
    """With one slash at its end, as slack_sdk wants it."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise refuse("is not a web address", "https://slack.com/api/, or that of a test server")
    return value.rstrip("/") + "/"


def web_url(value: str) -> str:
    """Empty, or an address without the path of an API."""
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise refuse("is not a web address", "http://prometheus.example.com:9090")
    return value.rstrip("/").removesuffix("/api/v1")


def separated(value: Any) -> Any:
    """Several words, with commas or spaces between them."""
    return [word for word in re.split(r"[,\s]+", value) if word] if isinstance(value, str) else value


def reference(value: str) -> str:
    """An address that is asked to find out whether the bot itself can see."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise refuse("is not a web address", "https://example.com, without a name or password")
    return value


def github_url(value: str) -> str:
    """Without a slash at its end. The token has a setting of its own, so none may stand in the address."""
    allowed = "https://api.github.com, https://github.example.com/api/v3 or https://gitea.example.com/api/v1"
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise refuse("is not the address of an API", allowed)
    if "@" in parts.netloc:
        raise refuse("holds a user or a password", allowed, "put the token into GITHUB_TOKEN")
    return value.rstrip("/")


def github_token(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise refuse("must hold no spaces", "a token that may read checks and commit statuses")
    _refuse_kind(text, "", "your account's settings on GitHub, Developer settings, Personal access tokens")
    return SecretStr(text)


def status_token(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    if not re.fullmatch(r"[\x21-\x7e]{16,}", text):
        raise refuse("must be 16 characters or more, without spaces", hint="openssl rand -hex 16 makes one")
    return SecretStr(text)


def sns_topics(value: str) -> str:
    """ARNs, parted by spaces or commas."""
    for arn in topics(value):
        if not re.fullmatch(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]{1,256}", arn):
            raise refuse(f"{arn} is not a topic of SNS", "arn:aws:sns:eu-west-1:123456789012:alarms")
    return value


def topics(value: str) -> list[str]:
    return value.replace(",", " ").split()


def notify_urls(value: SecretStr) -> SecretStr:
    """Several ways out, parted by spaces or lines. Nothing of them is shown: they hold passwords."""
    allowed = "page=mailtos://user:password@example.com?to=oncall@example.org, one after another"
    for number, (words, url) in enumerate(entries(value.get_secret_value()), 1):
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*://\S+", url):
            raise refuse(f"entry {number} is not an address that apprise could use", allowed)
        if any(not re.fullmatch(WAY_WORD, word) for word in words):
            raise refuse(f"entry {number} begins with what is no word", "page, warn, or a name of a-z, 0-9 and -")
    return value


def entries(text: str) -> list[tuple[tuple[str, ...], str]]:
    """(words, address) of each entry, such as `page,leads=mailto://…`; lines that begin with # are remarks."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    found = [re.fullmatch(r"(?:([^=:/]*)=)?(.*)", entry) for entry in " ".join(lines).split()]
    return [(tuple((one[1] or "").split(",")) if one[1] is not None else (), one[2]) for one in found if one]


def namespace(value: str) -> str:
    """Of CloudWatch's metrics; its own begin with AWS/."""
    if not re.fullmatch(r"[A-Za-z0-9._/#:-]{0,255}", value) or value.startswith("AWS/"):
        raise refuse("is no namespace for metrics", "letters, digits and ._/#:-, and not AWS/…", "write Pointsman")
    return value


def prefix(value: str) -> str:
    """What stands between the slash and the command's own name."""
    if not re.fullmatch(r"[a-z0-9_-]{0,20}", value):
        tame = re.sub(r"[^a-z0-9_-]", "", value.lower())[:20]
        raise refuse("cannot begin a slash command", "up to 20 of a-z, 0-9, - and _", f"write {tame}" if tame else "")
    return value


def database_url(value: str) -> str:
    """`sqlite:///relative.db` or `sqlite:////absolute.db`."""
    scheme, _, rest = value.partition("://")
    allowed = "sqlite:///pointsman.db or sqlite:////var/lib/pointsman/pointsman.db"
    if scheme != "sqlite":
        name = scheme.split("+")[0] if rest else "this"
        raise refuse(f"{name} is not a database that Pointsman can use", allowed)
    if not rest.startswith("/") or not rest.strip("/") or rest.endswith((":memory:", "/")) or "?" in rest:
        raise refuse("names no file", allowed, "the state must be there after a restart")
    return value


def http_addr(value: str) -> str:
    """Host and port; port 0 takes a free one."""
    allowed = "host:port, such as 127.0.0.1:8080"
    found = re.fullmatch(r"(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])?:(?P<port>[0-9]{1,5})", value)
    if not found or int(found["port"]) > 65535:
        raise refuse("is not an address to listen on", allowed)
    if not found["host"]:
        raise refuse("names no host", allowed, f"write 0.0.0.0{value} to listen on every interface")
    return value


def upper(value: Any) -> Any:
    return value.strip().upper() if isinstance(value, str) else value


def lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def private_key(value: SecretStr) -> SecretStr:
    """The text of a private key; `\\n` written out is taken for a line end, as some systems store it."""
    text = value.get_secret_value().strip()
    if "\n" not in text:
        text = text.replace("\\n", "\n").strip()
    if text.startswith(("ssh-", "ecdsa-", "sk-")):
        raise refuse("holds a public key", "the private key's text, from -----BEGIN to -----END")
    if not re.match(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n", text):
        raise refuse("is not the text of a private key", "from -----BEGIN to -----END", "SSH_KEY_FILE takes a path")
    return SecretStr(text + "\n")


def home(value: Path) -> Path:
    """`~` filled in; where there is no home, the path stays as it is."""
    try:
        return value.expanduser()
    except RuntimeError:
        return value


BotToken = Annotated[SecretStr, AfterValidator(bot_token)]
AppToken = Annotated[SecretStr, AfterValidator(app_token)]
SigningSecret = Annotated[SecretStr, AfterValidator(signing_secret)]
ApiUrl = Annotated[str, AfterValidator(api_url)]
WebUrl = Annotated[str, AfterValidator(web_url)]
GitHubUrl = Annotated[str, AfterValidator(github_url)]
GitHubToken = Annotated[SecretStr, AfterValidator(github_token)]
References = Annotated[tuple[Annotated[str, AfterValidator(reference)], ...], BeforeValidator(separated)]
Namespace = Annotated[str, AfterValidator(namespace)]
Prefix = Annotated[str, AfterValidator(prefix)]
DatabaseUrl = Annotated[str, AfterValidator(database_url)]
HttpAddr = Annotated[str, AfterValidator(http_addr)]
NotifyUrls = Annotated[SecretStr, AfterValidator(notify_urls)]
HeartbeatSecret = Annotated[SecretStr, AfterValidator(status_token)]
SnsTopics = Annotated[str, AfterValidator(sns_topics)]
StatusToken = Annotated[SecretStr, AfterValidator(status_token)]
PrivateKey = Annotated[SecretStr, AfterValidator(private_key)]
HomePath = Annotated[Path, AfterValidator(home)]
UPPER = BeforeValidator(upper)
LOWER = BeforeValidator(lower)

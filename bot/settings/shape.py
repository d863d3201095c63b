"""The settings as one frozen value. A field's name in capitals is the variable's name."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.settings.check_secrets import CheckSecrets, pairs
from bot.settings.ways import Way, ways_of
from bot.settings.words import (
    LOWER,
    UPPER,
    ApiUrl,
    AppToken,
    BotToken,
    DatabaseUrl,
    GitHubToken,
    GitHubUrl,
    HeartbeatSecret,
    HomePath,
    HttpAddr,
    Namespace,
    NotifyUrls,
    Prefix,
    PrivateKey,
    References,
    SigningSecret,
    SnsTopics,
    StatusToken,
    WebUrl,
    entries,
    topics,
)

Level = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], UPPER]
Format = Annotated[Literal["auto", "json", "console"], LOWER]
Page = Annotated[Literal["off", "public", "token"], LOWER]
HostKeys = Annotated[Literal["strict", "accept-new"], LOWER]


class Settings(BaseSettings):
    """Read once by `load_settings`; printing one shows no secret."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    slack_bot_token: BotToken = Field(description="The bot's token, xoxb-…; always needed.")
    slack_app_token: AppToken | None = Field(
        default=None,
        description="The app-level token, xapp-…; with it the bot uses Socket Mode and needs no public address.",
    )
    slack_signing_secret: SigningSecret | None = Field(
        default=None, description="Without an app token: Slack calls the bot by HTTP, and this proves that it is Slack."
    )
    slack_api_url: ApiUrl = Field(
        default="https://slack.com/api/", description="Where Slack's API is; the sandbox and test servers set it."
    )
    command_prefix: Prefix = Field(
        default="",
        description="Put before every command's name, for workspaces where one is taken: acme- makes /acme-deploy.",
    )
    fleet_file: HomePath = Field(default=Path("fleet.yaml"), description="The fleet file, YAML or JSON.")
    database_url: DatabaseUrl = Field(
        default="sqlite:///pointsman.db", description="Where the state is kept; four slashes begin an absolute path."
    )
    http_addr: HttpAddr = Field(
        default="127.0.0.1:8080", description="Where the bot listens: health, metrics, and Slack in HTTP mode."
    )
    reference_urls: References = Field(
        default=(),
        description="Addresses elsewhere, with commas between; when none answers, the bot cannot see and says so.",
    )
    status_page: Page = Field(
        default="off", description="Whether / shows a status page: off, public, or token: to who has STATUS_TOKEN."
    )
    status_token: StatusToken | None = Field(
        default=None, description="16 characters or more; opens the status page, and guards /metrics once it is set."
    )
    heartbeat_secret: HeartbeatSecret | None = Field(
        default=None, description="16 characters or more; makes the addresses that jobs call: `python -m bot beats`."
    )
    webhook_token: StatusToken | None = Field(
        default=None, description="16 characters or more; with it /hooks/alertmanager and /hooks/alert take alerts."
    )
    sns_topics: SnsTopics = Field(
        default="",
        description="ARNs of the SNS topics whose CloudWatch alarms /hooks/sns takes; none: it takes nothing.",
    )
    log_level: Level = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: Format = Field(
        default="auto", description="json, console, or auto: console on a terminal, json elsewhere."
    )
    ssh_key: PrivateKey | None = Field(
        default=None, description="The private key's text, or SSH_KEY_FILE; unset: the agent and the keys in ~/.ssh."
    )
    ssh_known_hosts: HomePath = Field(
        default=Path("~/.ssh/known_hosts"), description="The host keys that are trusted, as OpenSSH keeps them."
    )
    ssh_host_keys: HostKeys = Field(
        default="strict",
        description="strict, or accept-new: a host without a key in the file is trusted the first time.",
    )
    prometheus_url: WebUrl = Field(
        default="", description="Where Prometheus is, for the metrics of an analysis that name no url of their own."
    )
    repos_dir: HomePath = Field(
        default=Path("repos"), description="Copies of the services' repositories; may be deleted at any time."
    )
    github_api_url: GitHubUrl = Field(
        default="https://api.github.com",
        description="Where require_checks reads CI: GitHub, GitHub Enterprise, or a server with the same API.",
    )
    github_token: GitHubToken | None = Field(
        default=None,
        description="May read checks and commit statuses; needed for private repositories, and to ask often.",
    )
    notify_urls: NotifyUrls | None = Field(
        default=None,
        description="Other ways out, mail and whatever else apprise knows: page=mailtos://… warn=ntfys://…",
    )
    cloudwatch_namespace: Namespace = Field(
        default="",
        description="Under which the bot's own figures go to CloudWatch, such as Pointsman; none: they do not.",
    )
    check_secrets: CheckSecrets | None = Field(
        default=None,
        description="What ${NAME} stands for in headers of checks: NAME=value, one a line.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed in: `gather` has read the environment, the .env file and every *_FILE."""
        return (init_settings,)

    @property
    def mode(self) -> Literal["socket", "http"]:
        """How Slack reaches the bot."""
        return "socket" if self.slack_app_token else "http"

    @property
    def database_path(self) -> Path:
        """The SQLite file of `database_url`."""
        return database_path(self.database_url)

    @property
    def topics(self) -> frozenset[str]:
        """The ARNs of SNS_TOPICS."""
        return frozenset(topics(self.sns_topics))

    @property
    def http_host(self) -> str:
        return self.http_addr.rpartition(":")[0].strip("[]")

    @property
    def http_port(self) -> int:
        """0 stands for any free port."""
        return int(self.http_addr.rpartition(":")[2])

    def secrets(self) -> list[str]:
        """Every secret in the clear, for the log to leave out."""
        fields = (
            self.slack_bot_token,
            self.slack_app_token,
            self.slack_signing_secret,
            self.ssh_key,
            self.github_token,
            self.status_token,
            self.heartbeat_secret,
            self.webhook_token,
            self.notify_urls,
        )
        found = [secret.get_secret_value() for secret in fields if secret]
        found += self.header_secrets.values()
        return [*found, *(part for way in self.ways for part in way.secrets())]

    @property
    def header_secrets(self) -> dict[str, str]:
        """What CHECK_SECRETS holds, by name."""
        return pairs(self.check_secrets.get_secret_value()) if self.check_secrets else {}

    @property
    def ways(self) -> tuple[Way, ...]:
        """What NOTIFY_URLS holds."""
        text = self.notify_urls.get_secret_value() if self.notify_urls else ""
        return ways_of(entries(text))


def database_path(url: str) -> Path:
    """The SQLite file of a DATABASE_URL."""
    return Path(url.removeprefix("sqlite:///"))


def variable_names() -> list[str]:
    """Every setting as it is named in the environment, in the order of the fields."""
    return [name.upper() for name in Settings.model_fields]


def is_secret(variable: str) -> bool:
    """Whether a variable's value must never be shown."""
    field = Settings.model_fields.get(variable.removesuffix("_FILE").lower())
    return field is not None and "SecretStr" in repr(field.annotation)

"""Settings of a command, with the secrets among them that AWS keeps."""

from pathlib import Path

from bot.backends.aws_sessions import Sessions
from bot.backends.vault import Vault
from bot.settings import Settings, load_settings


def open_settings(env_file: Path) -> Settings:
    """Raises ConfigError. AWS is asked with the bot's own credentials, and only where a secret names it."""
    sessions = Sessions()
    try:
        return load_settings(env_file=env_file, opens=Vault(sessions).open)
    finally:
        sessions.close()

"""The first word with Slack: a wrong token ends the start, a Slack that is away does not."""

import structlog

from bot.backends.slack import SlackPort
from bot.errors import PointsmanError, SlackError, SlackRefused

log = structlog.get_logger(__name__)

WRONG_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})


def check_token(slack: SlackPort) -> None:
    """Raises PointsmanError when Slack does not accept the token."""
    try:
        identity = slack.identity()
    except SlackRefused as error:
        if error.code in WRONG_TOKEN:
            raise PointsmanError(
                f"Slack does not accept SLACK_BOT_TOKEN ({error.code}): copy the Bot User OAuth Token (xoxb-…) again, "
                "from the app's page under OAuth & Permissions"
            ) from error
        raise
    except SlackError as error:
        log.warning("Slack cannot be reached; checks run, and messages wait until it can", error=str(error))
    else:
        log.info("speaking to Slack", team=identity.team, as_user=identity.user_id)

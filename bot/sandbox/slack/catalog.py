"""Every Web API method that the workspace answers."""

from bot.sandbox.slack import auth, chat, conversations, files, reactions, users, validate, views
from bot.sandbox.slack.call import Method

METHODS: dict[str, Method] = {
    **auth.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **reactions.METHODS,
    **users.METHODS,
    **validate.METHODS,
    **views.METHODS,
}

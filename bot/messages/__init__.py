from bot.messages.validators import find_once

find_once()

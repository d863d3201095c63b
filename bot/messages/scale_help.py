"""What can be typed behind /scale, each form with an example that would work in this fleet today."""

from collections.abc import Sequence

from bot.fleet import Fleet
from bot.messages.help import help_message
from bot.model import Content, Target

SCALE_FORMS = (
    ("/scale SERVICE [in ENV] 6", "so many hosts", "/scale {service} in {env} 6"),
    ("/scale SERVICE [in ENV] +2", "so many more; `-1` for fewer", "/scale {service} in {env} +1"),
    ("/scale SERVICE [in ENV] plan", "what the rules would do now, and why; nothing moves", "/scale {service} plan"),
    (
        "/scale SERVICE [in ENV] plan +2",
        "what that would do; nothing moves",
        "/scale {service} in {env} plan +1",
    ),
    (
        "/scale SERVICE [in ENV] hold [2h]",
        "the rules leave the number alone; 8 h when no time is said",
        "/scale {service} in {env} hold 2h",
    ),
    ("/scale SERVICE [in ENV] auto", "give it back to the rules", "/scale {service} in {env} auto"),
    ("/scale", "open a form that asks for everything", "/scale"),
    ("/scale help", "this", "/scale help"),
)


def scale_help(fleet: Fleet, places: Sequence[Target]) -> Content:
    """`places` are those whose number can be changed; without one the forms stand alone."""
    place = places[0] if places else next(iter(fleet.targets()))
    return help_message("How many hosts", SCALE_FORMS, {"service": place.service, "env": place.environment})

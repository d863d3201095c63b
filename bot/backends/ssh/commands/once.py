"""Runs one command to its end, within a time, and answers how it ended."""

from bot.backends.ssh.commands.text import assign, checked_variable, script
from bot.model import Host

KEPT = 4096  # bytes of output, the last ones
KILL_AFTER = 2  # seconds between SIGTERM and SIGKILL

BODY = """
said=$({ timeout -k "$kill_after" "$seconds" sh -c "$command" </dev/null; printf '\\nexit %s' "$?"; } 2>&1 \\
  | tail -c "$kept")
printf 'exit %s\\ntail\\n%s\\n' "${said##*exit }" "${said%exit *}"
"""


def once(command: str, host: Host, seconds: float) -> str:
    """Answers exit and tail; 124 or 137 when it ran too long."""
    variables = {checked_variable(name): value for name, value in host.vars.items()} | {"POINTSMAN_HOST": host.name}
    exported = f"{assign(variables)}\nexport {' '.join(variables)}"
    values = {"command": command, "seconds": f"{seconds:g}", "kill_after": str(KILL_AFTER), "kept": str(KEPT)}
    return script(values, f"{exported}\n{BODY}")

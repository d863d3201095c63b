"""How busy a Linux host is: the counters of /proc, which only the difference of two readings says anything by."""

from bot.backends.ssh.commands.text import script

APART = 1  # seconds between two readings, where there is none from before

BODY = """
[ -r /proc/stat ] || { printf 'lacking /proc/stat\\n'; exit 0; }
stat() { read -r _ all </proc/stat && printf 'stat %s\\n' "$all"; }
stat
[ -z "$apart" ] || { sleep "$apart"; stat; }
read -r one _ </proc/loadavg && printf 'load %s\\n' "$one"
read -r up _ </proc/uptime && printf 'up %s\\n' "$up"
"""


def load(twice: bool) -> str:
    """Answers stat (once, or twice with a pause between), load and up; or lacking, where there is no /proc."""
    return script({"apart": str(APART) if twice else ""}, BODY)

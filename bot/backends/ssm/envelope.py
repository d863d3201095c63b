"""A script as Run Command carries it, and the script's answer as it comes back.

The script goes packed: SSM fills in what looks like `{{…}}` in a command, and ours must arrive to the letter.
"""

import base64
import gzip
import re
import shlex
from collections.abc import Mapping

from bot.backends.ssh.commands.text import MARK

OVER = re.compile(r"\n@over@ ([0-9]+)\s*\n?")
"""The last line of a whole answer, with the status of what read the script."""

MOST = 24_000
"""Characters of an answer that SSM passes on; what comes after is cut off."""

NOBODY = "the SSM agent does not say which instance it is on (AWS_SSM_INSTANCE_ID): update the agent"

CARRIER = """
letter() {{
  printf "me='%s'\\n" "$(printf %s "$AWS_SSM_INSTANCE_ID" | tr -cd 'a-z0-9-')"
  printf %s {packed} | base64 -d | gzip -dc
}}
{own}answer=$(letter | setsid {reader})
code=$?
printf '%s\\n@over@ %s\\n' "$answer" "$code"
end='
tail
'
case ${{answer%%"$end"*}} in
*'
exit '* | *'
refused '*) exit 1 ;;
esac
exit "$code"
"""
"""A session of its own outlives a cancel, which is SIGKILL for the agent's group: as after a cut connection, the order
ends its step there and goes no further until it is asked for again. The command ends with 1 where a step failed, which
is what AWS's MaxErrors counts.
"""

ROOT = """[ -n "$HOME" ] || HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
export HOME
cd "$HOME" || exit 1
"""
"""The agent starts a script in a directory of its own, and may leave HOME out."""

Variables = Mapping[str, str]


def sealed(script: str, of_hosts: Mapping[str, Variables], user: str) -> str:
    """The command for all of these hosts: each finds its own variables. An empty `user` is the agent's own, root."""
    packed = base64.b64encode(gzip.compress((_differing(of_hosts) + script).encode(), mtime=0)).decode()
    if not user:
        return CARRIER.format(packed=packed, own=ROOT, reader="sh")
    reader = f"runuser -l {shlex.quote(user)} -s /bin/sh -c 'exec sh'"
    return CARRIER.format(packed=packed, own="", reader=reader)


def opened(output: str) -> tuple[int, str] | None:
    """Status and answer; None when the end of the answer is not there."""
    last = next(reversed(list(OVER.finditer(output))), None)
    return (int(last[1]), output[: last.start()] + "\n") if last else None


def _differing(of_hosts: Mapping[str, Variables]) -> str:
    """Exports what is this host's own. A host that is none of them says so and does nothing."""
    if not any(of_hosts.values()):
        return ""
    cases = "\n".join(f"{shlex.quote(name)}) {_exports(variables)};;" for name, variables in of_hosts.items())
    nobody = f"*) printf '\\n%s\\nrefused %s\\n' '{MARK}' {shlex.quote(NOBODY)}; exit 0;;"
    return f"case $me in\n{cases}\n{nobody}\nesac\n"


def _exports(variables: Variables) -> str:
    return "export " + " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())

"""A step on a host: started once, detached, and found again by whoever asks.

A step is a directory. Its runner holds a lock on the file `alive` for as long as it lives, which a reboot or a
`kill -9` frees and a reused process id cannot fake. It writes `exit` by rename before it lets go.
"""

from bot.backends.ssh.commands.order import HELD
from bot.backends.ssh.commands.text import checked_order, directory, script
from bot.model import Step

MAX_ATTEMPTS = 2
"""A step that vanished without an exit file is started once more, then given up."""

KILL_AFTER_SECONDS = 5
"""Between SIGTERM and SIGKILL to the group of a step that ran too long."""

TAIL_BYTES = 8192
"""How much of a failed step's log is read; what people see of it is cut shorter."""

RUNNER = """
sh -c 'echo $$ >pid && exec timeout -k "$2" "$1" sh ./command' sh "$1" "$2" >log 2>&1 </dev/null
code=$?
if [ ! -e ended ] && { [ $code -eq 124 ] || [ $code -eq 137 ]; }; then
  code="$code timeout"
  group=$(cat pid)
  tries=$(($2 * 10))
  while [ $tries -gt 0 ] && kill -s 0 -- "-$group"; do sleep 0.1; tries=$((tries - 1)); done
  kill -s KILL -- "-$group"
fi
printf '%s\\n' "$code" >exit.new && mv exit.new exit
"""
"""`ended` is written by the command's own shell: without it, 124 and 137 are the work of `timeout`.

`timeout` leads a process group of its own, which is the pid written here. It waits for its child only; the rest of
the group has the same time to heed SIGTERM.
"""

ENSURE = (
    HELD
    + """
attempt=1
while [ -d "$orders/$order/$step.$((attempt + 1))" ]; do attempt=$((attempt + 1)); done
dir=$orders/$order/$step.$attempt
if [ -d "$dir" ] && { [ ! -e "$dir/alive" ] || flock -s -n "$dir/alive" true; } && [ ! -e "$dir/exit" ]; then
  if [ "$attempt" -ge "$max_attempts" ]; then echo 'vanished yes'; exit 0; fi
  attempt=$((attempt + 1))
  dir=$orders/$order/$step.$attempt
fi
if [ ! -d "$dir" ]; then
  why=$( { mkdir "$dir" && printf '%s\\n' "$command" >"$dir/command" && : >"$dir/alive"; } 2>&1 ) \
    || refuse "$why"
  exec 9>"$dir/alive"
  flock 9
  ( cd "$dir" && setsid -f sh -c "$runner" sh "$seconds" "$kill_after" </dev/null >/dev/null 2>&1 8>&- )
  exec 9>&-
fi
exec 8>&-
flock -s -w "$wait" "$dir/alive" true
if [ ! -e "$dir/exit" ]; then echo 'running yes'; exit 0; fi
code=$(cat "$dir/exit")
printf 'exit %s\\n' "$code"
if [ "$code" != 0 ]; then echo tail; tail -c "$tail_bytes" "$dir/log"; fi
"""
)


STOP = (
    HELD
    + """
exec 8>&-
attempt=1
while [ -d "$orders/$order/$step.$((attempt + 1))" ]; do attempt=$((attempt + 1)); done
dir=$orders/$order/$step.$attempt
group=$(cat "$dir/pid" 2>/dev/null)
[ -n "$group" ] || { echo 'stopped no'; exit 0; }
kill -s TERM -- "-$group" 2>/dev/null
flock -s -w "$kill_after" "$dir/alive" true || kill -s KILL -- "-$group" 2>/dev/null
flock -s -w "$kill_after" "$dir/alive" true
echo 'stopped yes'
"""
)


def stop(path: str, order_id: str, step: Step) -> str:
    """Ends a running step with all it started; answers stopped, superseded or refused."""
    values = {
        "path": directory(path),
        "order": checked_order(order_id),
        "step": step.value,
        "kill_after": str(KILL_AFTER_SECONDS),
    }
    return script(values, STOP)


def ensure(path: str, order_id: str, step: Step, command: str, seconds: float, wait_seconds: float) -> str:
    """Starts the step unless it was started before; waits a little for its end.

    Answers exit (status, and `timeout` if it was stopped for its time) with the tail of a failure's log, or running,
    vanished, superseded or refused.
    """
    values = {
        "path": directory(path),
        "order": checked_order(order_id),
        "step": step.value,
        "command": command,
        "runner": RUNNER,
        "seconds": f"{seconds:g}",
        "kill_after": str(KILL_AFTER_SECONDS),
        "wait": f"{wait_seconds:g}",
        "max_attempts": str(MAX_ATTEMPTS),
        "tail_bytes": str(TAIL_BYTES),
    }
    return script(values, ENSURE)

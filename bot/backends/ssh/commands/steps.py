"""A step on a host: started once, detached, and found again by whoever asks.

A step is a directory. Its runner holds a lock on the file `alive` for as long as it lives, which a reboot or a
`kill -9` frees and a reused process id cannot fake. It writes `exit` before it lets go.
"""

MAX_ATTEMPTS = 2
"""A step that vanished without an exit file is started once more, then given up."""

KILL_AFTER_SECONDS = 5
"""Between SIGTERM and SIGKILL to the group of a step that ran too long."""

BRIEF_SECONDS = 3.0
"""A step that ends within this lets the next begin without the mutex being given up and taken again in between."""

TAIL_BYTES = 8192
"""How much of a failed step's log is read; what people see of it is cut shorter."""

RUNNER = """
( read -r self rest </proc/self/stat; echo "$self" >pid; exec timeout -k "$2" "$1" sh ./command ) >log 2>&1 </dev/null
code=$?
if [ ! -e ended ] && { [ $code -eq 124 ] || [ $code -eq 137 ]; }; then
  code="$code timeout"
  group=$(cat pid)
  tries=$(($2 * 10))
  while [ $tries -gt 0 ] && kill -s 0 -- "-$group"; do sleep 0.1; tries=$((tries - 1)); done
  kill -s KILL -- "-$group"
fi
printf '%s\\n' "$code" >exit
"""
"""`ended` is written by the command's own shell: without it, 124 and 137 are the work of `timeout`.

`timeout` leads a process group of its own, which is the pid written here: Linux says a subshell's own in /proc. It
waits for its child only; the rest of the group has the same time to heed SIGTERM. An `exit` that is still empty counts
as none.
"""

ENSURE = """
ensure() {
  step=$1 seconds=$2 command=$3 attempt=1 code= begun=
  while [ -e "$own/$step.$((attempt + 1))/alive" ]; do attempt=$((attempt + 1)); done
  dir=$own/$step.$attempt
  if [ -s "$dir/exit" ] && read -r code <"$dir/exit" && [ "$code" = 0 ]; then return; fi
  lock
  [ ! -e "$dir/alive" ] || begun=yes
  if [ -n "$begun" ] && [ ! -s "$dir/exit" ] && flock -s -n "$dir/alive" true && [ ! -s "$dir/exit" ]; then
    if [ "$attempt" -ge "$max_attempts" ]; then printf 'step %s\\nvanished yes\\n' "$step"; leave; exit 0; fi
    begun= attempt=$((attempt + 1))
    dir=$own/$step.$attempt
  fi
  if [ -z "$begun" ] && [ -e "$own/halt" ]; then printf 'before %s\\n' "$step"; leave; exit 0; fi
  printf 'step %s\\n' "$step"
  [ -n "$begun" ] || start
  exec 7<"$dir/alive"
  flock -s -w "$brief" 7 || { unlock; flock -s -w "$rest" 7; }
  exec 7<&-
  if [ ! -s "$dir/exit" ]; then echo 'running yes'; exit 0; fi
  read -r code <"$dir/exit"
  [ "$code" = 0 ] || failed
}
start() {
  why=$( { { [ -d "$dir" ] || mkdir "$dir"; } && printf '%s\\n' "$command" >"$dir/command" \\
    && : >"$dir/alive"; } 2>&1 ) \\
    || refuse "$why"
  exec 9>"$dir/alive"
  flock 9
  ( cd "$dir" && exec setsid -f sh -c "$runner" sh "$seconds" "$kill_after" </dev/null >/dev/null 2>&1 8>&- )
  exec 9>&-
}
failed() {
  leave
  [ ! -e "$dir/stopped" ] || echo 'stopped yes'
  printf 'exit %s\\n' "$code"
  echo tail
  tail -c "$tail_bytes" "$dir/log"
  exit 0
}
"""
"""Returns when the step has ended with 0; whatever else came of it ends the script, with its words."""

STOP = """
end_steps() {
  for alive in "$own"/*/alive; do
    if [ ! -e "$alive" ] || flock -s -n "$alive" true; then continue; fi
    dir=${alive%/alive}
    : >"$dir/stopped"
    tries=20
    while [ ! -s "$dir/pid" ] && [ "$tries" -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done
    group=$(cat "$dir/pid" 2>/dev/null)
    [ -n "$group" ] || continue
    kill -s TERM -- "-$group" 2>/dev/null
    flock -s -w "$kill_after" "$alive" true || kill -s KILL -- "-$group" 2>/dev/null
    flock -s -w "$kill_after" "$alive" true
  done
}
cd -- "$path" 2>/dev/null || refuse "$path is gone"
: >"$own/halt"
exec 8>>.pointsman/mutex || refuse "cannot write to $path/.pointsman"
tries=40
end_steps
while ! flock -w 0.5 8; do
  [ "$tries" -gt 0 ] || refuse "$path/.pointsman/mutex is locked: another program holds it"
  tries=$((tries - 1))
  end_steps
done
holder=
{ read -r holder <.pointsman/holder; } 2>/dev/null
unlock
if [ "$holder" != "$order" ]; then printf 'superseded %s\\n' "${holder:-another order}"; exit 0; fi
end_steps
echo 'halted yes'
"""
"""`halt` is there before the mutex is waited for: no step begins from then on. Who holds the mutex waits for a step, so
that is ended first, and again until the mutex is free: a step may just have been beginning.
"""

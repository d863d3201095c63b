"""A step on a host: started once, away from whoever asked for it, and found again.

A step is a directory. It has begun once `pid` is there, which names its process group, and has ended once `exit` is.
"""

MAX_ATTEMPTS = 2
"""A step that vanished without an exit file is started once more, then given up."""

KILL_AFTER_SECONDS = 5
"""Between SIGTERM and SIGKILL to the group of a step that ran too long."""

TAIL_BYTES = 8192
"""How much of a failed step's log is read; what people see of it is cut shorter."""

RUN = """
hear() {
  exec 8>&-
  while read -r line; do
    case $line in
      'log '*) echo tail; tail -c "$tail_bytes" "${line#log }/log";;
      *) printf '%s\\n' "$line";;
    esac
  done
}
run() {
  course | hear &
  exec 8>&- 7<.pointsman/mutex
  if flock -s -w "$wait" 7; then
    exec 7<&-
    wait $!
  else
    kill $!
    echo 'running yes'
  fi
}
"""
"""`course` is the runner: all that remains of the order, in a process that nobody waits for. It says each word before
it acts. Once `hear` is gone, because the connection was cut or the time to wait is over, it dies of its next word: then
whoever asks again starts a new one, which goes on there. Where SIGPIPE is ignored it ends by itself. It keeps the mutex
for as long as it lives.
"""

ENSURE = """
ensure() {
  step=$1 seconds=$2 hundredths=$3 command=$4 attempt=1
  while [ -e "$own/$step.$((attempt + 1))/pid" ]; do attempt=$((attempt + 1)); done
  dir=$own/$step.$attempt
  if [ -s "$dir/exit" ]; then
    read -r code <"$dir/exit"
    [ "$code" != 0 ] || return 0
    mine
    printf 'step %s\\n' "$step"
    failed
  fi
  mine
  if [ -e "$dir/pid" ]; then
    if [ "$attempt" -ge "$max_attempts" ]; then leave; printf 'step %s\\nvanished yes\\n' "$step"; finish; fi
    dir=$own/$step.$((attempt + 1))
  fi
  if [ -e "$own/halt" ]; then leave; printf 'before %s\\n' "$step"; finish; fi
  printf 'step %s\\n' "$step" || exit 0
  start
  [ "$code" = 0 ] || failed
}
lay_out() { { [ -d "$dir" ] || mkdir "$dir"; } && printf '%s\\n' "$command" >"$dir/command"; }
now() { read -r now rest </proc/uptime; now=${now%.*}${now#*.}; }
start() {
  lay_out 2>/dev/null || why=$(lay_out 2>&1) || refuse "$why"
  now; began=$now
  (
    cd "$dir" && read -r self </proc/self/stat && echo "$self" >pid \\
      && exec timeout -k "$kill_after" "$seconds" sh ./command >log 2>&1
  )
  code=$?
  now
  if [ $((now - began)) -ge "$hundredths" ] && { [ $code -eq 124 ] || [ $code -eq 137 ]; }; then
    code="$code timeout"
    outlive
  fi
  printf '%s\\n' "$code" >"$dir/exit"
}
outlive() {
  read -r group rest <"$dir/pid"
  tries=$((kill_after * 10))
  while [ $tries -gt 0 ] && kill -s 0 -- "-$group"; do sleep 0.1; tries=$((tries - 1)); done
  kill -s KILL -- "-$group"
}
failed() {
  leave
  [ ! -e "$dir/stopped" ] || echo 'stopped yes'
  printf 'exit %s\\nlog %s\\n' "$code" "$dir"
  finish
}
"""
"""Returns when the step has ended with 0; whatever else came of it ends the runner, with its words.

124 and 137 are the work of `timeout` if the time had passed. It leads a process group of its own, and waits for its
child only: the rest of the group has the same time to heed SIGTERM. It is told from a later process of the same number
by its line of /proc, which is what `pid` holds. An `exit` that is still empty counts as none. `timeout` also gives the
command back the signals that a shell has a process ignore that it does not wait for.
"""

STOP = """
cd -- "$path" 2>/dev/null || refuse "$path is gone"
mine
: >"$own/halt"
open_mutex
tries=40
end_steps "$own"
until flock -w 0.5 8; do
  [ "$tries" -gt 0 ] || busy
  tries=$((tries - 1))
  end_steps "$own"
done
who
[ -z "$holder" ] || [ "$holder" = "$order" ] || { printf 'superseded %s\\n' "$holder"; exit 0; }
echo 'halted yes'
"""
"""`halt` is there before the mutex is waited for: no step begins from then on. A step may just have been beginning, so
it is looked for again until nobody is at work.
"""

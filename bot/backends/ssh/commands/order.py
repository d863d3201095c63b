"""The frame of an order on a host, as shell functions: takes the place, switches, tidies up and leaves it.

One order works in a path at a time. `.pointsman/holder` names it, and whoever works for it holds the lock
`.pointsman/mutex`: first the script that was sent, then the runner that it starts, and each step of that. So the mutex
is free exactly when nobody is at work, which a reboot or a `kill -9` sees to and a reused process id cannot fake.
"""

KEPT_ORDERS = 20
"""How many orders' logs stay on a host, and up to ten more: they go ten at a time."""

LOCK = """
own=.pointsman/orders/$order
refuse() { printf 'refused %s\\n' "$(printf '%s' "$1" | tr '\\n' ' ')"; exit 0; }
busy() { refuse "$path/.pointsman/mutex is locked: another program holds it"; }
open_mutex() { command exec 8>>.pointsman/mutex || refuse "cannot write to $path/.pointsman"; } 2>/dev/null
who() { holder=; { read -r holder <.pointsman/holder; } 2>/dev/null; }
mine() {
  [ -e "$own/superseded" ] || return 0
  read -r by <"$own/superseded"
  printf 'superseded %s\\n' "$by"
  exit 0
}
group_of() {
  group=
  [ -s "$1/pid" ] && [ ! -s "$1/exit" ] && read -r was <"$1/pid" || return 1
  { read -r is <"/proc/${was%% *}/stat"; } 2>/dev/null || return 1
  since "$was"; began=$since
  since "$is"
  [ "$since" = "$began" ] && group=${was%% *}
}
since() { set -- ${1##*) }; since=${20}; }
end_steps() {
  for pid in "$1"/*/pid; do
    dir=${pid%/pid}
    group_of "$dir" || continue
    : >"$dir/stopped"
    end_one TERM
    flock -w "$kill_after" 8 || end_one KILL
  done
}
end_one() { kill -s "$1" -- "-$group" || kill -s "$1" "$group"; } 2>/dev/null
"""
"""`mine` lets an order go on only while no other one has replaced it. The group of a step is known by its leader's line
in /proc, of which the twentieth word after the name is when that process began: a later one of its number began later.
What takes a release from the bot leads no group and is alone.
"""

BEGIN = """
make_place() {
  { [ -d "$path" ] || mkdir -p -- "$path"; } && cd -- "$path" && { [ -d .pointsman ] || mkdir -p -m 700 .pointsman; } \\
    || return
  set --
  for place in releases .pointsman/complete "$own"; do [ -d "$place" ] || set -- "$@" "$place"; done
  for step in $steps; do [ -d "$own/$step.1" ] || set -- "$@" "$own/$step.1"; done
  [ $# -eq 0 ] || mkdir -p "$@"
}
lapsed() { [ $(( $(date +%s) - $(stat -c %Y .pointsman/holder) )) -ge "$lease" ]; }
held() { printf 'held %s\\n' "$holder"; exit 0; }
replace() {
  lapsed || held
  mkdir -p ".pointsman/orders/$holder" && printf '%s\\n' "$order" >".pointsman/orders/$holder/superseded"
  forget ".pointsman/orders/$holder"
}
forget() { [ ! -s "$1/parcel.1/tar" ] || : >"$1/parcel.1/tar"; }
wait_for_it() {
  who
  if [ "$holder" = "$order" ]; then
    touch -c .pointsman/holder
    if group_of "$own/parcel.1"; then end_one TERM; fi
    flock -w "$wait" 8 || { echo 'running yes'; exit 0; }
  elif [ -n "$holder" ]; then
    replace
    end_steps ".pointsman/orders/$holder"
    flock -w "$kill_after" 8 || held
  else
    flock -w 20 8 || busy
  fi
}
begin() {
  start=$PWD
  make_place 2>/dev/null || {
    cd "$start"
    why=$(make_place 2>&1) || refuse "$why"
    cd -- "$path" 2>/dev/null || refuse "$path is gone"
  }
  mine
  [ -z "$halt" ] || : >"$own/halt"
  open_mutex
  flock -n 8 || wait_for_it
  mine
  if [ -e current ] && [ ! -L current ]; then refuse "$path/current is a directory, not a link: move it away"; fi
  who
  if [ "$holder" = "$order" ]; then
    printf '%s\\n' "$order" 1<>.pointsman/holder
  else
    [ -z "$holder" ] || replace
    { printf '%s\\n' "$order" >.pointsman/holder; } 2>/dev/null \\
      || refuse "cannot write to $path/.pointsman: is the disk full?"
  fi
  look
}
look() {
  current= complete= restarted=
  here=$PWD
  if [ -L current ] && cd -P current 2>/dev/null; then
    current=${PWD##*/}
    printf 'current %s\\n' "$current"
    cd "$here" || refuse "$path is gone"
  fi
  if [ -n "$sha" ] && [ -e ".pointsman/complete/$sha" ] && [ -d "releases/$sha" ]; then complete=yes; fi
  for ended in "$own"/restart.*/exit; do
    if [ -s "$ended" ]; then read -r restarted <"$ended"; printf 'restarted %s\\n' "$restarted"; fi
  done
}
"""
"""Takes the place, from an order that was silent longer than the lease too; that one's step is ended. While this order
is at work already, it is waited for; but what takes a release there does so from a connection that is lost. Writing the
same bytes over themselves renews the file's age: that needs no room on a full disk, and no process. A step's first
directory is made here, all in one go.
"""

SWITCH = """
make_current() {
  printf '' >".pointsman/complete/$sha" && ln -sfn "releases/$sha" "$own/current" && mv -T "$own/current" current
}
switch() {
  mine
  if [ -e "$own/halt" ] && [ "$current" != "$sha" ]; then leave; echo 'before switch'; finish; fi
  echo 'step switch' || exit 0
  [ -d "releases/$sha" ] || refuse "$path/releases/$sha is gone"
  [ -L current ] || [ ! -e current ] || refuse "$path/current is a directory, not a link: move it away"
  make_current 2>/dev/null || why=$(make_current 2>&1) || refuse "$why"
  current=$sha
}
"""
"""Marks the release complete and makes it current, in one rename. What fails is done again for its words: to catch them
at once would cost a process.
"""

LEAVE = """
keeps() { case " $current $protect " in *" $1 "*) return 0;; esac; return 1; }
is_sha() { case $1 in *[!0-9a-f]*) return 1;; esac; [ ${#1} -eq 40 ]; }
too_old() {
  set -- .pointsman/complete/*
  [ $# -gt "$keep" ] || return 0
  if [ $# -eq $((keep + 1)) ]; then oldest "$@"; else by_age; fi
}
oldest() {
  oldest=$1
  for marker; do
    old=${marker##*/}
    is_sha "$old" && [ -d "releases/$old" ] || return 0
    [ ! "$oldest" -nt "$marker" ] || oldest=$marker
  done
  old=${oldest##*/}
  keeps "$old" || over="$over$old "
}
by_age() {
  count=0
  for old in $(ls -t .pointsman/complete); do
    is_sha "$old" && [ -d "releases/$old" ] || continue
    count=$((count + 1))
    if [ "$count" -gt "$keep" ] && ! keeps "$old"; then over="$over$old "; fi
  done
}
stays() {
  case $over in *" $1 "*) return 1;; esac
  [ -e ".pointsman/complete/$1" ] || keeps "$1"
}
old_orders() {
  set -- .pointsman/orders/*
  [ $# -ge $((kept_orders + 10)) ] || return 0
  count=0
  for old in $(ls -t .pointsman/orders); do
    count=$((count + 1))
    [ "$count" -le "$kept_orders" ] || [ "$old" = "$order" ] || tossed="$tossed .pointsman/orders/$old"
  done
}
toss() {
  [ $# -gt 0 ] || return 0
  [ $# -eq 1 ] || mkdir -p .pointsman/trash.$$
  mv "$@" .pointsman/trash.$$
}
leave() {
  mine
  over=' ' gone= tossed=
  too_old
  for marker in .pointsman/complete/*; do
    old=${marker##*/}
    is_sha "$old" || continue
    [ -d "releases/$old" ] && stays "$old" || gone="$gone $marker"
  done
  for release in releases/* releases/.new-*; do
    old=${release#releases/}; old=${old#.new-}
    is_sha "$old" && [ -d "$release" ] && ! stays "$old" || continue
    tossed="$tossed $release" gone="$gone repo/refs/pointsman/$old"
    [ ! -e repo/packed-refs ] || git --git-dir=repo update-ref -d "refs/pointsman/$old" 2>/dev/null
  done
  old_orders
  toss $tossed
  forget "$own"
  [ -z "$gone" ] || rm -f $gone
  : >.pointsman/holder
}
finish() {
  exec >/dev/null 8>&-
  set -- .pointsman/trash.*
  if [ -e "$1" ]; then rm -rf "$@" & fi
  exit 0
}
"""
"""The newest `keep` releases stay, and the current and the protected ones; half-made ones go. Where one is too many, as
after most deploys, the shell finds the oldest by itself: `ls` would be two processes. What goes is gathered first: one
process for all of it. A marker goes after its release: without one it counts for nothing. Nobody waits for what
`finish` removes.
"""

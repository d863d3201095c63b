"""The frame of an order on a host, as shell functions: takes the place, switches, tidies up and leaves it.

One order works in a path at a time. `.pointsman/holder` names it; an order checks that name under a lock
(`.pointsman/mutex`) before it does anything, so that one which another replaced can do nothing more.
"""

KEPT_ORDERS = 20
"""How many orders' logs stay on a host, and up to ten more: they go ten at a time."""

LOCK = """
locked=
own=.pointsman/orders/$order
refuse() { printf 'refused %s\\n' "$(printf '%s' "$1" | tr '\\n' ' ')"; exit 0; }
take_mutex() {
  exec 8>>.pointsman/mutex || refuse "cannot write to $path/.pointsman"
  flock -w 20 8 || refuse "$path/.pointsman/mutex is locked: another program holds it"
  holder=
  { read -r holder <.pointsman/holder; } 2>/dev/null
}
lock() {
  [ -z "$locked" ] || return 0
  take_mutex
  if [ "$holder" != "$order" ]; then printf 'superseded %s\\n' "${holder:-another order}"; exit 0; fi
  speak
  locked=yes
}
speak() { printf '%s\\n' "$order" 1<>.pointsman/holder; }
unlock() { exec 8>&-; locked=; }
"""
"""The mutex is held until fd 8 is closed. `lock` lets an order go on only while it still holds the place. `speak`
renews the file's age: the same bytes over themselves need no room on a full disk, and no process.
"""

BEGIN = """
make_place() {
  { [ -d "$path" ] || mkdir -p -- "$path"; } && cd -- "$path" && { [ -d .pointsman ] || mkdir -p -m 700 .pointsman; } \\
    || return
  set --
  for step in $steps; do set -- "$@" "$own/$step.1"; done
  mkdir -p releases .pointsman/complete "$own" "$@"
}
replace() {
  age=$(( $(date +%s) - $(stat -c %Y .pointsman/holder) ))
  if [ "$age" -lt "$lease" ]; then printf 'held %s\\n' "$holder"; exit 0; fi
  for alive in ".pointsman/orders/$holder"/*/alive; do
    if [ -e "$alive" ] && ! flock -s -n "$alive" true; then
      group=$(cat "${alive%/alive}/pid" 2>/dev/null)
      [ -z "$group" ] || kill -s TERM -- "-$group" 2>/dev/null
      flock -s -w 5 "$alive" true || { [ -z "$group" ] || kill -s KILL -- "-$group" 2>/dev/null; }
      flock -s -w 5 "$alive" true || { printf 'held %s\\n' "$holder"; exit 0; }
    fi
  done
  mkdir -p ".pointsman/orders/$holder" && printf '%s\\n' "$order" >".pointsman/orders/$holder/superseded"
}
begin() {
  why=$(make_place 2>&1) || refuse "$why"
  cd -- "$path" 2>/dev/null || refuse "$path is gone"
  take_mutex
  if [ -e "$own/superseded" ]; then printf 'superseded %s\\n' "$(cat "$own/superseded")"; exit 0; fi
  if [ -e current ] && [ ! -L current ]; then refuse "$path/current is a directory, not a link: move it away"; fi
  if [ "$holder" = "$order" ]; then
    speak
  else
    [ -z "$holder" ] || replace
    printf '%s\\n' "$order" >.pointsman/holder \\
      || refuse "cannot write to $path/.pointsman: is the disk full?"
  fi
  locked=yes
  [ -z "$halt" ] || : >"$own/halt"
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
"""Takes the place, from an order that was silent longer than the lease too; that one's step is ended. A step's first
directory is made here, all in one go; the step has begun once its file `alive` is there.
"""

SWITCH = """
switch() {
  lock
  if [ -e "$own/halt" ] && [ "$current" != "$sha" ]; then echo 'before switch'; leave; exit 0; fi
  echo 'step switch'
  [ -d "releases/$sha" ] || refuse "$path/releases/$sha is gone"
  [ -L current ] || [ ! -e current ] || refuse "$path/current is a directory, not a link: move it away"
  why=$( { : >".pointsman/complete/$sha" && ln -sfn "releases/$sha" "$own/current" \\
    && mv -T "$own/current" current; } 2>&1 ) || refuse "$why"
  current=$sha
}
"""
"""Marks the release complete and makes it current, in one rename."""

LEAVE = """
keeps() { case " $current $protect " in *" $1 "*) return 0;; esac; return 1; }
is_sha() { case $1 in *[!0-9a-f]*) return 1;; esac; [ ${#1} -eq 40 ]; }
too_old() {
  set -- .pointsman/complete/*
  [ $# -gt "$keep" ] || return 0
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
sweep() {
  set -- .pointsman/trash.*
  [ ! -e "$1" ] || setsid -f rm -rf "$@" </dev/null >/dev/null 2>&1 8>&-
}
leave() {
  lock
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
  sweep
  rm -f .pointsman/holder $gone
  unlock
}
"""
"""The newest `keep` releases stay, and the current and the protected ones; half-made ones go. What goes is gathered
first: one process for all of it. A marker goes after its release: without one it counts for nothing.
"""

"""How a host takes a release that the bot pushes: through the input of the script itself, before any step begins."""

RECEIVE = """
receive() {
  [ "$restarted" != 0 ] && [ "$current" != "$sha" ] && [ -z "$complete" ] || return 0
  dir=$own/parcel.1
  parcel=$dir/tar
  for over in "$dir/exit" "$own"/unpack.*/exit; do [ ! -e "$over" ] || return 0; done
  if [ -e "$own/halt" ]; then leave; echo 'before fetch'; finish; fi
  have=0
  if [ -s "$parcel" ]; then have=$(wc -c <"$parcel"); else echo 'step fetch'; fi
  printf 'want %d\\n' "$have"
  read -r from sum || { leave; not_taken 'refused no release came'; }
  why=$(take 2>&1)
  code=$?
  if [ "$code" = 0 ] && whole; then
    { echo 0 >"$dir/exit"; } 2>/dev/null || code=1
  fi
  [ ! -s "$dir/exit" ] || return 0
  mine
  if [ -e "$own/halt" ]; then leave; not_taken 'stopped yes'; fi
  if [ "$code" -gt 0 ] && [ "$code" -le 128 ]; then
    leave
    not_taken "refused the release cannot be written to $path: ${why:-is the disk full?}"
  fi
  echo 'running yes'
  exit 0
}
take() {
  [ "$from" != 0 ] || : >"$parcel"
  read -r self </proc/self/stat && echo "$self" >"$dir/pid" && exec cat >>"$parcel"
}
whole() {
  sha256sum -c >/dev/null 2>&1 <<END
$sum  $parcel
END
}
not_taken() {
  printf 'step fetch\\n%s\\n' "$(printf '%s' "$1" | tr '\\n' ' ')"
  finish
}
"""
"""Says from which byte on it `want`s the release, and is answered with a line `FROM SHA256` and the bytes, to the end
of its input: as many as were sent in time. While some are missing it ends with `running`, and whoever asked asks again.
`pid` is the process that takes them; `exit` is there once all are, by their sum. So what a cut left is gone on with,
and what came wrong is taken anew.
"""

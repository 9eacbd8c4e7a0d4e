# Sourced by POSIX shells. find_bun sets `bun` to the Bun binary that npm has installed for the folder $1, or to nothing.
#
# npm's `bun` package is a placeholder of a few hundred bytes until its install script has put the binary in its place.
# Where install scripts are blocked, the binary is still in the package of the platform, and runs from there.
find_bun() {
  bun=
  _folder=$1
  while :; do
    _installed=$_folder/node_modules/bun/bin/bun.exe
    # 2048 blocks of 512 bytes: the placeholder has one, the binary 200 000.
    if [ -x "$_installed" ] && [ -n "$(find -L "$_installed" -size +2048)" ]; then
      bun=$_installed
      return 0
    fi
    for _candidate in "$_folder"/node_modules/@oven/bun-*/bin/bun; do
      # There may be one for another C library beside it.
      if [ -x "$_candidate" ] && "$_candidate" --version >/dev/null 2>&1; then
        bun=$_candidate
        return 0
      fi
    done
    [ -n "$_folder" ] || return 1
    _folder=${_folder%/*}
  done
}

# Replaces the shell by the program $2, whose source is $3 below the folder $1: process id and signals are its own.
run_with_bun() {
  _bin=$1
  _name=$2
  _source=$3
  shift 3
  if ! find_bun "$_bin"; then
    cat >&2 <<TEXT
$_name: Bun, which runs this program, is not installed beside it. In the folder where you ran npm:
  npm ci             when that was never done, or node_modules is not complete
  npm rebuild bun    when npm was told not to run install scripts
TEXT
    exit 1
  fi
  # The allocator would look for free pages between used ones all the time, and give them to the system, which has to clear
  # them a moment later when they are used again: a tenth of a verification. Larger free pieces it gives back as before.
  export MIMALLOC_PURGE_HOLES="${MIMALLOC_PURGE_HOLES:-0}"
  # Nothing in the working directory decides what runs: no .env, no bunfig.toml with its preloads, no installing.
  exec "$bun" --no-env-file --no-install --config=/dev/null "$_bin/../src/$_source" "$@"
}

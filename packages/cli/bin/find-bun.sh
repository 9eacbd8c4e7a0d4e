# Sourced by POSIX shells. Sets `bun` to the Bun binary that npm has installed for the folder $1, or to nothing.
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

# What grading/alloclab and grading/test have in common: they find the package, install what it is built with, and build
# it. To be sourced by bash, with `program` set to the name that messages begin with. Students have it too: beside the tool,
# which is built already, so that only what their files are compiled with is left to build.

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
root=$here
until [[ -e $root/Package.swift || $root == / ]]; do root=$(dirname -- "$root"); done
state=$root/.build/grading
if [[ -x $here/alloclab ]]; then
  is_handout=1 tool=$here/alloclab product=Kit built=$root/.build/release/libKit.a
else
  is_handout="" tool=$root/.build/release/alloclab product=alloclab built=$tool
fi

# The oldest Swift that this package is built and tested with.
readonly oldest_swift=6.3

say() { printf '%s: %s\n' "$program" "$*" >&2; }

# Status 2 is the grader's own fault, never the submission's.
give_up() {
  say "$@"
  exit 2
}

# Runs a command that writes to a log, its output shown only if it fails.
logged() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 9>&- </dev/null && return
  local status=$?
  tail -n 100 -- "$log" >&2
  return "$status"
}

# ---- What is installed --------------------------------------------------------------------------------------------

readonly libraries=/usr/lib/x86_64-linux-gnu

# Prints the Debian packages that are missing, one a line. Files are looked for instead of packages: it takes no time,
# and a machine that has them from elsewhere needs no package. An argument asks for one more: package=file.
missing_packages() {
  if [[ ! $is_handout ]]; then
    [[ -e /usr/include/json-c/json.h && -e $libraries/libjson-c.so ]] || echo libjson-c-dev
    [[ -e /usr/include/seccomp.h && -e $libraries/libseccomp.so ]] || echo libseccomp-dev
    [[ -e /usr/include/sqlite3.h && -e $libraries/libsqlite3.so ]] || echo libsqlite3-dev
    # SwiftPM asks pkg-config where libraries are, and git for the packages that this one depends on.
    type -P pkg-config >/dev/null || echo pkg-config
    type -P git >/dev/null || echo git
    [[ -e /etc/ssl/certs/ca-certificates.crt ]] || echo ca-certificates
  fi
  type -P bwrap >/dev/null || echo bubblewrap
  # The Swift toolchain brings no C library, no C++ library, and no linker for what SwiftPM builds.
  [[ -e /usr/include/stdio.h ]] || echo libc6-dev
  compgen -G "/usr/lib/gcc/x86_64-linux-gnu/*/libstdc++.so" >/dev/null || echo libstdc++-12-dev
  type -P ld.gold >/dev/null || echo binutils
  # Libraries that the toolchain's own programs are linked with.
  compgen -G "$libraries/libcurl.so.4*" >/dev/null || echo libcurl4
  compgen -G "$libraries/libncurses.so.6*" >/dev/null || echo libncurses6
  compgen -G "$libraries/libsqlite3.so.0*" >/dev/null || echo libsqlite3-0
  compgen -G "$libraries/libxml2.so.2*" >/dev/null || echo libxml2
  compgen -G "$libraries/libz.so.1*" >/dev/null || compgen -G "/lib/x86_64-linux-gnu/libz.so.1*" >/dev/null ||
    echo zlib1g
  local wish
  for wish; do [[ -e ${wish#*=} ]] || echo "${wish%%=*}"; done
}

# Installs what `missing_packages`, with the same arguments, finds missing.
install_missing() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0

  local as_root=()
  if ((EUID != 0)); then
    type -P sudo >/dev/null || give_up "missing: ${missing[*]}. As root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  type -P apt-get >/dev/null ||
    give_up "missing: ${missing[*]}, by Debian's names; there is no apt-get here, so install them another way"

  local package apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120)
  for package in "${missing[@]}"; do say "installing $package (apt-get)"; done
  mkdir -p -- "$state"
  logged "$state/apt.log" "${apt[@]}" update ||
    say "apt-get update failed; going on with the lists that are here"
  logged "$state/apt.log" "${apt[@]}" install -y --no-install-recommends "${missing[@]}" ||
    give_up "cannot install ${missing[*]}; apt-get's last words stand above"

  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} == 0)) || give_up "installed, and yet not found: ${missing[*]}"
}

# ---- The toolchain ------------------------------------------------------------------------------------------------

# Sets `swift` to the compiler's identity: its path, and when it was last changed.
find_swift() {
  local path toolchain
  path=$(type -P swift) ||
    give_up "swift is not on the PATH; install Swift $oldest_swift from https://www.swift.org/install/linux" \
      "and put its usr/bin on the PATH"
  path=$(readlink -f -- "$path")
  if [[ ${path##*/} == swiftly ]]; then
    # Swiftly's programs choose a toolchain each time they run; inside the sandbox there is nothing to choose from.
    toolchain=$(swiftly use --print-location 2>/dev/null </dev/null | tail -n 1)
    [[ -x $toolchain/usr/bin/swift ]] ||
      give_up "swiftly has no toolchain in use here; run: swiftly install $oldest_swift"
    PATH=$toolchain/usr/bin:$PATH
    path=$(readlink -f -- "$toolchain/usr/bin/swift")
  fi
  swift="$path $(stat -c %Y -- "$path")"
}

check_swift() {
  local said version
  said=$(swift --version 2>&1 </dev/null) || give_up "swift does not run: $said"
  version=$(sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' <<<"$said" | head -n 1)
  [[ $version && $(printf '%s\n' "$oldest_swift" "$version" | sort -V | head -n 1) == "$oldest_swift" ]] ||
    give_up "Swift $oldest_swift or newer is needed, and this is ${version:-another program}: ${swift% *};" \
      "install it from https://www.swift.org/install/linux"
  swift_version=$version
}

# ---- Building -----------------------------------------------------------------------------------------------------

# Holds the lock on the build folder, as descriptor 9, until `unlock` or the end.
lock() {
  mkdir -p -- "$state"
  { exec 9>>"$state/lock"; } 2>/dev/null || give_up "cannot write to $state; build as the user who owns it"
  flock --nonblock 9 && return
  say "waiting for another build of this package"
  flock 9
}

unlock() { exec 9>&-; }

# Whether what `grading/alloclab` runs was built from what is there now. A file's change time cannot be set back, so
# copied, restored and renamed files count as changed too; a folder's changes when something in it goes.
is_built() {
  local stamp=$state/built found
  [[ -x $tool && -e $built && -e $stamp && $(<"$stamp") == "$swift" ]] || return 1
  found=$(find "$root/Package.swift" "$root/Sources" -cnewer "$stamp" -print -quit 2>&1) || return 1
  [[ -z $found ]]
}

# Runs `swift build` with its output in a log, and shows how far it has come.
build() {
  local what=$1 log=$state/build.log status=0
  shift
  local time="3 to 6 minutes"
  [[ $is_handout ]] && time="half a minute"
  say "building $what with Swift $swift_version; from nothing that takes some $time on 2 cores"
  : >"$log"
  watch_build "$log" 9>&- </dev/null &
  watcher=$!
  trap stop_watching EXIT
  # In the foreground, so that Ctrl-C reaches it.
  swift build --package-path "$root" --configuration release "$@" >"$log" 2>&1 9>&- </dev/null || status=$?
  stop_watching
  ((status == 0)) && return
  grep -vE '^\[[0-9]+/[0-9]+\]' -- "$log" | tail -n 200 >&2
  give_up "the build failed; all of its output is in ${log#"$PWD"/}"
}

stop_watching() {
  trap - EXIT
  kill "$watcher" 2>/dev/null
  wait "$watcher" 2>/dev/null
  if [[ -t 2 ]]; then printf '\r\e[K' >&2; fi
}

# Shows the compiler's counter: twice a second on a terminal, otherwise now and then, as a sign of life.
watch_build() {
  local log=$1 pause=20 counter shown="" never
  [[ -t 2 ]] && pause=0.5
  # Waits by reading what never comes, so that no `sleep` outlives this function.
  exec {never}<> <(:)
  while ! read -rt "$pause" -u "$never"; do
    counter=$(tail -c 2000 -- "$log" | grep -oE '^\[[0-9]+/[0-9]+\] [^ ]+( [^ ]+)?' | tail -n 1)
    [[ $counter && $counter != "$shown" ]] || continue
    shown=$counter
    if [[ -t 2 ]]; then printf '\r\e[K%s: %s' "$program" "$counter" >&2; else say "$counter"; fi
  done
}

# Remembers that everything was built from what was there when `begin_build` was called.
begin_build() {
  rm -f -- "$state/built"
  printf '%s' "$swift" >"$state/begun"
  # Clang keeps C modules compiled. It does not see that one has got a new header, and refuses those of a folder that was
  # copied or moved.
  if [[ ! -e $state/headers || $(<"$state/headers") != "$(headers)" ]]; then
    rm -rf -- "$root/.build/release/ModuleCache" "$root/.build/debug/ModuleCache"
  fi
}
finish_build() {
  headers >"$state/headers"
  mv -- "$state/begun" "$state/built"
}

headers() { (cd -- "$root/Sources" && printf '%s\n' "$root" */include/*); }

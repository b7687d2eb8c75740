# shellcheck shell=bash
# What run, test and lock share: system packages, Python, the virtual environments. Sourced.

SUPPORTED_PYTHONS="3.11 3.12 3.13"

say() { printf '%s\n' "$*" >&2; }

# Print the packages of the given lists that are missing, one a line. A list names a package a
# line, with alternatives after "|". A package that another one provides counts as there:
# Ubuntu 24.04 has renamed libglib2.0-0 to libglib2.0-0t64, which provides the old name.
missing_packages() {
    dpkg-query --show --showformat '${db:Status-Status}, ${Package}, ${Provides}\n' |
        awk '
            FNR == NR {
                if (sub(/^installed, /, "")) {
                    gsub(/ \([^)]*\)|:[a-z0-9]+/, "")
                    count = split($0, names, /, */)
                    for (i = 1; i <= count; i++) there[names[i]] = 1
                }
                next
            }
            /^#/ || !NF { next }
            {
                count = split($0, names, / *\| */)
                for (i = 1; i <= count; i++) if (names[i] in there) next
                print
            }
        ' - "$@"
}

# Of the alternatives "a | b", print the first that apt can install, else the first.
installable() {
    local name
    for name in ${1//|/ }; do
        if [[ "$(apt-cache policy "$name")" == *"Candidate: "[!\(]* ]]; then
            printf '%s\n' "$name"
            return
        fi
    done
    printf '%s\n' "${1%% *}"
}

# Install what the given package lists name and Python, if it is missing.
install_packages() {
    local line wanted=() missing=()
    if ! command -v dpkg-query >/dev/null; then
        find_python "$SUPPORTED_PYTHONS" >/dev/null ||
            give_up "Passerby needs Python 3.11, 3.12 or 3.13 with venv."
        return 0
    fi
    while read -r line; do wanted+=("$line"); done < <(missing_packages "$@")
    [ -x "$ROOT/.venv/bin/python" ] || find_python "$SUPPORTED_PYTHONS" >/dev/null ||
        wanted+=(python3 python3-venv)
    [ ${#wanted[@]} -gt 0 ] || return 0

    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        as_root=(sudo)
        if ! sudo -n true 2>/dev/null; then
            give_up "Some system packages are missing; please install them first:" \
                "sudo apt-get install ${wanted[*]%% *}"
        fi
    fi
    say "Installing system packages: ${wanted[*]}"
    "${as_root[@]}" apt-get update -qq || say "The package lists could not be refreshed."
    for line in "${wanted[@]}"; do missing+=("$(installable "$line")"); done
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null ||
        give_up "apt-get could not install these packages: ${missing[*]}"
    find_python "$SUPPORTED_PYTHONS" >/dev/null ||
        give_up "Passerby needs Python 3.11, 3.12 or 3.13, and this system offers none of them."
}

give_up() {
    say "$@"
    exit 1
}

# Print the path of a working Python of one of the given versions, the system's own first.
find_python() {
    local version candidate pyenv="${PYENV_ROOT:-$HOME/.pyenv}/versions"
    for version in "" $1; do
        for candidate in "python${version:-3}" "$pyenv/${version:-none}"*/bin/python; do
            if works_as "$candidate" "$1"; then
                command -v "$candidate"
                return
            fi
        done
    done
    return 1
}

# Whether the Python $1 starts, can make environments and is one of the versions $2.
works_as() {
    "$1" -c 'import sys, ensurepip, ssl, venv
version = "%d.%d" % sys.version_info[:2]
sys.exit(version not in sys.argv[1].split())' "$2" 2>/dev/null
}

# Make the virtual environment $1 hold what the lock $2 names, with one of the Pythons $3.
# Nothing is started or downloaded when it does so already: the mark in it says so.
prepare_venv() {
    local venv="$1" lock="$2" python log="$1/install.log"
    holds_lock "$venv" "$lock" && return 0
    if ! "$venv/bin/python" -c '' 2>/dev/null; then
        python="$(find_python "$3")"
        say "Creating $(basename "$venv") with $("$python" --version)."
        "$python" -m venv --clear "$venv" || give_up "Python could not create $venv."
    fi
    say "Installing the locked Python packages; the first time this downloads some 300 MB."
    if ! pip_install "$venv" --require-hashes --requirement "$lock" >"$log" 2>&1 ||
        ! pip_install "$venv" --no-deps --no-build-isolation --editable "$ROOT" >>"$log" 2>&1; then
        grep '^ERROR' "$log" | tail -n 2 >&2 || true
        give_up "The Python packages could not be installed. The first start needs the internet;" \
            "all of pip's words are in $log."
    fi
    lock_mark "$venv" "$lock" >"$venv/$(basename "$lock").mark"
}

pip_install() {
    local venv="$1"
    shift
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "$@" </dev/null
}

holds_lock() {
    local mark
    mark="$1/$(basename "$2").mark"
    [ -f "$mark" ] && [ "$(lock_mark "$1" "$2")" = "$(cat "$mark")" ]
}

# What the environment $1 was made from: its Python, the project's metadata and the lock $2.
lock_mark() {
    "$1/bin/python" --version 2>&1
    cat "$ROOT/pyproject.toml" "$2" | cksum
}

# Bring translations and other generated resources up to date.
compile_resources() {
    "$1/bin/python" "$ROOT/build_scripts/compile_resources.py" >&2 ||
        give_up "The translations could not be compiled."
}

# Sourced by infra/run, infra/test and infra/bench: finds what they need, or says what is missing.

# A signal that comes between two commands ends the script too; bash alone would wait and go on.
trap 'exit 130' INT TERM HUP

CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/sigillo"
KEYCLOAK_VERSION=$(sed -n 's:.*<keycloak.version>\(.*\)</keycloak.version>.*:\1:p' pom.xml)

fail() {
    echo "$*" >&2
    exit 1
}

is_jdk25() {
    [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25[."]' "$1/release" 2>/dev/null
}

find_jdk() {
    local candidate
    for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/*; do
        if [ -n "$candidate" ] && is_jdk25 "$candidate"; then
            export JAVA_HOME=$candidate
            return
        fi
    done
    fail "JDK 25 is missing: JAVA_HOME is '${JAVA_HOME:-}', and /usr/lib/jvm has none.
Install one (Debian: apt-get install openjdk-25-jdk, or Temurin 25) or set JAVA_HOME to it."
}

need_maven() {
    command -v mvn > /dev/null || fail "Maven (mvn) is missing. Debian: apt-get install maven"
    # Maven's own libraries make JDK 25 warn, which is nobody's concern here.
    export MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
}

need_node() {
    command -v node > /dev/null && command -v npm > /dev/null \
        || fail "Node.js with npm is missing (20 or newer). Debian: apt-get install nodejs npm"
    local version
    version=$(node --version)
    version=${version#v}
    [ "${version%%.*}" -ge 20 ] || fail "Node.js is $version; 20 or newer is needed."
}

need_go() {
    command -v go > /dev/null || fail "Go is missing (1.24 or newer); the programs that judge us are built with it."
    local version
    version=$(go env GOVERSION)
    version=${version#go1.}
    [ "${version%%.*}" -ge 24 ] || fail "Go is 1.$version; 1.24 or newer is needed."
}

# Changes whenever something that the build reads changes: names, sizes and times, no contents, so it takes no time.
sources_stamp() {
    find pom.xml src infra/keycloak \( -name node_modules -o -path src/main/webui/dist \) -prune -o -type f -printf '%p %s %T@\n' \
        | sort | sha256sum
}

# Runs a command in a process group of its own and ends all of the group when this script is told to stop.
stoppable() {
    setsid "$@" < /dev/null &
    local group=$! code=0
    trap 'kill -TERM -- -'"$group"' 2>/dev/null; wait '"$group"' 2>/dev/null; exit 130' INT TERM HUP
    wait "$group" || code=$?
    trap 'exit 130' INT TERM HUP
    return "$code"
}

fetch_keycloak() {
    stoppable mvn -q -B dependency:get -Dtransitive=false \
        "-Dartifact=org.keycloak:keycloak-quarkus-dist:$KEYCLOAK_VERSION:zip"
}

# go_program BINARY VERSION PACKAGE: built once into the cache, under a folder that names the version.
go_program() {
    local folder=$CACHE/bin/$1-$2
    if [ ! -x "$folder/$1" ]; then
        echo "Building $1 $2 (once) …"
        GOBIN=$folder stoppable go install "$3@$2" || fail "go install $3@$2 failed."
    fi
    PATH=$folder:$PATH
}

# go_module BINARY VERSION MODULE FOLDER: a program of a module that cannot be installed by its path (its go.mod replaces others);
# built once into the cache from a module of our own that requires it.
go_module() {
    local folder=$CACHE/bin/$1-$2 making
    if [ ! -x "$folder/$1" ]; then
        echo "Building $1 $2 (once) …"
        making=$(mktemp -d)
        printf 'package main\n\nimport _ "%s/%s"\n\nfunc main() {}\n' "$3" "$4" > "$making/main.go"
        printf 'module sigillo.example/%s\n\ngo 1.24\n\nrequire %s %s\n' "$1" "$3" "$2" > "$making/go.mod"
        stoppable go -C "$making" mod tidy 2> /dev/null \
            && stoppable nice go build -C "$making" -trimpath -o "$folder/$1" "$3/$4" || fail "go build of $3/$4@$2 failed."
        rm -rf "$making"
    fi
    PATH=$folder:$PATH
}

# install_debian LOG PACKAGE[:PROGRAM]…: the program is the package's own name unless another is given. No service of a package is
# started: a Tor that was installed for a test would go out.
install_debian() {
    local log=$1 package missing=() policy=/usr/sbin/policy-rc.d
    shift
    for package in "$@"; do
        command -v "${package#*:}" > /dev/null || missing+=("${package%:*}")
    done
    [ ${#missing[@]} = 0 ] && return
    if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
        echo "Installing ${missing[*]} …"
        apt-get update -qq > /dev/null 2>&1
        (
            if [ ! -e $policy ]; then
                trap 'rm -f $policy' EXIT
                printf '#!/bin/sh\nexit 101\n' > $policy
                chmod 755 $policy
            fi
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" > "$log" 2>&1
        ) || { cat "$log"; fail "Could not install ${missing[*]}."; }
    else
        fail "Missing: ${missing[*]}. As root: apt-get install ${missing[*]}"
    fi
}

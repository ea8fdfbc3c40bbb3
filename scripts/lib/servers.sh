# shellcheck shell=bash
# shellcheck disable=SC2034 # redis_url is for those who source this
# A private PostgreSQL and a private Redis for the demo, the examples and the benchmark. Sourced after common.sh.
#
#   servers_claim FOLDER                         ends what an earlier run left there, empties it; one run at a time
#   servers_start FOLDER [postgres setting...]   sets $server_url (without database), $redis_url, PGPASSFILE
#   servers_stop FOLDER                          by the pid files in it; also those of an earlier run
#
# PostgreSQL listens on 127.0.0.1, a free port, and on a unix socket; the superuser `postgres` has a random password.
# It does not run as root, so as root it becomes the user postgres. Redis listens on a unix socket alone.
# FOLDER/state holds where everything is.

# The newest server binaries that are installed.
postgres_bin() {
    local found
    found=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
    if [[ -x $found ]]; then dirname "$found"; else pg_config --bindir; fi
}

# Runs a command as the user who owns the PostgreSQL server.
as_owner() {
    if ((EUID == 0)); then
        (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
    else
        "$@"
    fi
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
    local port
    for _ in {1..100}; do
        port=$((20000 + RANDOM % 12000))
        if port_is_free "$port"; then
            echo "$port"
            return
        fi
    done
    die "no free port between 20000 and 32000"
}

random_word() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# Where the data go: FOLDER/servers when PostgreSQL's user can get there (it cannot inside /root), else /var/tmp.
data_folder() {
    local folder=$1/servers
    mkdir -p "$folder"
    if ((EUID == 0)); then
        chown postgres: "$folder"
        if ! as_owner test -w "$folder" 2>/dev/null; then
            rmdir "$folder"
            folder=$(as_owner mktemp -d /var/tmp/tropeiro.XXXXXX)
        fi
    fi
    chmod 700 "$folder"
    echo "$folder"
}

start_postgres() { # DATA SOCKETS setting...
    local data=$1 sockets=$2 setting options
    shift 2
    (umask 077 && echo "$pg_password" >"$data/password")
    if ((EUID == 0)); then chown postgres: "$data/password"; fi
    as_owner "$pg_bin/initdb" -D "$data/postgres" -U postgres --pwfile="$data/password" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C.UTF-8 --no-instructions >"$data/initdb.log" 2>&1 ||
        { cat "$data/initdb.log" >&2; die "initdb failed"; }
    rm -f "$data/password"
    for _ in 1 2 3; do
        pg_port=$(free_port)
        options="-c port=$pg_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$sockets -c max_connections=300"
        for setting; do options+=" -c $setting"; done
        if as_owner "$pg_bin/pg_ctl" -D "$data/postgres" -l "$data/postgres.log" -o "$options" -t 60 -w start >"$data/pg_ctl.log" 2>&1 {servers_lock}>&-; then return; fi
    done
    tail -n 20 "$data/postgres.log" >&2 || true
    die "PostgreSQL did not start"
}

start_redis() { # DATA SOCKETS
    redis-server --port 0 --unixsocket "$2/redis.sock" --unixsocketperm 700 --save "" --appendonly no \
        --dir "$2" --daemonize yes --pidfile "$2/redis.pid" --logfile "$2/redis.log" >/dev/null {servers_lock}>&-
    for _ in {1..100}; do
        if [[ $(redis-cli -s "$2/redis.sock" ping 2>/dev/null) == PONG ]]; then return; fi
        sleep 0.1
    done
    cat "$2/redis.log" >&2 || true
    die "redis-server did not start"
}

servers_claim() {
    mkdir -p "$1"
    # Held as long as this process lives; the servers do not inherit it.
    exec {servers_lock}>"$1.lock"
    flock -n "$servers_lock" || die "another run is using $1; wait for it, or set TROPEIRO_WORK to another folder"
    servers_stop "$1"
    rm -rf "$1"
    mkdir -p "$1"
}

servers_start() {
    local folder=$1 data sockets
    shift
    pg_bin=$(postgres_bin)
    [[ -x $pg_bin/initdb ]] || die "no PostgreSQL server found: run scripts/setup"
    data=$(data_folder "$folder")
    # A socket's path may be 107 bytes long: never inside FOLDER.
    sockets=$(mktemp -d /tmp/tropeiro.XXXXXX)
    if ((EUID == 0)); then chown postgres: "$sockets"; fi
    printf 'data=%q\nsockets=%q\n' "$data" "$sockets" >"$folder/state"
    pg_password=$(random_word)
    start_postgres "$data" "$sockets" "$@"
    start_redis "$data" "$sockets"
    server_url=postgresql://postgres@127.0.0.1:$pg_port
    redis_url=unix://$sockets/redis.sock
    (umask 077 && echo "127.0.0.1:$pg_port:*:postgres:$pg_password" >"$folder/pgpass")
    export PGPASSFILE=$folder/pgpass
}

# stop_process PID NAME SIGNAL: when it is still that program; waits until it is gone.
stop_process() {
    [[ -r /proc/$1/comm && $(</proc/"$1"/comm) == "$2"* ]] || return 0
    kill "-$3" "$1" 2>/dev/null || return 0
    for _ in {1..300}; do
        [[ -d /proc/$1 ]] || return 0
        sleep 0.1
    done
    kill -KILL "$1" 2>/dev/null || true
}

servers_stop() {
    local folder=$1 data="" sockets="" pid
    [[ -f $folder/state ]] || return 0
    # shellcheck source=/dev/null
    source "$folder/state"
    if [[ -r $data/postgres/postmaster.pid ]]; then
        read -r pid <"$data/postgres/postmaster.pid" && stop_process "$pid" postgres QUIT # at once: the data go anyway
    fi
    if [[ -r $sockets/redis.pid ]]; then
        read -r pid <"$sockets/redis.pid" && stop_process "$pid" redis-server TERM
    fi
    [[ $data != */servers && $data != /var/tmp/tropeiro.* ]] || rm -rf "$data"
    [[ $sockets != /tmp/tropeiro.* ]] || rm -rf "$sockets"
    rm -f "$folder/state" "$folder/pgpass" "$folder/env"
}

# with_password DATABASE: the URL as the programs get it, in the environment, never in an argument.
with_password() { echo "postgresql://postgres:$pg_password@127.0.0.1:$pg_port/$1"; }

# query DATABASE SQL: plain values, one row a line, columns divided by |.
query() { psql -XAtq -v ON_ERROR_STOP=1 -d "$server_url/$1" -c "$2"; }

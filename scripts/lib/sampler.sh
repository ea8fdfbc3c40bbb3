# shellcheck shell=bash
# What processes cost while a program runs: CPU and peak memory, twice a second, from /proc, without starting a process of
# its own: what it takes itself, less than a hundredth of a core for twenty backends, is missing from what it measures.
# Sourced.
#
#   sample PARENT POSTMASTER DATABASES FILE &    until it is killed; lines "microseconds pid kind ticks peak_kB began"
#   cpu_seconds FILE KIND FROM TO                CPU of a kind between two moments (epoch microseconds)
#   peak_megabytes FILE KIND                     the largest peak of one process; of backends it is not taken

# kind: `worker` for tropeiro-worker children of PARENT, `backend` for those of POSTMASTER that serve one of DATABASES.
sample() {
    local parent=$1 postmaster=$2 databases=$3 file=$4 tick pid now children uptime booted tick_length
    local -A kinds=() # of those that are known by their pid
    # Processes come and go between two looks at them; half a line of /proc is no reason to stop.
    set +eu
    # A pipe that nobody writes to: read -t on it is a sleep that starts no process.
    exec {tick}<> <(:)
    read -r uptime _ </proc/uptime
    tick_length=$((1000000 / $(getconf CLK_TCK)))
    booted=$((${EPOCHREALTIME/[.,]/} - 10000 * ${uptime/./}))
    while :; do
        now=${EPOCHREALTIME/[.,]/}
        children_of "$parent"
        for pid in $children; do
            [[ -n ${kinds[$pid]} ]] || name_worker "$pid"
            if [[ -n ${kinds[$pid]} ]]; then sample_process "$now" "$pid" worker; fi
        done
        children_of "$postmaster"
        for pid in $children; do
            [[ -n ${kinds[$pid]} ]] || name_backend "$pid"
            if [[ -n ${kinds[$pid]} ]]; then sample_process "$now" "$pid" backend; fi
        done
        IFS= read -r -t 0.5 -u "$tick" || true
    done 2>/dev/null >>"$file"
}

# Sets children.
children_of() {
    local file line
    children=""
    for file in /proc/"$1"/task/*/children; do
        line=""
        IFS= read -r line <"$file" || true
        children+="$line "
    done
}

# Of another program, or one that has not said yet what it serves: to be asked again.
name_worker() {
    local name=""
    IFS= read -r name <"/proc/$1/comm" || true
    if [[ $name == tropeiro-worker ]]; then kinds[$1]=worker; fi
}
name_backend() {
    local title="" database
    IFS= read -r -d '' title <"/proc/$1/cmdline" || true
    for database in $databases; do
        if [[ $title == *" $database "* ]]; then kinds[$1]=backend; fi
    done
}

sample_process() { # NOW PID KIND
    local line key value rest peak=0
    { IFS= read -r line <"/proc/$2/stat"; } || return 0
    read -r -a rest <<<"${line##*) }"
    if [[ $3 == worker ]]; then
        while read -r key value _; do
            if [[ $key == VmHWM: ]]; then peak=$value; break; fi
        done <"/proc/$2/status" || true
    fi
    echo "$1 $2 $3 $((rest[11] + rest[12])) $peak $((booted + rest[19] * tick_length))"
}

# Between two samples, and before its first, a process is taken to have worked evenly. What it did after its last one is not
# known: the programs that are measured close connections that have been idle for a while, and run on after TO.
cpu_seconds() {
    awk -v kind="$2" -v from="$3" -v to="$4" -v hz="$(getconf CLK_TCK)" '
        function inside(a, b) { # the share of the time from a to b
            if (b <= from || a >= to || b <= a) return 0
            return ((b < to ? b : to) - (a > from ? a : from)) / (b - a)
        }
        $3 == kind {
            if ($6 != began[$2]) { began[$2] = at[$2] = $6; ticks[$2] = 0 }
            sum += ($4 - ticks[$2]) * inside(at[$2], $1)
            at[$2] = $1; ticks[$2] = $4
        }
        END { printf "%.2f\n", sum / hz }' "$1"
}

peak_megabytes() {
    awk -v kind="$2" '$3 == kind && $5 > peak { peak = $5 } END { printf "%.1f\n", peak / 1024 }' "$1"
}

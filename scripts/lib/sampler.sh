# shellcheck shell=bash
# What processes cost while a program runs: CPU and peak memory, ten times a second, from /proc, without starting a
# process of its own. Sourced.
#
#   sample PARENT POSTMASTER DATABASES FILE &    until it is killed; lines "microseconds pid kind ticks peak_kB"
#   cpu_seconds FILE KIND FROM TO                CPU of a kind between two moments (epoch microseconds)
#   peak_megabytes FILE KIND                     the largest peak of one process

# kind: `worker` for tropeiro-worker children of PARENT, `backend` for those of POSTMASTER that serve one of DATABASES.
sample() {
    local parent=$1 postmaster=$2 databases=$3 file=$4 tick pid kind title now
    # Processes come and go between two looks at them; half a line of /proc is no reason to stop.
    set +eu
    # A pipe that nobody writes to: read -t on it is a sleep that starts no process.
    exec {tick}<> <(:)
    while :; do
        now=${EPOCHREALTIME/[.,]/}
        for pid in $(children_of "$parent"); do
            if [[ $(</proc/"$pid"/comm) == tropeiro-worker ]]; then sample_process "$now" "$pid" worker; fi
        done
        for pid in $(children_of "$postmaster"); do
            title=""
            IFS= read -r -d '' title <"/proc/$pid/cmdline" || true
            for kind in $databases; do
                if [[ $title == *" $kind "* ]]; then sample_process "$now" "$pid" backend; fi
            done
        done
        IFS= read -r -t 0.1 -u "$tick" || true
    done 2>/dev/null >>"$file"
}

children_of() {
    local file line
    for file in /proc/"$1"/task/*/children; do
        line=""
        IFS= read -r line <"$file" || true
        printf '%s ' "$line"
    done
}

sample_process() { # NOW PID KIND
    local line key value rest peak=0
    { IFS= read -r line <"/proc/$2/stat"; } || return 0
    read -r -a rest <<<"${line##*) }"
    while read -r key value _; do
        if [[ $key == VmHWM: ]]; then peak=$value; break; fi
    done <"/proc/$2/status" || true
    echo "$1 $2 $3 $((rest[11] + rest[12])) $peak"
}

cpu_seconds() {
    awk -v kind="$2" -v from="$3" -v to="$4" -v hz="$(getconf CLK_TCK)" '
        $3 == kind { if ($1 <= from) before[$2] = $4; if ($1 <= to + 100000) after[$2] = $4 }
        END { for (pid in after) sum += after[pid] - before[pid]; printf "%.2f\n", sum / hz }' "$1"
}

peak_megabytes() {
    awk -v kind="$2" '$3 == kind && $5 > peak { peak = $5 } END { printf "%.1f\n", peak / 1024 }' "$1"
}

# shellcheck shell=bash
# Run named steps, go on after a failure, and say at the end what failed. Sourced.

STEPS_AT_A_TIME=2
FAILED_STEPS=()
BEGUN_STEPS=()
BEGUN_OUTPUT="$(mktemp -d)"
trap 'rm -rf "$BEGUN_OUTPUT"' EXIT

step() {
    run_step "$@" || FAILED_STEPS+=("$1")
}

# Begin a step beside others, as soon as fewer than STEPS_AT_A_TIME run; what it prints appears,
# as any step's, with finish_steps.
begin_step() {
    while [ "$(jobs -pr | wc -l)" -ge "$STEPS_AT_A_TIME" ]; do wait -n || true; done
    run_step "$@" >"$BEGUN_OUTPUT/${#BEGUN_STEPS[@]}" 2>&1 &
    BEGUN_STEPS+=("$!:$1")
}

run_step() {
    local name="$1" started=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    if "$@" </dev/null; then
        printf '== %s: done in %d s\n' "$name" $((SECONDS - started))
    else
        printf '== %s: FAILED after %d s\n' "$name" $((SECONDS - started))
        return 1
    fi
}

# Wait for all steps that were begun.
finish_steps() {
    local number
    for number in "${!BEGUN_STEPS[@]}"; do
        wait "${BEGUN_STEPS[number]%%:*}" || FAILED_STEPS+=("${BEGUN_STEPS[number]#*:}")
        cat "$BEGUN_OUTPUT/$number"
    done
    BEGUN_STEPS=()
}

# Print the outcome of all steps; fails when one of them has.
steps_passed() {
    local name
    if [ ${#FAILED_STEPS[@]} -eq 0 ]; then
        printf '\nEverything passed, in %d s.\n' "$SECONDS"
        return 0
    fi
    printf '\nFailed:\n'
    for name in "${FAILED_STEPS[@]}"; do printf '  %s\n' "$name"; done
    return 1
}

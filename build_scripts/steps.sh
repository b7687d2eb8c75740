# shellcheck shell=bash
# Run named steps, go on after a failure, and say at the end what failed. Sourced.

FAILED_STEPS=()

step() {
    local name="$1" started=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    if "$@" </dev/null; then
        printf '== %s: done in %d s\n' "$name" $((SECONDS - started))
    else
        printf '== %s: FAILED after %d s\n' "$name" $((SECONDS - started))
        FAILED_STEPS+=("$name")
    fi
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

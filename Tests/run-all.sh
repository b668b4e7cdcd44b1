#!/bin/bash
# `make test`: every step runs even when one before it failed; the end says which. Steps can be named: run-tests.sh lint unit
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ "$(id -u)" != 0 ]; then
    echo "The system tests need root (namespaces with accounts of their own). Run: sudo make test" >&2
    exit 1
fi
export PYTHONDONTWRITEBYTECODE=1
declare -A result
steps=("$@")
[ ${#steps[@]} = 0 ] && steps=(tools lint unit hub sync system docker portainer packaging guest)
for step in "${steps[@]}"; do
    echo "=== $step"
    started=$SECONDS
    case $step in
        tools) Tests/install-tools.sh test ;;
        lint) make --no-print-directory lint ;;
        unit) make --no-print-directory unit-tests ;;
        hub) make --no-print-directory hub-tests ;;
        sync) make --no-print-directory sync-tests ;;
        system) make --no-print-directory system-tests ;;
        docker) make --no-print-directory docker-tests ;;
        portainer) make --no-print-directory portainer-tests ;;
        packaging) make --no-print-directory packaging-tests ;;
        guest) make --no-print-directory guest-tests ;;
        *) echo "There is no step $step" >&2; exit 64 ;;
    esac </dev/null
    status=$?
    result[$step]="$([ $status = 0 ] && echo passed || echo "FAILED (status $status)") in $((SECONDS - started)) s"
done
echo "=== summary"
failed=0
for step in "${steps[@]}"; do
    printf '%-8s %s\n' "$step" "${result[$step]}"
    [[ ${result[$step]} == passed* ]] || failed=1
done
exit $failed

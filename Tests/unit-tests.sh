#!/bin/bash
# `make unit-tests`: the Swift tests, built once and run room by room.
#
# A process of its own for each room: tests that start programs share descriptors with whatever else runs in their process, and a pipe that a
# stranger's child holds open never ends.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
swift build --build-tests || exit 1
# Rooms whose tests start programs go one test after the other.
together="IdentityTests|BridgeConfigurationTests|PagesTests|BridgeDatabaseTests|SessionsTests|CredentialsTests|RegulationTests|AuditTests"
together+="|PAMProtocolTests|QuotaProtocolTests|StoreProtocolTests|SyncReportTests|UsageTests|PortainerClientTests|DistributionsTests"
one_by_one=(HostProgramsTests UserStoreTests CommandTests PrivilegesTests PAMWorkerTests QuotaWorkerTests StoreWorkerTests LinuxAccountsTests SlicesTests
    BackupsTests InstallerTests LegacyPlatformTests PackageManagersTests
    DockerPolicyTests ContainerFirewallTests DockerCertificatesTests
    DiskQuotasTests)
# Against a real JupyterHub (`make hub-environment`), whose servers run as root: nobody else may reach it.
private=(JupyterHubClientTests)
servers=(BridgeServerTests SignInTests SwitchOffTests UserSyncTests)
failed=()
within=()
run() {
    local room=$1
    shift
    # Five times what the slowest room needs here; nothing may hang for ever.
    timeout --kill-after=10 900 "${within[@]}" swift test --skip-build --filter "$room" "$@" || failed+=("$room")
}
run "$together"
for room in "${servers[@]}"; do run "$room"; done
for room in "${one_by_one[@]}"; do run "$room" --no-parallel; done
within=(Tests/in-private-network)
for room in "${private[@]}"; do run "$room" --no-parallel; done
# Against a real Docker engine.
within=(Tests/in-docker-engine)
for room in DockerEngineTests DockerGuardTests InstallerEngineTests; do run "$room" --no-parallel; done
[ ${#failed[@]} = 0 ] && exit 0
echo "Failed: ${failed[*]}" >&2
exit 1

import Installer

/// `/readyz`: whether people can sign in, and why not.
struct ReadinessCheck: Check {
    let id = "readiness"
    let title = "The bridge can sign people in"
    let host: Host

    func look() async throws -> [Finding] {
        guard let problem = await BridgeUnits.problem(host) else { return [] }
        return [
            Finding(
                .critical,
                problem,
                why: "Nobody gets in while the bridge cannot tell who they are.",
                remedy: "journalctl -u \(BridgeUnits.service) says more; systemctl restart \(BridgeUnits.service)"
            )
        ]
    }
}

import HostPrograms

/// Accounts, limits, quotas, JupyterHub and Portainer, compared with the user store by `sync-users --dry-run`.
struct DriftCheck: Check {
    let id = "drift"
    let title = "The host agrees with the user store"
    let bridge: BridgeProgram

    private struct Report: Decodable {
        struct Change: Decodable {
            let area: String
            let what: String
            let why: String
        }
        struct Doubt: Decodable {
            let area: String
            let text: String
            let remedy: String?
        }
        let plan: [Change]
        let findings: [Doubt]
    }

    func look() async throws -> [Finding] {
        let report = try await bridge.document(["sync-users", "--dry-run"], as: Report.self)
        let changes = report.plan.prefix(10).map { change in
            Finding(
                .warning,
                "\(change.area): to \(change.what)",
                why: change.why,
                remedy: "diycloud-bridge sync-users",
                isFixable: true
            )
        }
        let doubts = report.findings.map { doubt in
            Finding(
                .notice,
                "\(doubt.area): \(doubt.text)",
                why: "The host does not do all that the store says.",
                remedy: doubt.remedy ?? "diycloud-bridge findings"
            )
        }
        let rest = report.plan.count - changes.count
        guard rest > 0 else { return changes + doubts }
        let more = Finding(
            .warning,
            "\(rest) more changes",
            why: "diycloud-bridge sync-users --dry-run shows them all.",
            remedy: "diycloud-bridge sync-users",
            isFixable: true
        )
        return changes + [more] + doubts
    }

    func fix() async throws -> [String] {
        let result = try await bridge.run(["sync-users", "--wait", "60"], within: 1800)
        guard result.status == 0 else { throw Unchecked("diycloud-bridge sync-users: \(result.complaint)") }
        return ["diycloud-bridge sync-users"]
    }
}

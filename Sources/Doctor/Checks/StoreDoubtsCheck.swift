/// What is doubtful in the user store: well-known passwords, values that mean nothing.
struct StoreDoubtsCheck: Check {
    let id = "user-store"
    let title = "Nothing in the user store is doubtful"
    let bridge: BridgeProgram

    private struct Doubt: Decodable {
        let area: String
        let id: String
        let kind: String
        let assumed: String
        let user: String?
    }

    func look() async throws -> [Finding] {
        let doubts = try await bridge.document(["findings"], as: [Doubt].self).filter { $0.area == "store" }
        return doubts.map { doubt in
            // A password that everybody can look up lets everybody in.
            let isOpen = doubt.kind == "well-known-password"
            return Finding(
                isOpen ? .critical : .notice,
                "\(doubt.user.map { "\($0): " } ?? "")\(doubt.kind): \(doubt.assumed)",
                why: isOpen
                    ? "Whoever knows the platform can sign in as that person."
                    : "Something else than what was written is assumed.",
                remedy: doubt.user.map {
                    isOpen ? "diycloud-bridge user passwd \($0)" : "diycloud-bridge user show \($0)"
                }
                    ?? "diycloud-bridge findings"
            )
        }
    }
}

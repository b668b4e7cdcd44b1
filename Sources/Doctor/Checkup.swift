/// All checks, side by side.
public struct Checkup: Sendable {
    /// How long one check may take, in seconds. One that hangs hides no other.
    public static let timeLimit: Int64 = 60

    public let checks: [any Check]

    public init(_ checks: [any Check]) { self.checks = checks }

    /// Runs them.
    /// - Returns: in the order of the checks.
    public func run() async -> [CheckReport] {
        await withTaskGroup(of: (Int, CheckReport).self) { group in
            for (index, check) in checks.enumerated() {
                group.addTask { (index, await Self.report(of: check)) }
            }
            var reports: [(Int, CheckReport)] = []
            for await report in group { reports.append(report) }
            return reports.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// What one check says now.
    public static func report(of check: any Check) async -> CheckReport {
        do {
            let findings = try await withThrowingTaskGroup(of: [Finding].self) { group in
                group.addTask { try await check.look() }
                group.addTask {
                    try await Task.sleep(for: .seconds(timeLimit))
                    throw Unchecked("it took longer than \(timeLimit) s")
                }
                defer { group.cancelAll() }
                return try await group.next() ?? []
            }
            return CheckReport(id: check.id, title: check.title, findings: findings, unchecked: nil)
        } catch {
            return CheckReport(id: check.id, title: check.title, findings: [], unchecked: "\(error)")
        }
    }

    /// 0 well, or only notices; 1 warnings; 2 something critical; 3 something could not be told, and nothing worse than a notice was found.
    public static func exitCode(of reports: [CheckReport]) -> Int32 {
        switch reports.compactMap(\.worst).max() {
        case .critical: 2
        case .warning: 1
        case .notice, nil: reports.contains { $0.unchecked != nil } ? 3 : 0
        }
    }
}

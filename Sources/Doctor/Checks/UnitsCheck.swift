import Foundation
import HostPrograms
import ServiceUnits

/// Units of ours that failed, or that systemd starts again and again.
struct UnitsCheck: Check {
    /// Restarts by systemd since the unit was started by hand, from which on it is told.
    static let manyRestarts = 3

    let id = "units"
    let title = "No unit fails or is restarted again and again"
    let programs: any HostPrograms

    func look() async throws -> [Finding] {
        let result = try await programs.run(
            "systemctl",
            ["show", "diycloud-*", "docker.service", "nginx.service", "--property=Id,ActiveState,NRestarts,Result"]
        )
        guard result.status == 0 else { throw Unchecked("systemctl show: \(result.complaint)") }
        return result.output.split(separator: "\n\n").compactMap { Self.finding(of: String($0)) }
    }

    static func finding(of text: String) -> Finding? {
        var values: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            guard let sign = line.firstIndex(of: "=") else { continue }
            values[line[..<sign]] = line[line.index(after: sign)...]
        }
        guard let name = values["Id"] else { return nil }
        if values["ActiveState"] == "failed" {
            return Finding(
                .critical,
                "\(name) has failed (\(values["Result"] ?? ""))",
                why: "What it does is not done.",
                remedy: "journalctl -u \(name) says why; systemctl reset-failed \(name); systemctl start \(name)"
            )
        }
        guard let restarts = values["NRestarts"].flatMap({ Int($0) }), restarts >= manyRestarts else { return nil }
        return Finding(
            .warning,
            "\(name) was started again \(restarts) times by systemd",
            why: "It ends by itself, and people notice.",
            remedy: "journalctl -u \(name) says why"
        )
    }
}

import Installer
import LegacyPlatform

/// One fault that phases 0 to 2 of the platform leave on a host.
struct LegacyCheck: Check {
    let id = "legacy"
    let title = "What the old platform left does no harm"
    let host: Host
    /// Where originals are put before they are changed.
    static let saved = "/var/lib/diycloud-installation/saved"

    func look() async throws -> [Finding] {
        await LegacyPlatform(root: root, programs: host.programs).faults().map { fault in
            Finding(
                Severity(fault.severity),
                "\(fault.id): \(fault.what)",
                why: fault.why,
                remedy: fault.isMendable ? "diycloud doctor --fix --only legacy" : fault.remedy,
                isFixable: fault.isMendable
            )
        }
    }

    func fix() async throws -> [String] {
        let repair = LegacyRepair(root: root, programs: host.programs)
        var lines: [String] = []
        var problems: [String] = []
        for fault in await LegacyPlatform(root: root, programs: host.programs).faults() where fault.isMendable {
            do { lines += try await repair.mend(fault.id, saveTo: host.files.real(Self.saved)) } catch {
                problems.append("\(error)")
            }
        }
        guard problems.isEmpty else { throw Unchecked((lines + problems).joined(separator: "\n")) }
        return lines
    }

    private var root: String { host.files.root.isEmpty ? "/" : host.files.root }
}

extension Severity {
    init(_ severity: LegacyFault.Severity) {
        switch severity {
        case .note: self = .notice
        case .warning: self = .warning
        case .critical: self = .critical
        }
    }
}

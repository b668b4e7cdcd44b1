import DiskQuotas
import HostPrograms

/// F-36: lines of `/etc/fstab` that the platform's `sed` tore apart.
struct DamagedFstab: MendableLeftover {
    let id = "damaged-fstab"

    private static let path = "/etc/fstab"

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        guard let bytes = try host.bytes(Self.path) else { return nil }
        let edits = FstabDamage.edits(in: Self.path, bytes: bytes)
        guard !edits.isEmpty else { return nil }
        return mendable(
            .critical,
            what: edits.map(\.diff).joined(),
            why:
                "No kernel knows these options: the file system does not mount at the next boot, and the host may stop there."
        )
    }

    func mend(on host: LegacyHost, _ work: RepairWork) async throws(LegacyRepairError) {
        guard let bytes = try? host.bytes(Self.path) else { return }
        let before = try await Self.mistakes(work)
        try work.replace(Self.path, with: FstabDamage.mended(bytes))
        for edit in FstabDamage.edits(in: Self.path, bytes: bytes) {
            work.say("Line \(edit.line) of \(Self.path) is “\(edit.after)” now.")
        }
        if let after = try await Self.mistakes(work), let before, after > before {
            try work.replace(Self.path, with: bytes)
            throw .refused(
                program: "findmnt --verify",
                reason: "it likes the mended \(Self.path) less, so it is as before"
            )
        }
        _ = try await work.run("systemctl", ["daemon-reload"])
    }

    /// What `findmnt --verify` counts as parse errors and errors; nil where it cannot be asked.
    private static func mistakes(_ work: RepairWork) async throws(LegacyRepairError) -> Int? {
        guard let result = try await work.run("findmnt", ["--verify", "--tab-file", work.host.place(path)]) else {
            return nil
        }
        let text = result.output + "\n" + result.errors
        guard let line = text.split(separator: "\n").last(where: { $0.contains("parse error") }) else {
            return result.status == 0 ? 0 : nil
        }
        return line.split(separator: ",").filter { $0.contains("error") }
            .compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }.reduce(0, +)
    }
}

import Glibc
public import HostPrograms

/// Mends one fault of the old platform, when somebody asks for it: the originals are put aside first, the least is changed, and
/// a second look proves it. Rows of the old store are never changed. One that was stopped half-way is finished by the next.
public struct LegacyRepair: Sendable {
    private let host: LegacyHost

    /// - Parameters: as of ``LegacyPlatform``.
    public init(root: String = "/", programs: any HostPrograms) {
        host = LegacyHost(root: root, programs: programs)
    }

    init(host: LegacyHost) { self.host = host }

    /// Mends the fault of that id.
    /// - Parameters:
    ///   - id: ``LegacyFault/id``.
    ///   - directory: originals are put into a dated directory in it (0700; files 0600), under their own paths, with a list of
    ///     modes and owners (`ORIGINALS`).
    /// - Returns: what was done, line by line; empty when the fault is not here.
    /// - Throws: ``LegacyRepairError``
    public func mend(_ id: String, saveTo directory: String) async throws(LegacyRepairError) -> [String] {
        guard let leftover = Leftovers.all.first(where: { $0.id == id }) else {
            throw .unknown(id: id, known: Leftovers.all.map(\.id))
        }
        guard let fault = try await look(for: leftover) else { return [] }
        guard let mendable = leftover as? any MendableLeftover, fault.isMendable else {
            throw .needsPerson(id: id, remedy: fault.remedy)
        }
        let work = RepairWork(host: host, saved: SavedOriginals(host: host, directory: directory, id: id))
        try await mendable.mend(on: host, work)
        if let rest = try await look(for: leftover) {
            throw .stillThere(id: id, what: rest.what, done: work.lines)
        }
        return work.lines
    }

    private func look(for leftover: any Leftover) async throws(LegacyRepairError) -> LegacyFault? {
        do throws(Unseen) {
            return try await leftover.look(at: host)
        } catch {
            throw .unseen(id: leftover.id, reason: error.reason)
        }
    }
}

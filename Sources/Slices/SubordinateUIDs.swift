internal import Glibc

/// The further uids that people may use in user namespaces of their own, from subuid(5).
struct SubordinateUIDs: Sendable, Equatable {
    struct Part: Sendable, Equatable {
        /// A name, or a uid.
        let owner: String
        let uids: ClosedRange<UInt32>
    }

    /// In ascending order, without those that overlap, which say nothing of anybody.
    let parts: [Part]
    private let names: [String: UInt32]

    /// - Parameters:
    ///   - text: lines of `name:first:count`; the name may be a uid. Others are left out.
    ///   - names: the uids of those who matter.
    init(parsing text: String = "", names: [String: UInt32] = [:]) {
        let all = text.split(separator: "\n").compactMap { line -> Part? in
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            // Numbers of people are no spare ones, whatever the file says.
            guard fields.count == 3, let first = UInt32(fields[1]), let count = UInt32(fields[2]), count > 0,
                first >= 65_536, !first.addingReportingOverflow(count - 1).overflow
            else { return nil }
            return Part(owner: String(fields[0]), uids: first...(first + (count - 1)))
        }.sorted { $0.uids.lowerBound < $1.uids.lowerBound }
        var parts: [Part] = []
        var end: UInt32 = 0
        for (index, part) in all.enumerated() {
            let overlapsNext = index + 1 < all.count && all[index + 1].uids.lowerBound <= part.uids.upperBound
            if part.uids.lowerBound > end, !overlapsNext { parts.append(part) }
            end = max(end, part.uids.upperBound)
        }
        self.parts = parts
        self.names = names
    }

    /// Those of some people. To be read only where people are stopped: there is a line for each account.
    static func read(of uids: Set<UInt32>, path: String = "/etc/subuid") -> SubordinateUIDs {
        var names: [String: UInt32] = [:]
        for uid in uids {
            names["\(uid)"] = uid
            if let name = name(of: uid) { names[name] = uid }
        }
        return SubordinateUIDs(parsing: CgroupFile.text(of: path) ?? "", names: names)
    }

    private static func name(of uid: UInt32) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return entry.pw_name.map { String(cString: $0) }
    }

    /// Whose all of the uids are, of those who matter; nil when they are nobody's, or not one person's.
    func owner(of uids: [UInt32]) -> UInt32? {
        guard let first = uids.first, let part = parts.first(where: { $0.uids.contains(first) }) else { return nil }
        return uids.allSatisfy { part.uids.contains($0) } ? names[part.owner] : nil
    }
}

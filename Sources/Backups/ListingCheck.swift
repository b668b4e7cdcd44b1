/// Reads tar's listing of an item before anything of it is unpacked.
enum ListingCheck {
    /// How many entries it has.
    /// - Throws: ``BackupError/hostile(_:part:reason:)`` for a name that leaves the tree, or for anything but files,
    ///   directories and symbolic links.
    static func entries(in listing: String, of member: String, backup: String) throws(BackupError) -> Int {
        let file = try OpenFile(reading: listing)
        var rest: [UInt8] = []
        var count = 0
        while true {
            let bytes = try file.read(FileDigest.chunk)
            if bytes.isEmpty { break }
            rest += bytes
            guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            for line in rest[..<end].split(separator: UInt8(ascii: "\n")) {
                if let objection = objection(to: String(decoding: line, as: UTF8.self)) {
                    throw .hostile(backup, part: member, reason: objection)
                }
                count += 1
            }
            rest.removeSubrange(...end)
        }
        return count
    }

    /// A line as `-rw-r----- 0/105 12 2026-11-24 00:08 ./bridge.yaml`.
    static func objection(to line: String) -> String? {
        guard let type = line.first, "-dl".contains(type) else {
            return "an entry that is no file, directory or link: \(line.prefix(120))"
        }
        let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
        guard fields.count == 6 else { return "a line of its listing that tar does not write" }
        var name = fields[5]
        if type == "l", let arrow = name.range(of: " -> ") { name = name[..<arrow.lowerBound] }
        guard !name.hasPrefix("/") else { return "an absolute name: \(name.prefix(120))" }
        guard !name.split(separator: "/").contains("..") else {
            return "a name that leaves its directory: \(name.prefix(120))"
        }
        return nil
    }
}

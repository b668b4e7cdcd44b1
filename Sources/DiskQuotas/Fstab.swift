/// `/etc/fstab` as bytes: what is not understood is kept as it is (fstab(5)).
struct Fstab: Sendable, Equatable {
    /// A line that mounts something.
    struct Entry: Sendable, Equatable {
        /// From 1.
        let line: Int
        let text: String
        let source: String
        let mountPoint: String
        let type: String
        let options: [String]
        /// Where the options stand in `text`; `nil` when the line ends before them.
        fileprivate let optionsRange: Range<String.UTF8View.Index>?

        var isBind: Bool { options.contains { $0 == "bind" || $0 == "rbind" } }
    }

    let path: String
    let lines: [ArraySlice<UInt8>]
    let entries: [Entry]

    init(path: String, bytes: [UInt8]) {
        self.path = path
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        self.lines = lines
        entries = lines.enumerated().compactMap { Self.entry($0.element, line: $0.offset + 1) }
    }

    /// - Throws: ``DiskQuotaError/unreadable(path:errno:)``
    static func read(_ path: String) throws(DiskQuotaError) -> Fstab {
        Fstab(path: path, bytes: try WholeFile.read(path).bytes)
    }

    /// The one entry of a mount point; `nil` when there is none, or several.
    func entry(mountedAt mountPoint: String) -> Entry? {
        let found = entries.filter { $0.mountPoint == mountPoint && !$0.isBind }
        return found.count == 1 ? found.first : nil
    }

    /// Adds an option to exactly this entry and takes away those that say the opposite.
    func adding(_ option: String, removing opposite: Set<String>, to entry: Entry) -> FstabEdit {
        edit(entry, options: entry.options.filter { !opposite.contains($0) } + [option])
    }

    /// Lines that an older installation of the platform broke: its `sed` wrote `errors,usrquota=remount-ro` where
    /// `errors=remount-ro` stood, and such a file system does not mount at the next boot. Each with the mended line.
    var damages: [FstabEdit] {
        entries.compactMap { entry in Self.mended(entry.options).map { edit(entry, options: $0) } }
    }

    /// The whole file with one line changed; `nil` when that line is no longer what it was.
    func applying(_ edit: FstabEdit) -> [UInt8]? {
        guard lines.indices.contains(edit.line - 1), lines[edit.line - 1].elementsEqual(edit.before.utf8) else {
            return nil
        }
        var changed = lines
        changed[edit.line - 1] = ArraySlice(edit.after.utf8)
        return Array(changed.joined(separator: [UInt8(ascii: "\n")]))
    }

    private func edit(_ entry: Entry, options: [String]) -> FstabEdit {
        let new = options.joined(separator: ",")
        var after = entry.text
        if let range = entry.optionsRange {
            after.replaceSubrange(range, with: new)
        } else {
            after += " " + (new.hasPrefix("defaults") ? new : "defaults," + new)
        }
        return FstabEdit(path: path, line: entry.line, before: entry.text, after: after)
    }

    private static func entry(_ bytes: ArraySlice<UInt8>, line: Int) -> Entry? {
        guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(UInt8(ascii: "\r")) else {
            return nil
        }
        let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t")]
        let fields = text.utf8.split(whereSeparator: blanks.contains)
        guard fields.count >= 3, fields[0].first != UInt8(ascii: "#") else { return nil }
        var mountPoint = OctalEscapes.decode(Substring(fields[1]))
        while mountPoint.count > 1, mountPoint.hasSuffix("/") { mountPoint.removeLast() }
        let options = fields.count > 3 ? Substring(fields[3]).split(separator: ",").map(String.init) : []
        return Entry(
            line: line,
            text: text,
            source: OctalEscapes.decode(Substring(fields[0])),
            mountPoint: mountPoint,
            type: String(Substring(fields[2])),
            options: options,
            optionsRange: fields.count > 3 ? fields[3].startIndex..<fields[3].endIndex : nil
        )
    }

    /// `errors,usrquota=remount-ro` → `errors=remount-ro,usrquota`; `nil` when nothing of the kind is there. No file system takes a
    /// value with these options, so what has one was torn apart.
    private static func mended(_ options: [String]) -> [String]? {
        let quotas: Set<Substring> = ["usrquota", "grpquota", "quota", "uquota", "gquota", "prjquota"]
        for (end, option) in options.enumerated() {
            let parts = option.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, quotas.contains(parts[0]),
                let start = options[..<end].lastIndex(where: { !quotas.contains(Substring($0)) }),
                !options[start].contains("=")
            else { continue }
            let mended =
                options[..<start] + ["\(options[start])=\(parts[1])"] + options[(start + 1)..<end] + [String(parts[0])]
                + options[(end + 1)...]
            return Array(mended)
        }
        return nil
    }
}

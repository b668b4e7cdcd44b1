import Foundation

/// A backup as a file: a plain tar that holds `MANIFEST.json`, the items, and `SHA256SUMS`.
///
/// Without this program: `tar -xf FILE && sha256sum -c SHA256SUMS`; items that end with `.tar.zst` or `.tar.gz` are tars
/// themselves.
public enum Archive {
    static let manifestName = "MANIFEST.json"
    static let sumsName = "SHA256SUMS"
    private static let smallLimit = 16 << 20

    /// Reads the whole file and compares every digest.
    /// - Throws: ``BackupError`` for a file that is damaged, cut short, or holds anything that no backup holds.
    public static func verify(_ path: String) throws(BackupError) -> BackupManifest {
        try read(path) { _ throws(BackupError) in nil }
    }

    /// Of the file as a whole, to compare a copy of it with: what `sha256sum` says of it, and its bytes.
    public static func digest(of path: String) throws(BackupError) -> (sha256: String, size: Int64) {
        try FileDigest.of(path)
    }

    /// The same as ``verify(_:)``, and copies wanted items into a directory under the name of their member, with `/` made `-`.
    static func unpack(
        _ path: String,
        into directory: String,
        wanted: (BackupManifest.Item) -> Bool
    ) throws(BackupError) -> BackupManifest {
        try read(path) { item throws(BackupError) in
            wanted(item) ? try OpenFile(creating: unpackedPath(of: item, in: directory)) : nil
        }
    }

    static func unpackedPath(of item: BackupManifest.Item, in directory: String) -> String {
        directory + "/" + item.member.replacing("/", with: "-")
    }

    /// What `sha256sum` would write of the files before it.
    static func sums(manifest: [UInt8], items: [BackupManifest.Item]) -> [UInt8] {
        var text = "\(FileDigest.of(manifest))  \(manifestName)\n"
        for item in items { text += "\(item.sha256)  \(item.member)\n" }
        return Array(text.utf8)
    }

    private static func read(
        _ path: String,
        copy: (BackupManifest.Item) throws(BackupError) -> OpenFile?
    ) throws(BackupError) -> BackupManifest {
        let reader = try ArchiveReader(path)
        guard let first = try reader.next(), first.name == manifestName else {
            throw .notABackup(path, reason: "it does not begin with \(manifestName)")
        }
        let text = try reader.content(of: first, atMost: smallLimit)
        let manifest = try decode(text, path: path)
        for item in manifest.items {
            guard let header = try reader.next(), header.name == item.member, header.size == item.size else {
                throw .corrupt(path, part: item.member, reason: "it is not where the manifest says")
            }
            let output = try copy(item)
            guard try reader.digest(of: header, copy: output) == item.sha256 else {
                throw .corrupt(path, part: item.member, reason: "its digest is another")
            }
            try output?.synchronise()
        }
        guard let last = try reader.next(), last.name == sumsName else {
            throw .corrupt(path, part: sumsName, reason: "it is missing")
        }
        guard try reader.content(of: last, atMost: smallLimit) == sums(manifest: text, items: manifest.items) else {
            throw .corrupt(path, part: sumsName, reason: "it does not fit the manifest")
        }
        guard try reader.next() == nil else { throw .corrupt(path, part: "end", reason: "a file too many") }
        return manifest
    }

    private static func decode(_ text: [UInt8], path: String) throws(BackupError) -> BackupManifest {
        struct Format: Decodable { let format: Int }
        let data = Data(text)
        guard let format = try? JSONDecoder().decode(Format.self, from: data) else {
            throw .corrupt(path, part: manifestName, reason: "it is no manifest")
        }
        guard format.format <= BackupManifest.currentFormat else { throw .newer(path, format: format.format) }
        guard let manifest = try? JSONDecoder().decode(BackupManifest.self, from: data) else {
            throw .corrupt(path, part: manifestName, reason: "it is no manifest")
        }
        try check(manifest, path: path)
        return manifest
    }

    private static func hasControls(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    /// Each item has the one name that an item of its kind can have, and there is one of each.
    private static func check(_ manifest: BackupManifest, path: String) throws(BackupError) {
        // What is shown before anything is trusted. (What was skipped may be called whatever somebody called it.)
        let shown = [manifest.host, manifest.version, manifest.date] + manifest.items.map(\.path)
        guard !(shown + manifest.items.flatMap { $0.owners + $0.groups }).contains(where: Self.hasControls) else {
            throw .hostile(path, part: manifestName, reason: "control characters in it")
        }
        var seen: Set<String> = []
        for item in manifest.items {
            let name = item.member
            guard MemberHeader.isPlain(name), ItemName.fits(item), seen.insert(ItemName.stem(of: item)).inserted else {
                throw .hostile(path, part: manifestName, reason: "an item of a name that none has")
            }
            guard item.size >= 0, item.sha256.utf8.count == 64 else {
                throw .corrupt(path, part: manifestName, reason: "an item without size or digest")
            }
        }
    }
}

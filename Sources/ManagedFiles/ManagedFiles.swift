public import AtomicFiles
import Crypto
public import Foundation
import Glibc
public import HostChanges

/// Files of this host that we keep, in the way of regen-conf: rendered, compared with what we wrote last, and then made, renewed, or left
/// because an administrator changed them.
///
/// Whatever was there before us is never written over. What we wrote last is known by its digest, so a difference says who made it:
///
/// | on disk | is | then |
/// | --- | --- | --- |
/// | nothing | missing | made |
/// | what we wrote last | ours | renewed when we render something else |
/// | what we would write | in order | nothing; taken into the record by ``write(_:force:for:)`` |
/// | anything else, known to us | changed by hand | pending, with a difference; written over only by force |
/// | anything else, unknown to us | somebody else's | pending; never written over |
public struct ManagedFiles: Sendable {
    /// `/`, or where a test has its tree.
    public let root: String
    public let record: InstallationRecord

    public init(root: String = "/", record: InstallationRecord) {
        self.root = root == "/" ? "" : root
        self.record = record
    }

    /// Where a path of the host really is.
    public func real(_ path: String) -> String { root + path }

    /// What is in a file of the host; nil when it is not there.
    public func text(of path: String) throws(AtomicFileError) -> String? {
        guard let data = try AtomicFile(real(path)).read() else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// Compares a file with what it should be. Changes nothing.
    /// - Parameter force: whether an administrator's edit of a file of ours would be written over.
    public func look(_ file: ManagedFile, force: Bool) async throws -> StepStanding {
        let known = await record.manifest.files[file.path]
        let current: Data?
        do {
            current = try AtomicFile(real(file.path)).read()
        } catch AtomicFileError.notRegular {
            let change = PlannedChange(.file, "put a file in the place of \(file.path)")
            return .pending(change, why: "there is something else than a plain file. Move it away and run this again")
        }
        guard let current else { return missing(file, known: known) }
        switch file.content {
        case .seed, .secret:
            return attributes(of: file)
        case .block(let lines, let after):
            return block(FileBlock(lines: lines, after: after), in: String(decoding: current, as: UTF8.self), file)
        case .rendered(let text):
            return rendered(text, over: current, file, known: known, force: force)
        }
    }

    /// Brings a file to what it should be.
    /// - Throws: ``AtomicFileError``. What ``look(_:force:)`` calls pending is left alone without an error.
    public func write(_ file: ManagedFile, force: Bool, for component: Component) async throws {
        guard case .needed = try await look(file, force: force) else { return }
        let current = try AtomicFile(real(file.path)).read()
        let content = try self.content(of: file, over: current)
        let digest = Self.digest(content)
        let known = await record.manifest.files[file.path]
        var entry = known ?? Manifest.File()
        if case .block = file.content { entry.isBlock = true }
        entry.writing = digest
        let begun = entry
        try await record.change {
            $0.add([.file(file.path)], of: component, now: Int64(time(nil)))
            $0.components.insert(component)
            $0.files[file.path] = begun
        }
        try put(content, file, current: current)
        try await record.change {
            $0.files[file.path]?.wrote = digest
            $0.files[file.path]?.writing = nil
        }
    }

    /// Takes a file of ours back: removes it, or puts back what was there before. Our lines are taken out of a file of somebody else's.
    public func undo(_ path: String) async throws -> FileUndo {
        guard let known = await record.manifest.files[path] else { return .absent }
        let place = AtomicFile(real(path))
        guard let current = try place.read() else {
            if let original = known.original { return try putBack(original, to: place) }
            return .absent
        }
        if let merged = known.merged { return try await takeBack(merged, of: path, outOf: current, at: place) }
        if known.isBlock == true {
            let text = String(decoding: current, as: UTF8.self)
            let without = FileBlock.taken(outOf: text)
            guard without != text else { return .absent }
            try place.replace(Data(without.utf8), mode: try mode(of: place.path), owner: try owner(of: place.path))
            return .restored
        }
        let isOurs = [known.wrote, known.writing].contains(Self.digest(current))
        if !isOurs {
            let kept = "\(path).diycloud-saved"
            guard rename(place.path, real(kept)) == 0 else {
                throw AtomicFileError.system(path: path, action: "moved", errno: errno)
            }
            if let original = known.original { _ = try putBack(original, to: place) }
            return .kept(at: kept)
        }
        if let original = known.original { return try putBack(original, to: place) }
        try place.remove()
        return .removed
    }

    /// SHA-256, in hexadecimal digits.
    public static func digest(_ data: Data) -> String {
        SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined()
    }
}

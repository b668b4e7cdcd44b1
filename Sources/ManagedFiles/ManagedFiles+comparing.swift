import AtomicFiles
import Foundation
import Glibc
import HostChanges

extension ManagedFiles {
    func missing(_ file: ManagedFile, known: Manifest.File?) -> StepStanding {
        let mode = String(file.mode, radix: 8)
        switch file.content {
        case .block:
            return .blocked("\(file.path) is not there, and lines of ours belong into it. Is its package installed?")
        case .secret:
            return .needed([PlannedChange(.file, "create \(file.path) (0\(mode) \(file.owner)) with a new secret")])
        case .rendered(let text), .seed(let text):
            let lines = text.split(separator: "\n").count
            let again = known?.wrote == nil ? "" : " again"
            return .needed([
                PlannedChange(.file, "create \(file.path)\(again) (0\(mode) \(file.owner), \(lines) lines)")
            ])
        }
    }

    func rendered(_ text: String, over current: Data, _ file: ManagedFile, known: Manifest.File?, force: Bool)
        -> StepStanding
    {
        let wanted = Data(text.utf8)
        if current == wanted {
            if known?.wrote == Self.digest(wanted) { return attributes(of: file) }
            return .needed([PlannedChange(.file, "take \(file.path) over, which is as it should be")])
        }
        let diff = LineDiff.unified(from: String(decoding: current, as: UTF8.self), to: text, name: file.path)
        guard let known else {
            return .pending(
                PlannedChange(.file, "create \(file.path)", diff: diff),
                why: "a file that is not ours is there, and is never written over. Move it away and run this again"
            )
        }
        let isOurs = [known.wrote, known.writing].contains(Self.digest(current))
        let change = PlannedChange(.file, "update \(file.path)", diff: diff)
        if isOurs || force { return .needed([change]) }
        return .pending(change, why: "it was changed by hand. --force writes it anew")
    }

    func block(_ block: FileBlock, in text: String, _ file: ManagedFile) -> StepStanding {
        guard let wanted = block.put(into: text) else {
            return .blocked(
                "\(file.path) has no line with \"\(block.after ?? "")\", below which ours belong. Put them in by hand:\n"
                    + block.lines
            )
        }
        if wanted == text { return .done }
        let diff = LineDiff.unified(from: text, to: wanted, name: file.path)
        return .needed([PlannedChange(.file, "add lines to \(file.path)", diff: diff)])
    }

    /// Whether mode and owner are right. Not in a tree of a test, whose files belong to whoever runs it.
    func attributes(of file: ManagedFile) -> StepStanding {
        var status = stat()
        guard root.isEmpty, lstat(real(file.path), &status) == 0 else { return .done }
        // An account that is not there yet comes with an earlier step; then this is looked at once more.
        guard let wanted = try? file.owner.numbers(for: file.path) else {
            return .needed([PlannedChange(.file, "give \(file.path) to \(file.owner)")])
        }
        if (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (wanted.uid, wanted.gid, file.mode) {
            return .done
        }
        return .needed([PlannedChange(.file, "set \(file.path) to 0\(String(file.mode, radix: 8)) \(file.owner)")])
    }

    func content(of file: ManagedFile, over current: Data?) throws(AtomicFileError) -> Data {
        switch file.content {
        case .rendered(let text): return Data(text.utf8)
        case .seed(let text): return current ?? Data(text.utf8)
        case .secret(let make): return current ?? Data(make().utf8)
        case .block(let lines, let after):
            let text = String(decoding: current ?? Data(), as: UTF8.self)
            return Data((FileBlock(lines: lines, after: after).put(into: text) ?? text).utf8)
        }
    }

    func put(_ content: Data, _ file: ManagedFile, current: Data?) throws {
        let place = AtomicFile(real(file.path))
        if case .block = file.content, current != nil {
            try place.replace(content, mode: try mode(of: place.path), owner: try owner(of: place.path))
            return
        }
        let owner = root.isEmpty ? try file.owner.numbers(for: file.path) : nil
        try place.replace(content, mode: file.mode, owner: owner)
    }

    func putBack(_ name: String, to place: AtomicFile) throws -> FileUndo {
        guard let data = try AtomicFile("\(record.directory)/saved/\(name)").read() else {
            throw AtomicFileError.system(path: "\(record.directory)/saved/\(name)", action: "found", errno: ENOENT)
        }
        try place.replace(data, mode: (try? mode(of: place.path)) ?? 0o644, owner: try? owner(of: place.path))
        return .restored
    }

    func mode(of real: String) throws -> UInt32 { try status(of: real).st_mode & 0o7777 }

    func owner(of real: String) throws -> (uid: UInt32, gid: UInt32) {
        let status = try status(of: real)
        return (status.st_uid, status.st_gid)
    }

    private func status(of real: String) throws -> stat {
        var status = stat()
        guard lstat(real, &status) == 0 else {
            throw AtomicFileError.system(path: real, action: "looked at", errno: errno)
        }
        return status
    }
}

public import HostPrograms
import Foundation
import Glibc

/// Writes a backup: one file with everything that this host's cloud is, as of now, while its services run.
public enum Backup {
    /// What everybody who holds such a file has to know.
    public static let secretsNotice =
        "This file holds every secret of this cloud (password hashes, service tokens, private keys): whoever can read it can "
        + "sign in as anybody. It is readable by root only; keep its copies so, too."

    /// Saves what the plan says.
    ///
    /// Databases are copied by SQLite itself and looked through; Portainer is paused for the seconds that its data is read.
    /// The file is written beside its name (`.part`, mode 0600), read again and compared digest by digest, and only then
    /// gets its name. A run that ends early, however, leaves no file of that name, or the old one.
    /// - Parameters:
    ///   - file: where to; its directory must be writable for root only, or sticky.
    ///   - progress: gets a line for each thing that is begun. The first says what will be stopped, if anything.
    /// - Returns: what the file holds, and what was skipped with reasons.
    /// - Throws: ``BackupError``. Nothing is left behind then.
    public static func write(
        _ plan: BackupPlan,
        to file: String,
        programs: any HostPrograms = SystemPrograms(),
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(BackupError) -> BackupManifest {
        // Programs run in another directory.
        let wanted = file.hasPrefix("/") ? file : FileManager.default.currentDirectoryPath + "/" + file
        let part = try PartFile(for: wanted, replaces: plan.replacesFile)
        do throws(BackupError) {
            let collection = BackupCollection(plan: plan, work: part.work, programs: programs, progress: progress)
            let manifest = try await collection.collect()
            try await assemble(manifest, in: part, programs: programs)
            progress("Reading it again")
            try part.settle()
            guard try Archive.verify(part.path) == manifest else {
                throw BackupError.corrupt(part.path, part: Archive.manifestName, reason: "it is not what was written")
            }
            try part.finish()
            return manifest
        } catch {
            part.abandon()
            throw error
        }
    }

    private static func assemble(
        _ manifest: BackupManifest,
        in part: PartFile,
        programs: any HostPrograms
    ) async throws(BackupError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let text = (try? encoder.encode(manifest)).map(Array.init) else {
            throw .program("JSON", complaint: "the manifest cannot be written")
        }
        try OpenFile(creating: "\(part.work)/\(Archive.manifestName)").write(text)
        let sums = Archive.sums(manifest: text, items: manifest.items)
        try OpenFile(creating: "\(part.work)/\(Archive.sumsName)").write(sums)
        let names = [Archive.manifestName] + manifest.items.map(\.member) + [Archive.sumsName]
        let words =
            ["--create", "--format=gnu", "--owner=0", "--group=0", "--numeric-owner", "--mode=0600", "--no-recursion"]
            + ["-C", part.work, "-f", part.path] + names
        let result: ProgramResult
        do {
            result = try await programs.run("tar", words, input: "", timeLimit: TreeArchive.timeLimit)
        } catch {
            throw .program("tar", complaint: error.description)
        }
        guard result.status == 0 else { throw .program("tar", complaint: result.complaint) }
    }
}

import Foundation
import Glibc
import HostPrograms

/// Puts files and directories into the place of others by renaming, and can take it all back.
struct Exchange {
    let stamp: String
    let programs: any HostPrograms
    private var done: [(target: String, old: String?)] = []

    init(stamp: String, programs: any HostPrograms) {
        self.stamp = stamp
        self.programs = programs
    }

    /// - Throws: ``BackupError``; what it began is taken back by ``takeBack()``.
    mutating func put(_ part: PreparedPart) async throws(BackupError) {
        let directory = PartFile.directory(of: part.target)
        try Self.makeParents(directory)
        let name = part.target.split(separator: "/").last ?? ""
        // On the file system of the target, so that a rename can bring it there.
        let new = "\(directory)/.\(name).restored-\(stamp)"
        try await copy(part.source, to: new)
        let old = "\(directory)/.\(name).before-\(stamp)"
        try moveAside(part.target, to: old)
        if part.isDatabase {
            // Only after the database is gone: a database without its log would be an older one.
            for suffix in ["-wal", "-shm", "-journal"] { try moveAside(part.target + suffix, to: old + suffix) }
        }
        guard rename(new, part.target) == 0 else { throw .system(part.target, "cannot get its name") }
        try OpenFile.synchroniseDirectory(directory)
    }

    private mutating func moveAside(_ path: String, to old: String) throws(BackupError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            done.append((path, nil))
            return
        }
        guard rename(path, old) == 0 else { throw .system(path, "cannot be moved aside") }
        done.append((path, old))
    }

    /// Everything as it was, the last first.
    mutating func takeBack() {
        for step in done.reversed() {
            ClosedDirectory.remove(step.target)
            if let old = step.old { rename(old, step.target) }
        }
        done = []
    }

    /// Removes what was there before.
    func keep() throws(BackupError) {
        for old in done.compactMap(\.old) { ClosedDirectory.remove(old) }
        for directory in Set(done.map { PartFile.directory(of: $0.target) }) {
            try OpenFile.synchroniseDirectory(directory)
        }
    }

    private func copy(_ source: String, to new: String) async throws(BackupError) {
        ClosedDirectory.remove(new)
        let result: ProgramResult
        do {
            result = try await programs.run(
                "cp",
                ["--archive", "--no-target-directory", "--", source, new],
                input: "",
                timeLimit: .seconds(3600)
            )
        } catch {
            throw .program("cp", complaint: error.description)
        }
        guard result.status == 0 else {
            ClosedDirectory.remove(new)
            throw .program("cp", complaint: result.complaint)
        }
        // SELinux: labels as its policy has them for this place (restorecon(8)); nothing to do on hosts without it.
        if programs.has("restorecon"), programs.has("selinuxenabled"),
            let enabled = try? await programs.run("selinuxenabled", []), enabled.status == 0
        {
            _ = try? await programs.run("restorecon", ["-RF", new])
        }
    }

    /// Directories up to a file, for root to write and all to read.
    static func makeParents(_ directory: String) throws(BackupError) {
        guard access(directory, F_OK) != 0 else { return }
        try makeParents(PartFile.directory(of: directory))
        guard mkdir(directory, 0o755) == 0 || errno == EEXIST else { throw .system(directory, "cannot be made") }
    }
}

import AtomicFiles
import Foundation
import Glibc

/// The environments that are on this host, and the links to those in use.
struct EnvironmentShelf: Sendable {
    /// Empty, or where a test has its tree.
    let root: String

    func real(_ path: String) -> String { root + path }

    func isComplete(_ environment: PythonEnvironment) -> Bool {
        access(real("\(environment.directory)/\(PythonEnvironment.stamp)"), F_OK) == 0
            && access(real("\(environment.directory)/bin/python"), X_OK) == 0
    }

    /// What is where the link should be.
    enum Link: Equatable { case absent, to(String), somethingElse }

    func link(_ purpose: PythonEnvironment.Purpose) -> Link {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(real(purpose.link), &buffer, buffer.count - 1)
        if count >= 0 { return .to(String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)) }
        return errno == ENOENT ? .absent : .somethingElse
    }

    /// Puts an environment into use, or with nil none: readers find the one before or this one.
    func point(_ purpose: PythonEnvironment.Purpose, to target: String?) throws(EnvironmentError) {
        let path = real(purpose.link)
        guard let target else {
            guard unlink(path) == 0 || errno == ENOENT else { throw problem(purpose.link, "removed") }
            return
        }
        let draft = "\(path).diycloud-new"
        unlink(draft)
        guard symlink(target, draft) == 0, rename(draft, path) == 0 else { throw problem(purpose.link, "linked") }
    }

    /// Environments that nothing needs: neither linked, nor the newest one before it, nor under a process that runs.
    /// - Parameter commandLines: of all processes, arguments apart by NUL bytes (proc_pid_cmdline(5)).
    func leftovers(keeping wanted: Set<String>, commandLines: [String]) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: real(PythonEnvironment.shelf))) ?? []
        // Runs keep each other out, so a place of work that is there belongs to a run that was killed.
        let works = names.filter { $0.hasPrefix(PythonEnvironment.work) }.sorted()
        return works
            + PythonEnvironment.Purpose.allCases.flatMap { purpose -> [String] in
                let prefix = "\(purpose.rawValue)-"
                var old = names.filter { $0.hasPrefix(prefix) && !wanted.contains($0) }
                if case .to(let target) = link(purpose) { old.removeAll { "envs/\($0)" == target } }
                old.sort { age($0) < age($1) }
                // An attempt that was killed is nothing to go back to.
                if let previous = old.last(where: { hasStamp($0) }) { old.removeAll { $0 == previous } }
                return old.filter { name in
                    !commandLines.contains { $0.contains("\(PythonEnvironment.shelf)/\(name)/") }
                }
            }
    }

    func remove(_ name: String) throws(EnvironmentError) {
        let path = "\(PythonEnvironment.shelf)/\(name)"
        // Its stamp first: what is half removed is not complete.
        unlink(real("\(path)/\(PythonEnvironment.stamp)"))
        guard access(real(path), F_OK) == 0 else { return }
        do { try FileManager.default.removeItem(atPath: real(path)) } catch {
            throw .file(path: path, action: "removed", reason: "\(error)")
        }
    }

    /// Megabytes that are free where environments stand.
    func freeMegabytes() -> Int {
        var status = statvfs()
        for path in [PythonEnvironment.shelf, "/opt/diycloud", "/opt", "/"] where statvfs(real(path), &status) == 0 {
            return Int(status.f_bavail) * Int(status.f_frsize) / (1 << 20)
        }
        return .max
    }

    /// What every process was started with.
    static func commandLines() -> [String] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.filter { $0.first?.isNumber == true }.compactMap {
            FileManager.default.contents(atPath: "/proc/\($0)/cmdline").map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private func hasStamp(_ name: String) -> Bool {
        access(real("\(PythonEnvironment.shelf)/\(name)/\(PythonEnvironment.stamp)"), F_OK) == 0
    }

    private func age(_ name: String) -> Int {
        var status = stat()
        return lstat(real("\(PythonEnvironment.shelf)/\(name)"), &status) == 0 ? status.st_mtim.tv_sec : 0
    }

    private func problem(_ path: String, _ action: String) -> EnvironmentError {
        .file(path: path, action: action, reason: String(cString: strerror(errno)))
    }
}

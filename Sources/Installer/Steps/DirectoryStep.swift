public import AtomicFiles
import Glibc
public import HostChanges

/// A directory with its mode and owner. An undo removes it when nothing is left in it.
public struct DirectoryStep: Step {
    public let component: Component
    public let path: String
    private let mode: UInt32
    private let owner: FileOwner
    private let trace: HostTrace
    private let host: Host

    /// - Parameter holds: what an undo does with it: `.directory` (removed when empty), `.tree`, `.data`.
    public init(
        _ component: Component,
        _ path: String,
        mode: UInt32 = 0o755,
        owner: FileOwner = .root,
        holds: (String) -> HostTrace = HostTrace.directory,
        on host: Host
    ) {
        self.component = component
        self.path = path
        self.mode = mode
        self.owner = owner
        trace = holds(path)
        self.host = host
    }

    public var title: String { "Make \(path)" }

    public func look() async throws -> StepStanding {
        var status = stat()
        let bits = String(mode, radix: 8)
        guard lstat(host.files.real(path), &status) == 0 else {
            return .needed([PlannedChange(.directory, "create \(path) (0\(bits) \(owner))")])
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return .blocked("\(path) should be a directory, and is something else. Move it away and run this again.")
        }
        guard host.files.root.isEmpty, let wanted = try? owner.numbers(for: path) else { return .done }
        if (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (wanted.uid, wanted.gid, mode) { return .done }
        // What was there before us keeps its mode and owner.
        guard await host.record.manifest.has(trace) else { return .done }
        return .needed([PlannedChange(.directory, "set \(path) to 0\(bits) \(owner)")])
    }

    public func traces() async throws -> [HostTrace] {
        access(host.files.real(path), F_OK) == 0 ? [] : [trace]
    }

    public func apply(_ report: StepReport) async throws {
        let real = host.files.real(path)
        guard mkdir(real, 0o700) == 0 || errno == EEXIST else {
            throw AtomicFileError.system(path: path, action: "made", errno: errno)
        }
        if host.files.root.isEmpty {
            let numbers = try owner.numbers(for: path)
            guard chown(real, numbers.uid, numbers.gid) == 0 else {
                throw AtomicFileError.system(path: path, action: "given to \(owner)", errno: errno)
            }
        }
        guard chmod(real, mode) == 0 else {
            throw AtomicFileError.system(path: path, action: "opened", errno: errno)
        }
    }
}

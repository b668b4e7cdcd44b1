import AtomicFiles
import Glibc
public import HostChanges

/// A symbolic link. A link or file of somebody else's in its place is left alone.
public struct LinkStep: Step {
    public let component: Component
    public let path: String
    public let target: String
    private let host: Host

    public init(_ component: Component, _ path: String, to target: String, on host: Host) {
        self.component = component
        self.path = path
        self.target = target
        self.host = host
    }

    public var title: String { "Link \(path)" }

    public func look() async throws -> StepStanding {
        let change = PlannedChange(.link, "link \(path) -> \(target)")
        switch current() {
        case .some(target): return .done
        case .none where access(host.files.real(path), F_OK) != 0: return .needed([change])
        default:
            if await host.record.manifest.has(.link(path)), current() != nil { return .needed([change]) }
            return .pending(change, why: "something that is not ours is there. Move it away and run this again")
        }
    }

    public func traces() async throws -> [HostTrace] { [.link(path)] }

    public func apply(_ report: StepReport) async throws {
        let draft = host.files.real(path) + ".diycloud-new"
        unlink(draft)
        guard symlink(target, draft) == 0, rename(draft, host.files.real(path)) == 0 else {
            throw AtomicFileError.system(path: path, action: "linked", errno: errno)
        }
    }

    private func current() -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(host.files.real(path), &buffer, buffer.count - 1)
        guard count >= 0 else { return nil }
        return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

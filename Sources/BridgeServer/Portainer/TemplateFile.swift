import Foundation
import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The app templates (`templates.json` in `portainer.templates`), read again when the file has changed.
///
/// A file that is no list of templates leaves the last good one in force.
final class TemplateFile: Sendable {
    private struct Mark: Equatable {
        let device: UInt64
        let inode: UInt64
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        init(_ status: stat) {
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
            size = Int(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    private struct State {
        var mark: Mark?
        var text: ByteBuffer?
        var problem: String?
    }

    private static let limit = 1 << 20

    private let path: String
    private let logger: Logger
    private let state = Mutex(State())

    init(path: String, logger: Logger) {
        self.path = path
        self.logger = logger
    }

    /// The file's text; `nil` when there has never been a usable one.
    func current() async -> ByteBuffer? {
        // Files are read on threads that may wait.
        try? await NIOThreadPool.singleton.runIfActive { self.look() }
    }

    private func look() -> ByteBuffer? {
        state.withLock { state in
            do {
                try read(into: &state)
                state.problem = nil
            } catch {
                let problem = "\(error)"
                if problem != state.problem {
                    logger.warning("templates not read", metadata: ["path": "\(path)", "reason": "\(problem)"])
                }
                state.problem = problem
            }
            return state.text
        }
    }

    private enum Failure: Error, CustomStringConvertible {
        case system(Int32)
        case noFile, tooLarge, noTemplates

        var description: String {
            switch self {
            case .system(let number): String(cString: strerror(number))
            case .noFile: "it is no regular file"
            case .tooLarge: "it is larger than 1 MiB"
            case .noTemplates: "it is no JSON object with \"version\" and a list \"templates\""
            }
        }
    }

    private func read(into state: inout State) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Failure.system(errno) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure.system(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure.noFile }
        let mark = Mark(status)
        guard mark != state.mark else {
            if state.text == nil { throw Failure.noTemplates }
            return
        }
        guard status.st_size <= Self.limit else { throw Failure.tooLarge }
        let bytes = try file.read(upToCount: Self.limit) ?? Data()
        state.mark = mark
        guard let document = try? JSONSerialization.jsonObject(with: bytes) as? [String: Any],
            document["version"] is String, document["templates"] is [Any]
        else { throw Failure.noTemplates }
        state.text = ByteBuffer(bytes: bytes)
    }
}

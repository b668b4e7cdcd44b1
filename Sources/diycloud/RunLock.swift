import Foundation
import Glibc

/// One run at a time changes this host: every command that does takes it first.
///
/// Not beside the record of the installation, which a restore puts another one in the place of.
struct RunLock: ~Copyable {
    private static let path = "/run/diycloud-installation.lock"

    private let descriptor: Int32

    /// - Throws: ``CommandFailure`` that names who holds it.
    init() throws {
        let path = Self.path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            close(descriptor)
            let who = holder.isEmpty ? "" : " (process \(holder))"
            throw CommandFailure("Another diycloud is at work on this host\(who). Wait for it to end.")
        }
        ftruncate(descriptor, 0)
        let line = "\(getpid())"
        _ = line.withCString { write(descriptor, $0, strlen($0)) }
    }

    func release() { close(descriptor) }
}

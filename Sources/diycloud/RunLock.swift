import Foundation
import Glibc

/// One run at a time changes this host.
struct RunLock: ~Copyable {
    private let descriptor: Int32

    /// - Throws: ``CommandFailure`` that names who holds it.
    init(directory: String) throws {
        mkdir(directory, 0o700)
        let path = "\(directory)/lock"
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

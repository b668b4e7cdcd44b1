import Glibc
import NIOCore
import Synchronization

/// How many connections a listener holds at once. One more is closed at once.
///
/// Descriptors belong to the whole process: whoever may connect to one listener (on TCP everybody on this host) could take
/// those that the other one needs, and the ones of the databases.
package final class ConnectionLimit: Sendable {
    let maximum: Int
    private let held = Atomic(0)

    package init(maximum: Int) { self.maximum = maximum }

    /// Counts a connection until it is closed.
    /// - Returns: whether there is room for it.
    func admit(_ channel: any Channel) -> Bool {
        guard held.wrappingAdd(1, ordering: .relaxed).newValue <= maximum else {
            held.wrappingSubtract(1, ordering: .relaxed)
            return false
        }
        channel.closeFuture.whenComplete { _ in self.held.wrappingSubtract(1, ordering: .relaxed) }
        return true
    }

    /// Services are few programs with a handful of connections each.
    package static func forServices() -> ConnectionLimit { ConnectionLimit(maximum: min(256, descriptors / 4)) }

    /// Portainer's server: three short calls for each person, and the templates.
    package static func forPortainer() -> ConnectionLimit { ConnectionLimit(maximum: 64) }

    /// nginx: all but a quarter, which is for services, databases and workers.
    package static func forProxy() -> ConnectionLimit { ConnectionLimit(maximum: descriptors / 4 * 3 - 64) }

    /// What this process may open (getrlimit(2)), within reason.
    private static var descriptors: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(min(max(limit.rlim_cur, 256), 65_536))
    }
}

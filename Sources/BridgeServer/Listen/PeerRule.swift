package import Glibc
import NIOCore

/// Who may connect to a unix socket, by the credentials that the kernel vouches for (SO_PEERCRED, unix(7)).
///
/// The mode of the socket file says the same; this still holds when somebody has changed the mode.
package struct PeerRule: Sendable {
    private let uids: Set<uid_t>
    private let gids: Set<gid_t>

    /// - Parameters:
    ///   - uids: users that are let in.
    ///   - gids: groups whose members, by their primary group, are let in.
    package init(uids: Set<uid_t>, gids: Set<gid_t>) {
        self.uids = uids
        self.gids = gids
    }

    /// `struct ucred` of unix(7), which the C library shows only with `_GNU_SOURCE`.
    private struct Credentials {
        var pid: pid_t = 0
        var uid: uid_t = 0
        var gid: gid_t = 0
    }

    func check(_ channel: any Channel) -> EventLoopFuture<Bool> {
        guard let provider = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeSucceededFuture(false)
        }
        let credentials: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
            level: .socket,
            name: .init(rawValue: SO_PEERCRED)
        )
        return credentials.map { uids.contains($0.uid) || gids.contains($0.gid) }.recover { _ in false }
    }
}

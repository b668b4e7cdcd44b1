import NIOCore
import Synchronization

/// All open connections, by who stands at their other end.
final class ConnectionRegister: Sendable {
    private struct Table {
        var connections: [Arrival: [ObjectIdentifier: any Channel]] = [:]
        var count = 0
        /// In the middle of the TLS handshake.
        var strangers: [ObjectIdentifier: any Channel] = [:]
        var isDraining = false
    }

    private let limits: GuardLimits
    private let table = Mutex(Table())

    init(limits: GuardLimits) { self.limits = limits }

    /// Counts a connection until it is closed.
    /// - Returns: whether there is room for it. Root always finds some: who puts a host in order must not be kept out by those who
    ///   overran it.
    func admit(_ channel: any Channel, _ arrival: Arrival) -> Bool {
        let isRoot = arrival == .peer(uid: 0)
        let key = ObjectIdentifier(channel)
        let isAdmitted = table.withLock { table in
            table.strangers[key] = nil
            guard !table.isDraining else { return false }
            let own = table.connections[arrival]?.count ?? 0
            guard isRoot || (table.count < limits.connections && own < limits.connectionsPerCaller) else {
                return false
            }
            table.connections[arrival, default: [:]][key] = channel
            table.count += 1
            return true
        }
        guard isAdmitted else { return false }
        channel.closeFuture.whenComplete { [weak self] _ in self?.forget(key, arrival) }
        return true
    }

    /// Counts a connection of which nobody knows yet whose it is, until it is ``admit(_:_:)``ted or closed. Anybody can open such
    /// connections, so there are few: they must not use up what those who are known need.
    /// - Returns: whether there is room for it.
    func greet(_ channel: any Channel) -> Bool {
        let key = ObjectIdentifier(channel)
        let isGreeted = table.withLock { table in
            guard !table.isDraining, table.strangers.count < limits.handshakes else { return false }
            table.strangers[key] = channel
            return true
        }
        guard isGreeted else { return false }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.table.withLock { _ = $0.strangers.removeValue(forKey: key) }
        }
        return true
    }

    private func forget(_ key: ObjectIdentifier, _ arrival: Arrival) {
        table.withLock { table in
            guard table.connections[arrival]?.removeValue(forKey: key) != nil else { return }
            table.count -= 1
            if table.connections[arrival]?.isEmpty == true { table.connections[arrival] = nil }
        }
    }

    /// Everybody who has a connection.
    var arrivals: [Arrival] { table.withLock { Array($0.connections.keys) } }

    var count: Int { table.withLock { $0.count } }

    /// Cuts all connections of somebody, whatever passes over them.
    /// - Returns: how many there were.
    @discardableResult
    func close(_ arrival: Arrival) -> Int {
        let channels = table.withLock { Array(($0.connections[arrival] ?? [:]).values) }
        for channel in channels { channel.close(promise: nil) }
        return channels.count
    }

    /// Lets plain calls finish and ends streams; nobody new comes in.
    func drain() {
        let channels = table.withLock { table in
            table.isDraining = true
            return table.connections.values.flatMap(\.values)
        }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(GuardIsDraining()) }
    }

    func closeAll() {
        let strangers = table.withLock { Array($0.strangers.values) }
        for channel in strangers { channel.close(promise: nil) }
        for arrival in arrivals { close(arrival) }
    }
}

import BridgeConfiguration
import Synchronization

/// The configuration in force; SIGHUP puts another in its place.
final class LiveConfiguration: Sendable {
    private let value: Mutex<Configuration>

    init(_ configuration: Configuration) { value = Mutex(configuration) }

    var current: Configuration { value.withLock { $0 } }

    /// Takes over what may change while the service runs: services, spawn environment and public address.
    /// - Returns: whether something else differs, which only a restart puts in force.
    func reload(_ new: Configuration) -> Bool {
        value.withLock { configuration in
            configuration.services = new.services
            configuration.spawn = new.spawn
            configuration.public = new.public
            configuration.log = new.log
            return configuration != new
        }
    }
}

import BridgeConfiguration
import UserSync

/// The turn of a command to change the host.
enum SyncTurn {
    /// What others are told of this process.
    static var command: String { CommandLine.arguments.joined(separator: " ") }

    /// Waits for the lock.
    /// - Parameter patience: seconds; 0 to fail at once.
    /// - Throws: what the person at the terminal should read.
    static func take(_ configuration: Configuration, patience: Int) async throws -> SyncLock {
        let end = ContinuousClock.now + .seconds(patience)
        while true {
            do throws(SyncLock.Failure) {
                return try SyncLock(path: configuration.sync.lock, command: command, now: .now)
            } catch {
                guard case .held = error, ContinuousClock.now < end else {
                    throw CommandFailure("Nothing was changed: \(error)")
                }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

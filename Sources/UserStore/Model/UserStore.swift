/// Who there is, and what they may use.
///
/// Guarantees of every implementation:
/// - ``current()`` never waits for a disk, a lock of another program, or a reader that is at work.
/// - A snapshot is one committed state: it never mixes two transactions of a writer.
/// - A store that cannot be read lets nobody in: ``current()`` throws, and recovers by itself when the store does.
/// - A committed change is in ``current()`` within one second, as long as the store is being watched.
public protocol UserStore: Sendable {
    /// The newest snapshot.
    /// - Throws: ``StoreError`` that makes the store unusable now.
    func current() throws(StoreError) -> StoreSnapshot

    /// An element after each new snapshot, and after each change of availability. Several changes may come as one. Each call gives
    /// a stream of its own.
    var changes: AsyncStream<Void> { get }
}

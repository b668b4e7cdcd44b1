/// Something that keeps its own table of sessions, such as an event loop that answers `/auth`.
///
/// ``sessionOpened(_:)`` has returned before anybody learns the token. ``sessionEnded(_:reason:)`` comes after the
/// session has stopped to count (``ActiveSession/isValid(now:)`` knows at once); it may come twice for one session, and
/// must then do nothing.
public protocol SessionObserver: Sendable {
    func sessionOpened(_ session: ActiveSession) async
    func sessionEnded(_ session: ActiveSession, reason: SessionEndReason) async
}

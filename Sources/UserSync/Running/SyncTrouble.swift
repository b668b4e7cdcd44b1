/// Why an area could not be looked at.
struct SyncTrouble: Error {
    /// A sentence with the way out.
    let reason: String

    init(_ reason: String) { self.reason = reason }

    init(_ error: any Error) { reason = "\(error)" }
}

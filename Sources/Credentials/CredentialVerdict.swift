/// What came of checking a store password.
public enum CredentialVerdict: Sendable, Equatable {
    /// The password is right.
    case accepted
    /// The password is right by the user store's old SHA-256 hash. It has been hashed anew in this moment, and the old
    /// hash does not count from now on.
    case acceptedLegacy
    /// The password is wrong, or there is none.
    case refused

    public var isAccepted: Bool { self != .refused }
}

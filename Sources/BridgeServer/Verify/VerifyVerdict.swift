import NIOCore

/// What the bridge says of a request that nginx asks about.
enum VerifyVerdict {
    /// Go on; the bytes are the whole answer, made when the session began.
    case allowed(ByteBuffer)
    /// Known, but not for this service; or the request names no service.
    case forbidden
    /// Nobody is signed in.
    case unauthenticated
    /// The user store cannot be trusted at the moment, so nobody is let in.
    case closed
}

/// Who stands at the other end of a connection, as the kernel or a certificate says. Nothing that a client writes counts.
public enum Arrival: Sendable, Hashable {
    /// The process that connected to the unix socket (SO_PEERCRED, unix(7)).
    case peer(uid: UInt32)
    /// The holder of a client certificate that our authority signed.
    /// - `name`: the CN. - `serial`: as `valid.json` writes it: lower-case hexadecimal.
    case certificate(name: String, serial: String)
}

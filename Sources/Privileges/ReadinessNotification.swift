import CPrivilege
import Glibc

/// Messages to the service manager (sd_notify(3)).
public enum ReadinessNotification {
    /// Says `READY=1`, if a service manager listens (NOTIFY_SOCKET). That nobody listens, or that the message is lost, is no error here.
    public static func ready() { send("READY=1") }

    /// Sends any state lines.
    public static func send(_ state: String) {
        guard let path = getenv("NOTIFY_SOCKET") else { return }
        let bytes = Array(state.utf8)
        _ = cprivilege_datagram_unix(path, bytes, bytes.count)
    }
}

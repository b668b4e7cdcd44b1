/// Why Portainer did not do what it was asked. No text of it ever holds a key, a password or a token.
public enum PortainerError: Error, Sendable, Equatable {
    /// There is no usable address; the sentence says what to write where.
    case notConfigured(String)
    /// A file of ours cannot be read or written; the sentence says which, why, and what to do.
    case file(String)
    /// Nothing listens at the address, or it broke off, or it did not answer in time.
    case unreachable(address: String, reason: String)
    /// A Portainer without an administrator that nobody set up within five minutes of its start; every call is answered 303.
    case setupTimedOut(address: String)
    /// A Portainer that has no administrator yet.
    case noAdministrator(address: String, passwordFile: String)
    /// Its rate limiter has banned this host's address: more than ten sign-ins in a few seconds, ours or somebody else's.
    case banned(address: String)
    /// The first administrator has another password than the file says.
    case passwordRefused(file: String, keyFile: String)
    /// Neither a key nor a token that we hold is known to it.
    case notSignedIn(call: String)
    /// Portainer could not reach Docker through the new environment, and did not store it.
    case environmentUnreachable(name: String, url: String, message: String)
    /// An environment could not be made a short while ago and is not tried again yet: each try leaves files in Portainer's data.
    case pausing(name: String, seconds: Int)
    /// A version whose API this client does not speak.
    case tooOld(version: String, minimum: String)
    /// Any other answer than the call has. `message` is Portainer's own, one line.
    case unexpected(call: String, status: Int, message: String)
    /// An answer that is not of the agreed shape, or too large.
    case garbled(call: String, reason: String)
}

extension PortainerError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notConfigured(let sentence), .file(let sentence): sentence
        case .unreachable(let address, let reason):
            "Portainer does not answer at \(address) (\(reason)): is it running, and is portainer.url in bridge.yaml right?"
        case .setupTimedOut(let address):
            "the Portainer at \(address) was not set up within five minutes of its start and answers nothing any more: "
                + "restart Portainer with --admin-password-file"
        case .noAdministrator(let address, let file):
            "the Portainer at \(address) has no administrator yet: restart Portainer with --admin-password-file, "
                + "and give it the file that portainer.admin_password_file names (\(file))"
        case .banned(let address):
            "Portainer at \(address) refuses sign-ins from this host for an hour, after too many in a few seconds: "
                + "wait, or restart Portainer, and see who signs in to it other than through nginx"
        case .passwordRefused(let file, let keyFile):
            "Portainer's first administrator has another password than the one in \(file) (Portainer reads it at its very first "
                + "start only): write the right one there, or make an access token of that account and put it in \(keyFile), "
                + "mode 0600"
        case .notSignedIn(let call):
            "Portainer no longer knows who asks (\(call)): it was restarted meanwhile; run it again"
        case .environmentUnreachable(let name, let url, let message):
            "Portainer could not reach Docker through the new environment \(name) at \(url) (\(message)): is the Docker guard "
                + "running (systemctl status diycloud-bridge-docker), and can Portainer reach that address?"
        case .pausing(let name, let seconds):
            "the environment \(name) could not be made a short while ago, and each try leaves files in Portainer's data: "
                + "it is tried again in \(seconds) s"
        case .tooOld(let version, let minimum):
            "Portainer \(version) is older than what can be reconciled: use \(minimum) or newer"
        case .unexpected(let call, let status, let message):
            "Portainer answered \(call) with \(status)\(message.isEmpty ? "" : ": \(message)")"
        case .garbled(let call, let reason): "Portainer's answer to \(call) is not understood: \(reason)"
        }
    }
}

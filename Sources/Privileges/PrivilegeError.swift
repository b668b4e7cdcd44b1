import CPrivilege
import Glibc

/// Why privileges could not be given up, or the processes that need that not be started. Each says the way out.
public enum PrivilegeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The configured user does not exist.
    case unknownUser(String)
    /// The name service could not say whether the user exists.
    case userLookupFailed(String, errno: Int32)
    /// The configured user has uid 0.
    case userIsRoot(String)
    /// The process is not root, so there is nothing to give up.
    case notRoot
    /// The kernel refused a step; `step` says which.
    case refused(step: String, errno: Int32)
    /// Others than root may write the directory that the worker's socket is to stand in.
    case unsafeDirectory(String)
    case socket(path: String, errno: Int32)
    /// A descriptor's name is empty, longer than 255 bytes, or holds a colon or a control character (sd_listen_fds_with_names(3)).
    case badDescriptorName(String)
    /// LISTEN_FDS or LISTEN_FDNAMES do not make sense.
    case badEnvironment(String)

    init(_ outcome: cprivilege_outcome) {
        self = .refused(step: Self.step(Int(outcome.step)), errno: outcome.error)
    }

    private static func step(_ number: Int) -> String {
        switch number {
        case CPRIVILEGE_FORK: "fork"
        case CPRIVILEGE_DESCRIPTORS: "passing the descriptors on"
        case CPRIVILEGE_GROUPS: "setgroups"
        case CPRIVILEGE_GID: "setresgid"
        case CPRIVILEGE_UID: "setresuid"
        case CPRIVILEGE_CAPABILITIES: "capset"
        case CPRIVILEGE_NO_NEW_PRIVS: "no_new_privs"
        case CPRIVILEGE_VERIFICATION: "making sure that root cannot be had back"
        case CPRIVILEGE_PARENT_DIED: "finding the parent alive"
        case CPRIVILEGE_EXEC: "exec"
        default: "step \(number)"
        }
    }

    public var description: String {
        switch self {
        case .unknownUser(let name):
            "the user \"\(name)\" does not exist; make it (systemd-sysusers, or: useradd --system --no-create-home --shell "
                + "/usr/sbin/nologin \(name)) or set \"user\" in the configuration"
        case .userLookupFailed(let name, let number):
            "the user \"\(name)\" cannot be looked up: \(Self.text(number))"
        case .userIsRoot(let name):
            "the user \"\(name)\" is root; set \"user\" in the configuration to an account without privileges"
        case .notRoot: "only root can start the workers; run as root, or under systemd with diycloud-bridge-pam.socket"
        case .refused(let step, let number): "giving up privileges failed at \(step): \(Self.text(number))"
        case .unsafeDirectory(let path):
            "others than root may write the directory \(path); the worker's socket must stand in one that only root may write "
                + "(chown root, chmod go-w), or set \"pam.worker_socket\" and \"disk.worker_socket\" to another place"
        case .socket(let path, let number): "the worker's socket \(path) cannot be made: \(Self.text(number))"
        case .badDescriptorName(let name): "\"\(name)\" cannot be the name of a descriptor"
        case .badEnvironment(let sentence): sentence
        }
    }

    private static func text(_ number: Int32) -> String { String(cString: strerror(number)) }
}

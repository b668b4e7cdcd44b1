import Glibc
import PAMProtocol

/// The file that says which modules PAM asks for our service.
struct ServiceFile {
    let service: String
    /// Instead of the system's directories.
    let directory: String?

    /// Where Linux-PAM looks, in its order; the vendor's directories are those of Linux-PAM and of openSUSE.
    private static let systemDirectories = ["/etc/pam.d", "/usr/lib/pam.d", "/usr/etc/pam.d"]

    /// What is there now.
    var state: ServiceFileState {
        let paths = (directory.map { [$0] } ?? Self.systemDirectories).map { "\($0)/\(service)" }
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            guard status.st_uid == 0 || status.st_uid == geteuid() else {
                return .unsafe(path: path, reason: "it belongs to uid \(status.st_uid); let root own it (chown root)")
            }
            guard status.st_mode & 0o022 == 0 else {
                return .unsafe(path: path, reason: "others than its owner may write it (chmod go-w)")
            }
            return .present(path: path)
        }
        return .missing(path: paths[0])
    }

    /// Whether a text can be the name of a service: 1 to 64 of lower-case letters (pam_start(3) folds case), digits, `.`, `_`, `-`,
    /// not beginning with a dot.
    static func isName(_ text: String) -> Bool {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return allowed && !text.isEmpty && text.utf8.count <= 64 && text.utf8.first != UInt8(ascii: ".")
    }
}

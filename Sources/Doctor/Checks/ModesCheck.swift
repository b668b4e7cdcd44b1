import AtomicFiles
import Glibc
import Installer

/// Who may open secrets and sockets.
struct ModesCheck: Check {
    let id = "modes"
    let title = "Secrets and sockets are closed to others"
    /// Secret files, and the permission bits that none may have.
    static let secrets = [
        "/etc/diycloud-bridge/bridge.yaml", "/etc/diycloud-bridge/jupyterhub.token",
        "/etc/diycloud-bridge/jupyterhub-api.token", "/etc/diycloud-bridge/portainer-admin.password",
        "/etc/diycloud-bridge/portainer-oauth.secret", "/etc/diycloud-bridge/portainer/api.key",
        "/etc/diycloud-bridge/tls/server.pem", "/etc/diycloud-bridge/nginx-proxy.secret",
        "/etc/diycloud-bridge/nginx-proxy-secret.conf", "/var/lib/diycloud-bridge/bridge.db",
        "/var/lib/diycloud-installation/manifest.json",
    ]
    /// `docker.sock` of the guard is meant for everybody: the kernel says who connects.
    static let sockets = ["proxy", "services", "pam", "quota", "store"].map { "/run/diycloud-bridge/\($0).sock" }
    static let engine = "/run/docker.sock"

    let root: String

    func look() async throws -> [Finding] {
        open.map { path, mode in
            Finding(
                .critical,
                "\(path) is open to every user of this host (0\(String(mode, radix: 8)))",
                why: Self.engine == path
                    ? "Whoever opens the engine's socket is root of this host."
                    : "It is meant for its owner and group alone.",
                remedy: "chmod o-rwx \(path)",
                isFixable: true
            )
        }
    }

    func fix() async throws -> [String] {
        try open.map { path, mode in
            guard chmod(root + path, mode & ~0o007) == 0 else {
                throw AtomicFileError.system(path: path, action: "closed", errno: errno)
            }
            return "chmod o-rwx \(path)"
        }
    }

    private var open: [(String, UInt32)] {
        (Self.secrets + Self.sockets + [Self.engine]).compactMap { path in
            var status = stat()
            guard lstat(root + path, &status) == 0, status.st_mode & S_IFMT != S_IFLNK,
                status.st_mode & 0o007 != 0
            else { return nil }
            return (path, status.st_mode & 0o7777)
        }
    }
}

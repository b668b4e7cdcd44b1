import Glibc

/// The server files of nginx in the layouts of all distributions.
struct NginxFiles {
    static let configuration = "/etc/nginx"

    /// A directory of server files.
    struct Directory {
        let path: String
        /// Whether nginx reads what is in it.
        let isRead: Bool
        /// What a name must end with to be read.
        let ending: String
    }

    static let directories = [
        Directory(path: "\(configuration)/sites-available", isRead: false, ending: ""),
        Directory(path: "\(configuration)/sites-enabled", isRead: true, ending: ""),
        Directory(path: "\(configuration)/conf.d", isRead: true, ending: ".conf"),
        Directory(path: "\(configuration)/vhosts.d", isRead: true, ending: ".conf"),
    ]

    /// One file, or one link to one.
    struct File {
        let path: String
        /// Nginx reads it: at this path.
        let isRead: Bool
        let text: String

        /// Whether it is the platform's portal.conf of phase 1, filled in or not.
        var isPhase1: Bool {
            text.contains("DIY Cloud Platform - Portal Configuration")
                || text.contains("return 503 \"JupyterHub not configured yet") || text.contains("DIYCLOUD_WEB/portal")
                || text.contains("root /var/www/diycloud/portal")
        }

        /// Lines without comments and blanks at their ends.
        var directives: [String] { NginxFiles.directives(text) }
    }

    let host: LegacyHost

    var all: [File] {
        Self.directories.flatMap { directory in
            host.names(in: directory.path).compactMap { name in
                let path = "\(directory.path)/\(name)"
                guard let text = try? host.text(path) else { return nil }
                return File(path: path, isRead: directory.isRead && name.hasSuffix(directory.ending), text: text)
            }
        }
    }

    /// Links that lead back to themselves, which open(2) refuses with ELOOP.
    var circles: [(path: String, isRead: Bool)] {
        Self.directories.flatMap { directory in
            host.names(in: directory.path).map { "\(directory.path)/\($0)" }.filter { host.resolved($0) == nil }
                .map { ($0, directory.isRead && $0.hasSuffix(directory.ending)) }
        }
    }

    static func directives(_ text: String) -> [String] {
        text.split(separator: "\n").map { line in
            String(line.drop { $0 == " " || $0 == "\t" })
        }.filter { !$0.hasPrefix("#") }
    }
}

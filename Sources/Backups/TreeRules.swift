import Glibc

/// What may stand in a tree of root's that is saved and put back. The same rule holds in both directions, so that what is
/// saved can be restored.
enum TreeRules {
    /// Links may leave the tree for these: where certificates of a host are (certbot, Debian, Red Hat).
    static let linkPlaces = ["/etc/letsencrypt/", "/etc/ssl/", "/etc/pki/"]

    /// Why an entry has no place in it; nil when it has.
    static func objection(to entry: TreeEntry) -> String? {
        guard !entry.path.utf8.contains(where: { $0 < 32 || $0 == 127 }) else {
            return "a control character in its name"
        }
        switch entry.kind {
        case .directory: return nil
        case .other(let kind): return kind
        case .file:
            return entry.mode & (S_ISUID | S_ISGID) == 0 ? nil : "it would run as its owner"
        case .link(let target):
            return stays(link: entry.path, target: target) ? nil : "a link out of the tree, to \(target)"
        }
    }

    /// Whether a link's target, as text, is below the tree or one of ``linkPlaces``.
    static func stays(link: String, target: String) -> Bool {
        let parts = target.split(separator: "/", omittingEmptySubsequences: true)
        if target.hasPrefix("/") {
            return !parts.contains("..") && linkPlaces.contains { target.hasPrefix($0) }
        }
        // "./a/b" is one directory deep.
        var depth = link.split(separator: "/").filter { $0 != "." }.count - 1
        for part in parts where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return false }
        }
        return !parts.isEmpty
    }
}

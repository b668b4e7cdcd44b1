/// What `/etc/os-release` says of a system: os-release(5).
///
/// A value made of text. Whoever reads the file takes `/etc/os-release`, and `/usr/lib/os-release` if that is not there.
public struct OSRelease: Sendable, Equatable {
    /// Every assignment of the file, with its quoting taken away. A later one replaces an earlier one.
    public let fields: [String: String]

    /// Reads the text of the file. Nothing is refused: a line that is no assignment is passed over, as the shell-like
    /// parsers of systemd do.
    public init(parsing text: String) {
        var fields: [String: String] = [:]
        for line in text.split(omittingEmptySubsequences: true, whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
            guard let (name, value) = Self.assignment(in: line.unicodeScalars) else { continue }
            fields[name] = value
        }
        self.fields = fields
    }

    /// `ID`: lower case, `linux` where the file says nothing.
    public var id: String { self["ID"]?.lowercased() ?? "linux" }
    /// `ID_LIKE`: what it was made from, the closest relative first.
    public var idLike: [String] { (self["ID_LIKE"] ?? "").lowercased().split(separator: " ").map(String.init) }
    /// `VERSION_ID`: `24.04`, `9.5`, `20250211`; none on a rolling release.
    public var versionID: String? { self["VERSION_ID"] }
    /// `PRETTY_NAME`, or `NAME`, or the id: what a person calls it.
    public var prettyName: String { self["PRETTY_NAME"] ?? self["NAME"] ?? id }
    /// `VERSION_CODENAME`: the name of its own release, which repositories of Debian's kind are ordered by.
    public var codename: String? { self["VERSION_CODENAME"] }
    /// `UBUNTU_CODENAME`: the Ubuntu release that it was made from.
    public var ubuntuCodename: String? { self["UBUNTU_CODENAME"] }
    /// `DEBIAN_CODENAME`: the Debian release that it was made from (Linux Mint's Debian edition says so).
    public var debianCodename: String? { self["DEBIAN_CODENAME"] }
    /// `VARIANT_ID`: `server`, `silverblue`, `coreos`.
    public var variantID: String? { self["VARIANT_ID"] }

    /// A field that is there and says something.
    private subscript(name: String) -> String? {
        guard let value = fields[name], !value.isEmpty else { return nil }
        return value
    }

    // MARK: - The grammar

    /// `NAME=value`; nil for a comment, an empty line, and what is no assignment.
    private static func assignment(in line: Substring.UnicodeScalarView) -> (String, String)? {
        let line = line.drop(while: \.properties.isWhitespace)
        guard let equals = line.firstIndex(of: "=") else { return nil }
        let name = line[..<equals]
        guard let first = name.first, !isDigit(first), name.allSatisfy({ isLetter($0) || isDigit($0) || $0 == "_" })
        else { return nil }
        return (String(name), unquoted(line[line.index(after: equals)...]))
    }

    /// A value without its quotes.
    ///
    /// The rules of the shell, without expansion: in double quotes a backslash hides `"`, `$`, `\` and a backtick; in
    /// single quotes nothing is special; outside of quotes a backslash hides what follows, and a blank ends the value.
    private static func unquoted(_ text: Substring.UnicodeScalarView) -> String {
        var value = String.UnicodeScalarView()
        var quote: Unicode.Scalar?
        var rest = text
        while let next = rest.popFirst() {
            switch (quote, next) {
            case (nil, "\""), (nil, "'"):
                quote = next
            case (nil, _) where next.properties.isWhitespace:
                return String(value)
            case (let open?, next) where open == next:
                quote = nil
            case ("\"", "\\"):
                guard let hidden = rest.first, "\"$\\`".unicodeScalars.contains(hidden) else {
                    value.append(next)
                    continue
                }
                value.append(hidden)
                rest.removeFirst()
            case (nil, "\\"):
                if let hidden = rest.popFirst() { value.append(hidden) }
            default:
                value.append(next)
            }
        }
        return String(value)
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("A"..."Z").contains(scalar) || ("a"..."z").contains(scalar)
    }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}

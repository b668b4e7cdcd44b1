/// A link that leads to a page, never to a script or into a file.
public struct PageLink: Sendable, Equatable {
    /// A path of this host or an http(s) URL.
    public let href: String
    public let label: String

    /// - Parameters:
    ///   - href: anything but a path of this host or an http(s) URL becomes `/account`.
    ///   - label: what people read.
    public init(href: String, label: String) {
        self.href = Self.isSafe(href) ? href : "/account"
        self.label = label
    }

    /// The sign-in page, with the way back.
    /// - Parameters:
    ///   - returnTo: the value of `rd`; `nil` leaves it out.
    ///   - label: what people read.
    /// - Returns: the link, with `returnTo` percent-encoded (RFC 3986 §2.1).
    public static func signIn(returnTo: String?, label: String = "Sign in") -> PageLink {
        guard let returnTo, !returnTo.isEmpty else { return PageLink(href: "/login", label: label) }
        return PageLink(href: "/login?rd=\(percentEncoded(returnTo))", label: label)
    }

    private static func isSafe(_ href: String) -> Bool {
        // Browsers drop tabs and line ends from URLs and read a backslash as a slash (WHATWG URL §4.4).
        guard href.utf8.allSatisfy({ $0 > 32 && $0 != 127 && $0 != UInt8(ascii: "\\") }) else { return false }
        if href.hasPrefix("/") { return !href.hasPrefix("//") }
        return href.hasPrefix("https://") || href.hasPrefix("http://")
    }

    static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

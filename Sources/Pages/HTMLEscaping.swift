import Mustache

/// How every value becomes text of a page.
///
/// swift-mustache's own escaping (2.1.1) goes through a text by grapheme clusters, so that a quotation mark followed by a
/// combining character is no `"` to it and stays as it is, while a browser sees the quotation mark and ends the attribute.
/// This one goes by Unicode scalars, as the HTML tokenizer does (HTML Living Standard §13.2.5).
struct HTMLEscaping: MustacheContentType {
    /// The name under which templates ask for it.
    static let name = "BRIDGE"

    func escapeText(_ text: String) -> String { Self.escape(text) }

    /// The text as safe content of an element or of a quoted attribute. Control characters and those that turn the direction of
    /// what follows (CVE-2021-42574) become U+FFFD.
    /// - Parameter text: anything.
    /// - Returns: HTML that shows it.
    static func escape(_ text: String) -> String {
        var html = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": html.append(contentsOf: "&lt;".unicodeScalars)
            case ">": html.append(contentsOf: "&gt;".unicodeScalars)
            case "&": html.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": html.append(contentsOf: "&quot;".unicodeScalars)
            case "'": html.append(contentsOf: "&#39;".unicodeScalars)
            case "\t", "\n": html.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
                html.append("\u{FFFD}")
            default: html.append(scalar)
            }
        }
        return String(html)
    }
}

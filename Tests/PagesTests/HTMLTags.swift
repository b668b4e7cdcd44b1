/// The tags of a document as a browser would see them: a small part of the tokenizer of the HTML Living Standard §13.2.5, by
/// Unicode scalars.
struct HTMLTag: Equatable {
    var name: String
    var attributes: [(name: String, value: String)]
    var isClosing: Bool

    /// What hostile input must not be able to change: the name of the tag and of its attributes.
    var shape: String { (isClosing ? "/" : "") + name + attributes.map { " " + $0.name }.joined() }

    func attribute(_ name: String) -> String? { attributes.first { $0.name == name }?.value }

    static func == (left: HTMLTag, right: HTMLTag) -> Bool { left.shape == right.shape }

    static let void: Set<String> = ["meta", "link", "input", "br", "hr", "img"]

    static func all(in html: String) -> [HTMLTag] {
        var tokenizer = Tokenizer(rest: Substring(html).unicodeScalars)
        return tokenizer.tags()
    }
}

private func isBlank(_ scalar: Unicode.Scalar) -> Bool { [" ", "\t", "\n", "\u{C}", "\r"].contains(scalar) }

private struct Tokenizer {
    var rest: Substring.UnicodeScalarView

    mutating func tags() -> [HTMLTag] {
        var tags: [HTMLTag] = []
        while let start = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: start)...]
            guard let first = rest.first, first == "/" || first.properties.isAlphabetic && first.isASCII else {
                continue
            }
            let isClosing = first == "/"
            if isClosing { rest.removeFirst() }
            var tag = HTMLTag(
                name: take { !isBlank($0) && $0 != ">" && $0 != "/" }.lowercased(),
                attributes: [],
                isClosing: isClosing
            )
            readAttributes(into: &tag)
            tags.append(tag)
        }
        return tags
    }

    private mutating func readAttributes(into tag: inout HTMLTag) {
        while true {
            _ = take { isBlank($0) || $0 == "/" }
            guard let next = rest.first, next != ">" else {
                if !rest.isEmpty { rest.removeFirst() }
                return
            }
            let name = take { !isBlank($0) && $0 != "=" && $0 != ">" && $0 != "/" }.lowercased()
            guard rest.first == "=" else {
                tag.attributes.append((name, ""))
                continue
            }
            rest.removeFirst()
            if let quote = rest.first, quote == "\"" || quote == "'" {
                rest.removeFirst()
                tag.attributes.append((name, take { $0 != quote }))
                if !rest.isEmpty { rest.removeFirst() }
            } else {
                tag.attributes.append((name, take { !isBlank($0) && $0 != ">" }))
            }
        }
    }

    private mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
        let taken = rest.prefix(while: condition)
        rest = rest[taken.endIndex...]
        return String(String.UnicodeScalarView(taken))
    }
}

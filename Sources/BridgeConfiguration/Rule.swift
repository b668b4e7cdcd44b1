import Identity

/// What a value's text must look like. Each rule gives the value, or `nil` when the text does not fit.
enum Rule {
    static let serviceNameText = "no name of a service; expected a lower-case letter, then up to 31 of a-z, 0-9 and -"

    /// An absolute path without NUL, `.` or `..`, at most 4095 bytes (PATH_MAX).
    static func absolutePath(_ text: String) -> String? {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"))
        guard text.utf8.first == UInt8(ascii: "/"), text.utf8.count <= 4095,
            text.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }),
            !parts.isEmpty, !parts.contains(where: { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) })
        else { return nil }
        return text
    }

    /// A path that fits into a socket address: 107 bytes and a NUL (unix(7)).
    static func socketPath(_ text: String) -> String? { text.utf8.count <= 107 ? absolutePath(text) : nil }

    /// The name of an account or group, as useradd(8) takes it.
    static func account(_ text: String) -> String? { (try? UserName(text)) == nil ? nil : text }

    /// A name of a file in a given directory: `A-Z a-z 0-9 _ . -`, not starting with a dot, at most 64 bytes.
    static func fileName(_ text: String) -> String? {
        guard (1...64).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "."),
            text.utf8.allSatisfy({ isWordByte($0) || $0 == UInt8(ascii: ".") })
        else { return nil }
        return text
    }

    /// A cookie name of at most 32 bytes, so that `__Host-` can be put before it and nginx can match it.
    static func cookieName(_ text: String) -> String? {
        (1...32).contains(text.utf8.count) && text.utf8.allSatisfy(isWordByte) && !text.hasPrefix("__") ? text : nil
    }

    /// Decimal digits without sign, blank or leading zero, in a range.
    static func number(_ range: ClosedRange<Int>) -> (String) -> Int? {
        { text in
            guard text.utf8.allSatisfy(isDigit), text == "0" || text.utf8.first != UInt8(ascii: "0"),
                let number = Int(text),
                range.contains(number)
            else { return nil }
            return number
        }
    }

    static func duration(_ shortest: Duration, _ longest: Duration) -> (String) -> Duration? {
        { text in DurationText.parse(text).flatMap { $0 >= shortest && $0 <= longest ? $0 : nil } }
    }

    /// `true` or `false`; YAML 1.1's `yes`, `no`, `on` and `off` as well.
    static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: nil
        }
    }

    /// Four octal digits that give others nothing, such as `0660`.
    static func mode(_ text: String) -> UInt16? {
        guard text.utf8.count == 4, text.utf8.first == UInt8(ascii: "0"), let mode = UInt16(text, radix: 8),
            mode & 0o007 == 0
        else { return nil }
        return mode
    }

    /// `127.0.0.1:8471` or `[::1]:8471`; port 0 lets the kernel choose.
    static func address(_ text: String) -> (host: String, port: UInt16)? {
        guard text.utf8.count <= 64, let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy(isDigit), let port = UInt16(digits) else {
            return nil
        }
        let bracketed = text[..<colon]
        if bracketed.hasPrefix("["), bracketed.hasSuffix("]") {
            let host = String(bracketed.dropFirst().dropLast())
            return host.contains(":") && ClientAddress(host) != nil ? (host, port) : nil
        }
        let host = String(bracketed)
        return !host.contains(":") && ClientAddress(host) != nil ? (host, port) : nil
    }

    static func listenAddress(_ text: String) -> ListenAddress? {
        address(text).map { ListenAddress(host: $0.host, port: $0.port) }
    }

    /// An IPv4 or IPv6 address as the system writes it, without brackets.
    static func ipAddress(_ text: String) -> String? { ClientAddress(text) == nil ? nil : text }

    /// The name or the address of a host, without port.
    static func hostName(_ text: String) -> String? {
        ClientAddress(text) != nil || !text.contains(":") && isHost(Substring(text)) ? text : nil
    }

    /// `tcp://`, host and port.
    static func tcpURL(_ text: String) -> String? {
        guard text.hasPrefix("tcp://"), text.utf8.count <= 300 else { return nil }
        let rest = text.dropFirst(6)
        guard isHost(rest), let colon = rest.lastIndex(of: ":"), isPort(rest[colon...]) else { return nil }
        return text
    }

    /// `http` or `https`, host and perhaps port; a last slash is dropped.
    static func origin(_ text: String) -> String? {
        let text = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let rest = afterScheme(text), isHost(rest) else { return nil }
        return text
    }

    /// A path of this host, or an http(s) URL: printable ASCII without what could end an attribute or change the host.
    static func link(_ text: String) -> String? {
        let bad = Set("\"'<>\\`{}|^ ".utf8)
        guard text.utf8.count <= 1000, text.utf8.allSatisfy({ $0 > 32 && $0 < 127 && !bad.contains($0) }) else {
            return nil
        }
        if text.hasPrefix("/") { return text.hasPrefix("//") ? nil : text }
        guard let rest = afterScheme(text), isHost(rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }) else {
            return nil
        }
        return text
    }

    /// An http(s) URL with or without a path, without query and fragment; a last slash is dropped.
    static func url(_ text: String) -> String? {
        guard !text.hasPrefix("/"), !text.contains("?"), !text.contains("#"), let url = link(text) else { return nil }
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    /// One line of text without control characters, its length in characters.
    static func text(_ text: String, _ length: ClosedRange<Int>) -> String? {
        guard text.utf8.count <= 4 * length.upperBound, length.contains(text.unicodeScalars.count),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        return text
    }

    /// `[A-Za-z_][A-Za-z0-9_]*`, at most 128 bytes (POSIX, Environment Variable Definition).
    static func variableName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !isDigit(first), text.utf8.count <= 128 else { return false }
        return text.utf8.allSatisfy { isWordByte($0) && $0 != UInt8(ascii: "-") }
    }

    private static func afterScheme(_ text: String) -> Substring? {
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) { return text.dropFirst(scheme.count) }
        return nil
    }

    private static func isHost(_ text: Substring) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if text.hasPrefix("["), let end = text.lastIndex(of: "]") {
            let port = text[text.index(after: end)...]
            return ClientAddress(String(text[text.index(after: text.startIndex)..<end])) != nil
                && (port.isEmpty || isPort(port))
        }
        guard let host = parts.first, (1...253).contains(host.utf8.count), host.utf8.first != UInt8(ascii: "."),
            host.utf8.first != UInt8(ascii: "-"),
            host.utf8.allSatisfy({ isWordByte($0) && $0 != UInt8(ascii: "_") || $0 == UInt8(ascii: ".") })
        else { return false }
        return parts.count == 1 || isPort(":" + parts[1])
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard text.hasPrefix(":"), text.utf8.dropFirst().allSatisfy(isDigit) else { return false }
        return UInt16(text.dropFirst()).map { $0 > 0 } ?? false
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 32 >= UInt8(ascii: "a") && byte | 32 <= UInt8(ascii: "z"))
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}

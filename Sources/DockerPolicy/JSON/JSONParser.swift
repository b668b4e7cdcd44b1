/// Reads one JSON value, as strictly as RFC 8259 lets one be.
///
/// What the engine might read in another way is refused rather than guessed: two keys of an object that Go's encoding/json takes for
/// one field, bytes that are not UTF-8, half of a surrogate pair, anything behind the value.
public struct JSONParser {
    /// - Parameters:
    ///   - bytes: the whole text, in UTF-8, without byte order mark.
    ///   - depthLimit: how deep arrays and objects may be nested, 1 or more.
    /// - Throws: ``JSONError`` with the place.
    public static func parse(_ bytes: some Collection<UInt8>, depthLimit: Int = 64) throws(JSONError) -> JSONValue {
        try parse(bytes, depthLimit: depthLimit, refusesTwins: true)
    }

    static func parse(
        _ bytes: some Collection<UInt8>,
        depthLimit: Int,
        refusesTwins: Bool
    ) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: Array(bytes), depthLimit: depthLimit, refusesTwins: refusesTwins)
        parser.skipWhitespace()
        let value = try parser.value(depth: 0)
        parser.skipWhitespace()
        guard parser.isAtEnd else { throw .unexpected(offset: parser.offset) }
        return value
    }

    private let bytes: [UInt8]
    private let depthLimit: Int
    /// Whether keys that fold alike are refused.
    private let refusesTwins: Bool
    private var offset = 0

    private init(bytes: [UInt8], depthLimit: Int, refusesTwins: Bool) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        self.refusesTwins = refusesTwins
    }

    /// Of one object of a request. ``JSONObject`` finds a member by looking through all, so judging takes the square of this.
    static let mostMembers = 4096

    private var isAtEnd: Bool { offset == bytes.count }
    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipWhitespace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for place in 0..<text.utf8CodeUnitCount {
            guard take(text.utf8Start[place]) else { throw .unexpected(offset: offset) }
        }
        return value
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        guard depth < depthLimit else { throw .tooDeep(limit: depthLimit) }
        offset += 1
        var members: [JSONObject.Member] = []
        var seen: Set<[UInt8]> = []
        skipWhitespace()
        if take(UInt8(ascii: "}")) { return JSONObject() }
        repeat {
            skipWhitespace()
            guard next == UInt8(ascii: "\"") else { throw .unexpected(offset: offset) }
            let key = try string()
            if refusesTwins, !seen.insert(FoldedKey.bytes(key)).inserted { throw .ambiguous(key: key) }
            guard !refusesTwins || members.count < Self.mostMembers else { throw .tooMany(limit: Self.mostMembers) }
            skipWhitespace()
            guard take(UInt8(ascii: ":")) else { throw .unexpected(offset: offset) }
            skipWhitespace()
            members.append(JSONObject.Member(key: key, value: try value(depth: depth + 1)))
            skipWhitespace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw .unexpected(offset: offset) }
        return JSONObject(members: members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        guard depth < depthLimit else { throw .tooDeep(limit: depthLimit) }
        offset += 1
        var elements: [JSONValue] = []
        skipWhitespace()
        if take(UInt8(ascii: "]")) { return [] }
        repeat {
            skipWhitespace()
            elements.append(try value(depth: depth + 1))
            skipWhitespace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw .unexpected(offset: offset) }
        return elements
    }

    // MARK: Numbers (RFC 8259 §6)

    private mutating func number() throws(JSONError) -> String {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private mutating func digits() throws(JSONError) {
        let start = offset
        while let byte = next, (0x30...0x39).contains(byte) { offset += 1 }
        guard offset > start else { throw .unexpected(offset: offset) }
    }

    // MARK: Strings (RFC 8259 §7)

    private mutating func string() throws(JSONError) -> String {
        let start = offset
        offset += 1
        var text: [UInt8] = []
        while true {
            guard let byte = next else { throw .unexpected(offset: offset) }
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw .invalidText(offset: start) }
                return string
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw .unexpected(offset: offset - 1)
            default: text.append(byte)
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard let byte = next else { throw .unexpected(offset: offset) }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): try scalar(into: &text)
        default: throw .unexpected(offset: offset - 1)
        }
    }

    private mutating func scalar(into text: inout [UInt8]) throws(JSONError) {
        let start = offset
        var code = try unit()
        if (0xD800...0xDBFF).contains(code) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw .invalidText(offset: start) }
            let low = try unit()
            guard (0xDC00...0xDFFF).contains(low) else { throw .invalidText(offset: start) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw .invalidText(offset: start) }
        text.append(contentsOf: String(Character(scalar)).utf8)
    }

    private mutating func unit() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Self.hexadecimal(byte) else { throw .unexpected(offset: offset) }
            offset += 1
            code = code << 4 | UInt32(digit)
        }
        return code
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}

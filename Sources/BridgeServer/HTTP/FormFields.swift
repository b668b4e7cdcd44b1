import Hummingbird
import NIOCore

/// The fields of an HTML form as sent (`application/x-www-form-urlencoded`), in order, with repeated names kept.
struct FormFields: Sendable {
    private let fields: [(name: String, value: String)]

    /// The most bytes of a form: passwords have at most 511, everything else is shorter.
    static let limit = 16 * 1024

    /// - Throws: ``Problem`` when the body is too large, of another type, or no UTF-8 after decoding.
    init(reading request: Request) async throws {
        let type = request.headers[.contentType]?.split(separator: ";").first.map { $0.lowercased() }
        guard type == "application/x-www-form-urlencoded" else {
            throw Problem(.unsupportedMediaType, .badRequest, "A form is expected.")
        }
        let body = try await request.boundedBody(limit: Self.limit)
        try self.init(encoded: body.readableBytesView)
    }

    init(encoded: some Collection<UInt8>) throws {
        var fields: [(String, String)] = []
        for pair in encoded.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first, let name = Self.decode(first),
                let value = parts.count == 2 ? Self.decode(parts[1]) : ""
            else { throw Problem(.badRequest, .badRequest, "The form cannot be read.") }
            fields.append((name, value))
        }
        self.fields = fields
    }

    /// The value of a field that is there exactly once.
    subscript(name: String) -> String? {
        let values = all(name)
        return values.count == 1 ? values[0] : nil
    }

    /// All values of a field, in the order of the form.
    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    private static func decode(_ bytes: some Collection<UInt8>) -> String? {
        var decoded: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = iterator.next()?.hexDigitValue, let low = iterator.next()?.hexDigitValue else {
                    return nil
                }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}

extension UInt8 {
    /// The value of an ASCII hexadecimal digit.
    var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

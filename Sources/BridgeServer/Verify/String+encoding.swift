extension String {
    /// The text with everything that is not visible ASCII, and `%` itself, percent-encoded (RFC 3986 §2.1), so that it is
    /// one line of one header whatever it holds.
    var encodedForHeader: String {
        var encoded = ""
        for byte in utf8 {
            if byte > 32, byte < 127, byte != UInt8(ascii: "%") {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded.append(percentEncoded: byte)
            }
        }
        return encoded
    }

    /// Appends `bytes` so that they are one value in a query string: only unreserved characters and `/` stay.
    mutating func appendPercentEncoded(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                unicodeScalars.append(Unicode.Scalar(byte))
            default:
                append(percentEncoded: byte)
            }
        }
    }

    private mutating func append(percentEncoded byte: UInt8) {
        let digits = Array("0123456789ABCDEF")
        append("%")
        append(digits[Int(byte >> 4)])
        append(digits[Int(byte & 15)])
    }
}

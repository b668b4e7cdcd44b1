import Crypto
import FoundationEssentials

/// The public keys of a repository: read here, as a host may have no gpg, and as what was checked has to be what is trusted.
///
/// RFC 9580: armor (§6), packets (§4), fingerprints of version 4 keys (§5.5.4.2).
struct OpenPGPKey: Sendable, Equatable {
    /// The packets, without armor.
    let packets: [UInt8]
    /// Of each primary key, in upper-case hexadecimal digits. A file may hold several, and each of them would be trusted.
    let fingerprints: [String]

    struct Unreadable: Error, Equatable { let reason: String }

    /// Reads armored blocks (what stands around them is passed over) or bare packets.
    init(parsing bytes: [UInt8]) throws(Unreadable) {
        guard bytes.count < 1 << 20 else { throw Unreadable(reason: "it is larger than a megabyte") }
        guard let first = bytes.first else { throw Unreadable(reason: "it is empty") }
        packets = first & 0x80 != 0 ? bytes : try Self.dearmored(String(decoding: bytes, as: UTF8.self))
        fingerprints = try Self.primaryKeys(packets)
        guard !fingerprints.isEmpty else { throw Unreadable(reason: "there is no public key in it") }
    }

    /// The packets in armor, as `rpm --import` and apt's `.asc` files want them.
    var armored: String {
        let text = Data(packets).base64EncodedString()
        let sum = Self.checksum(packets)
        let check = Data([UInt8(sum >> 16 & 0xFF), UInt8(sum >> 8 & 0xFF), UInt8(sum & 0xFF)]).base64EncodedString()
        var lines = ["-----BEGIN PGP PUBLIC KEY BLOCK-----", ""]
        var rest = text[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return (lines + ["=\(check)", "-----END PGP PUBLIC KEY BLOCK-----", ""]).joined(separator: "\n")
    }

    // MARK: - Armor

    private static func dearmored(_ text: String) throws(Unreadable) -> [UInt8] {
        var packets: [UInt8] = []
        var block: [Substring]?
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let line = line.filter { $0 != " " && $0 != "\t" }[...]
            switch (line, block) {
            case ("-----BEGINPGPPUBLICKEYBLOCK-----", nil): block = []
            case ("-----ENDPGPPUBLICKEYBLOCK-----", let lines?):
                packets += try decoded(lines)
                block = nil
            case (_, .some): block?.append(line)
            default: break
            }
        }
        guard block == nil else { throw Unreadable(reason: "its armor has no end") }
        guard !packets.isEmpty else { throw Unreadable(reason: "there is no block of a public key in it") }
        return packets
    }

    /// Headers up to an empty line, base64, and a checksum that older software writes.
    private static func decoded(_ lines: [Substring]) throws(Unreadable) -> [UInt8] {
        guard let blank = lines.firstIndex(of: "") else { throw Unreadable(reason: "its armor has no empty line") }
        let body = lines[(blank + 1)...].filter { !$0.isEmpty && !$0.hasPrefix("=") }.joined()
        guard let data = Data(base64Encoded: body) else { throw Unreadable(reason: "its base64 is broken") }
        if let sum = lines.last(where: { $0.hasPrefix("=") && $0.count == 5 }) {
            let expected = Data(base64Encoded: String(sum.dropFirst())).map {
                $0.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            }
            guard expected == checksum(Array(data)) else { throw Unreadable(reason: "its checksum is wrong") }
        }
        return Array(data)
    }

    /// CRC-24, RFC 9580 §6.1.1.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0xB704CE
        for byte in bytes {
            sum ^= UInt32(byte) << 16
            for _ in 0..<8 {
                sum <<= 1
                if sum & 0x1000000 != 0 { sum ^= 0x1864CFB }
            }
        }
        return sum & 0xFFFFFF
    }

    // MARK: - Packets

    private static func primaryKeys(_ bytes: [UInt8]) throws(Unreadable) -> [String] {
        var fingerprints: [String] = []
        var rest = bytes[...]
        while let tag = rest.first {
            guard tag & 0x80 != 0 else { throw Unreadable(reason: "it is not made of OpenPGP packets") }
            rest = rest.dropFirst()
            let kind = tag & 0x40 != 0 ? tag & 0x3F : tag >> 2 & 0x0F
            let length = try tag & 0x40 != 0 ? newLength(&rest) : oldLength(tag & 3, &rest)
            guard length <= rest.count else { throw Unreadable(reason: "it ends in the middle of a packet") }
            let body = rest.prefix(length)
            rest = rest.dropFirst(length)
            switch kind {
            case 6: fingerprints.append(try fingerprint(body))
            case 5, 7: throw Unreadable(reason: "it holds a secret key")
            default: break
            }
        }
        return fingerprints
    }

    private static func fingerprint(_ body: ArraySlice<UInt8>) throws(Unreadable) -> String {
        guard body.first == 4, body.count <= 0xFFFF else {
            throw Unreadable(reason: "it holds a key that is not of version 4")
        }
        var hash = Insecure.SHA1()
        hash.update(data: [0x99, UInt8(body.count >> 8), UInt8(body.count & 0xFF)])
        hash.update(data: Array(body))
        return hash.finalize().map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    private static func newLength(_ rest: inout ArraySlice<UInt8>) throws(Unreadable) -> Int {
        guard let first = rest.popFirst() else { throw Unreadable(reason: "it ends in the middle of a packet") }
        switch first {
        case 0..<192: return Int(first)
        case 192..<224: return (Int(first) - 192) << 8 + Int(try number(1, &rest)) + 192
        case 255: return try number(4, &rest)
        default: throw Unreadable(reason: "it holds a packet of unknown length")
        }
    }

    private static func oldLength(_ kind: UInt8, _ rest: inout ArraySlice<UInt8>) throws(Unreadable) -> Int {
        guard kind < 3 else { throw Unreadable(reason: "it holds a packet of unknown length") }
        return try number(1 << Int(kind), &rest)
    }

    private static func number(_ count: Int, _ rest: inout ArraySlice<UInt8>) throws(Unreadable) -> Int {
        guard rest.count >= count else { throw Unreadable(reason: "it ends in the middle of a packet") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
    }
}

import Foundation
import Identity
import Testing
import UserStore

@Suite("Sizes of the store")
struct StoredSizeTests {
    @Test(
        "what the platform's parts wrote is understood",
        arguments: [
            ("2G", 2 << 30, true), ("2048M", 2 << 30, true), ("2GM", 2 << 30, false), ("5GM", 5 << 30, false),
            ("512", 512 << 20, false),
            ("1.5G", 3 << 29, false), ("2g", 2 << 30, true), ("2GB", 2 << 30, false), ("2GiB", 2 << 30, false),
            ("1T", 1 << 40, true),
            ("2048K", 2 << 20, true), (" 2 G", 2 << 30, false), ("2G\n", 2 << 30, false), ("2MM", 2 << 20, false),
            ("1048576B", 1 << 20, false), ("0.001G", 1_073_741, false), ("02G", 2 << 30, false),
            ("2gibm", 2 << 30, false),
        ] as [(String, Int64, Bool)]
    )
    func understood(text: String, bytes: Int64, isPlain: Bool) throws {
        let amount = try #require(ByteCount(bytes: bytes))
        #expect(StoredSize(text) == (isPlain ? .plain(amount) : .odd(amount)))
    }

    @Test(
        "what is no size is refused, never 0 and never without limit",
        arguments: [
            ("", .notASize), ("lots", .notASize), ("MM", .notASize), ("G", .notASize), ("-1", .notASize),
            ("-1G", .notASize),
            ("+1G", .notASize), ("1e3G", .notASize), ("0x10G", .notASize), ("1,5G", .notASize), ("1.G", .notASize),
            (".5G", .notASize),
            ("2GMM", .notASize), ("2GG", .notASize), ("1G; rm -rf /", .notASize), ("NaN", .notASize),
            ("inf", .notASize), ("٢G", .notASize),
            ("2G\0", .notASize), ("unlimited", .notASize), ("1.5.5G", .notASize), ("0", .tooSmall), ("0G", .tooSmall),
            ("0.0000001K", .tooSmall), ("1K", .tooSmall), ("1B", .tooSmall), ("9223372036854775808", .tooLarge),
            ("18446744073709551616", .tooLarge), ("9223372036854775808G", .tooLarge),
            ("99999999999999999999999999T", .tooLarge),
            ("1025T", .tooLarge), ("8388608T", .tooLarge), ("16777216T", .tooLarge), ("1024.0001T", .tooLarge),
        ] as [(String, StoredSize.Refusal)]
    )
    func refused(text: String, refusal: StoredSize.Refusal) { #expect(StoredSize(text) == .refused(refusal)) }

    @Test("a number in any storage class is mebibytes")
    func numbers() {
        #expect(StoredSize(StoredValue.integer(512)).amount == .mebibytes(512))
        #expect(StoredSize(StoredValue.real(512)).amount == .mebibytes(512))
        for value: StoredValue in [
            .null, .blob(byteCount: 3), .real(.nan), .real(.infinity), .real(-1),
            .real(1e300),
            .integer(0), .integer(-1),
            .integer(.min), .integer(.max),
        ] {
            #expect(StoredSize(value).amount == nil)
        }
    }

    @Test("any text of the grammar reads as its arithmetic says")
    func property() throws {
        var random = SystemRandomNumberGenerator()
        let units: [(String, Int)] = [("", 20), ("K", 10), ("M", 20), ("G", 30), ("T", 40)]
        for _ in 0..<20_000 {
            let (letter, exponent) = try #require(units.randomElement(using: &random))
            let whole = UInt64.random(in: 0...(UInt64(1) << UInt64.random(in: 1...40, using: &random)), using: &random)
            let digits = Int.random(in: 0...6, using: &random)
            let fraction = (0..<digits).map { _ in String(Int.random(in: 0...9)) }.joined()
            let infix = letter.isEmpty ? "" : ["", "B", "iB", "b", "ib"].randomElement(using: &random) ?? ""
            let suffix = letter.isEmpty ? "" : ["", "M", "m"].randomElement(using: &random) ?? ""
            let unit = Bool.random() ? letter : letter.lowercased()
            let text = "\(whole)\(digits > 0 ? "." + fraction : "")\(unit)\(infix)\(suffix)"
            let size = UInt128(1) << UInt128(exponent)
            let part = digits > 0 ? (UInt128(fraction) ?? 0) * size / UInt128(pow(10, Double(digits))) : 0
            let expected = UInt128(whole) * size + part
            let inRange = expected >= 1 << 20 && expected <= 1 << 50
            #expect(StoredSize(text).amount?.bytes == (inRange ? Int64(expected) : nil), "\(text)")
        }
    }

    @Test("no text at all gives an amount out of range, or ends the process")
    func fuzz() throws {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("0123456789.kKmMgGtTiIbB \t\n-+eE\0é".unicodeScalars)
        for _ in 0..<50_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                text.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "0")
            }
            if let amount = StoredSize(text).amount {
                #expect(amount >= StoredSize.minimum && amount <= StoredSize.maximum, "\(text)")
            }
        }
    }

    @Test(
        "what the bridge writes, it reads back as plain",
        arguments: [1, 512, 1024, 1536, 2048, 10240, 1 << 30] as [UInt32]
    )
    func roundTrip(mebibytes: UInt32) {
        let size = ByteCount.mebibytes(mebibytes)
        #expect(StoredSize(size.storeTextForTest) == .plain(size))
    }
}

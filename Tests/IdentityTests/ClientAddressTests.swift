import Identity
import Testing

@Suite("Client addresses")
struct ClientAddressTests {
    @Test(
        "one machine has one spelling",
        arguments: [
            ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("::ffff:c000:207", "192.0.2.7"),
            ("2001:db8::1", "2001:db8:0:0:0:0:0:1"), ("2001:0DB8:0:0::0001", "2001:db8:0:0:0:0:0:1"),
            ("::", "0:0:0:0:0:0:0:0"),
        ]
    )
    func spelling(_ text: String, _ expected: String) {
        #expect(ClientAddress(text)?.description == expected)
    }

    @Test("IPv6 is counted per /64, IPv4 per address")
    func regulationKey() throws {
        let one = try #require(ClientAddress("2001:db8:1:2:3:4:5:6"))
        let other = try #require(ClientAddress("2001:db8:1:2:ffff::1"))
        #expect(one.regulationKey == other.regulationKey)
        #expect(ClientAddress("2001:db8:1:3::1")?.regulationKey != one.regulationKey)
        #expect(ClientAddress("192.0.2.7")?.regulationKey == "192.0.2.7")
    }

    @Test(
        "what is no address is nothing, never a guess",
        arguments: [
            "", "a", "127.0.0.1 ", "127.0.0.01", "256.0.0.1", "1.2.3", "1.2.3.4.5", "::1%eth0", "[::1]", "1::2::3",
            ":::", "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9", "12345::", "127.0.0.1:80", "1:2:3:4:5:6:7::8", "::1.2.3", "g::",
        ]
    )
    func refuses(_ text: String) {
        #expect(ClientAddress(text) == nil)
    }

    @Test("any bytes are survived, and what is read can be read again")
    func fuzz() {
        let alphabet = Array("0123456789abcdefF:.%[] ")
        for _ in 0..<20_000 {
            let text = String((0..<Int.random(in: 0...40)).map { _ in alphabet.randomElement() ?? ":" })
            if let address = ClientAddress(text) { #expect(ClientAddress(address.description) == address) }
        }
    }
}

import BridgeConfiguration
import Testing

@testable import Installer

@Suite("Addresses of containers")
struct ContainerAddressTests {
    @Test("a host with nothing gets the addresses that the documentation names")
    func plain() throws {
        let plan = try #require(AddressPlan(taken: []))
        #expect(plan.pool.description == "10.213.0.0/16")
        #expect(plan.portainer.description == "172.30.0.0/24")
        #expect(plan.gateway == "172.30.0.1")
    }

    @Test("what is chosen is nobody else's, whatever is taken")
    func free() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let taken = (0..<Int.random(in: 0...40)).compactMap { _ -> IPv4Range? in
                let prefix = Int.random(in: 8...28, using: &random)
                let base: UInt32 =
                    Bool.random() ? 0x0A00_0000 | .random(in: 0...0xFF_FFFF) : 0xAC1E_0000 | .random(in: 0...0xFFFF)
                let first = base & (UInt32.max << UInt32(32 - prefix))
                return IPv4Range("\(AddressPlan.text(first))/\(prefix)")
            }
            guard let plan = AddressPlan(taken: taken) else { continue }
            #expect(plan.pool.isFree(of: taken + [plan.portainer]))
            #expect(plan.portainer.isFree(of: taken))
        }
        #expect(AddressPlan(taken: ["10.0.0.0/8", "172.16.0.0/12"].compactMap { IPv4Range($0) }) == nil)
    }

    @Test("routes of VPNs and networks of Docker count, our own bridges and default routes do not")
    func taken() throws {
        var taken = TakenAddresses()
        taken.add(
            routes: """
                default via 192.0.2.1 dev eth0 proto dhcp
                0.0.0.0/1 via 10.8.0.1 dev tun0
                10.213.4.0/24 dev wg0 table 51820 scope link
                10.99.0.0/26 dev diy-1001 proto kernel scope link src 10.99.0.1
                172.30.0.0/24 dev diycloud-ptr proto kernel scope link
                local 127.0.0.1 dev lo table local proto kernel
                local 10.1.2.3 dev eth0 table local proto kernel scope host src 10.1.2.3
                broadcast 10.1.2.255 dev eth0 table local
                unreachable 10.50.0.0/16
                """
        )
        taken.add(
            networks:
                "bridge\tdocker0\t172.17.0.0/16 \noffice\t\t10.214.0.0/16 fd00::/64 \nours\tdiy-1\t10.98.0.0/26 \nhost\t\t\n"
        )
        #expect(taken.ranges.map(\.description) == ["10.213.4.0/24", "10.1.2.0/28", "172.17.0.0/16", "10.214.0.0/16"])
        let pool = try #require(IPv4Range("10.213.0.0/16"))
        #expect(taken.collision(with: pool)?.what == "the route 10.213.4.0/24 on wg0")
        #expect(AddressPlan(taken: taken.ranges)?.pool.description == "10.215.0.0/16")
    }
}

import BridgeConfiguration
import Foundation
import HostPrograms
import Testing

@testable import Installer

/// With an engine of its own: `Tests/in-docker-engine swift test --filter InstallerEngineTests`.
@Suite("A real engine", .serialized)
struct RealEngineTests {
    let docker: DockerCommand

    init() throws {
        docker = DockerCommand(
            SystemPrograms(),
            socket: try #require(ProcessInfo.processInfo.environment["DIYCLOUD_DOCKER_SOCKET"])
        )
    }

    @Test("says what it is")
    func report() async throws {
        let report = try #require(try await docker.report())
        #expect(report.images == 1)
        #expect(report.oldestAPI != nil)
        #expect(!report.remapsUsers && !report.isRootless && !report.isInSwarm)
        #expect(report.loggingDriver == "json-file")
        #expect(report.belongings == "1 image")
    }

    @Test("takes the arguments of Portainer's container, which is then known again, and another image is seen")
    func container() async throws {
        let bridge = "com.docker.network.bridge.name=\(PortainerNetwork.bridge)"
        let network = try await docker([
            "network", "create", "--subnet", "172.30.0.0/24", "--opt", bridge, PortainerNetwork.name,
        ])
        #expect(network.status == 0, "\(network.complaint)")
        let image = try #require(try await docker.inspected("image", "busybox:latest", as: PortainerImage.Facts.self))
        let wanted = PortainerContainer(image: image.id, port: 9000, passwordFile: "/etc/hostname")
        // Busybox has no such flag to start with: that it is made is what is asked.
        let made = try await docker(["create"] + wanted.arguments.dropFirst(2))
        #expect(made.status == 0, "\(made.complaint)")
        let facts = try #require(
            try await docker.inspected("container", "portainer", as: PortainerContainer.Facts.self)
        )
        #expect(facts.isOurs && wanted.isSame(as: facts))
        #expect(facts.image == image.id)
        #expect(!PortainerContainer(image: "sha256:0", port: 9000, passwordFile: "/etc/hostname").isSame(as: facts))
        _ = try await docker(["rm", "portainer"])
        _ = try await docker(["network", "rm", PortainerNetwork.name])
    }

    @Test("has networks whose addresses are taken")
    func addresses() async throws {
        var taken = TakenAddresses()
        let made = try await docker(["network", "create", "--subnet", "10.213.64.0/20", "office"])
        #expect(made.status == 0, "\(made.complaint)")
        taken.add(
            networks: try await docker(["network", "inspect", "--format", TakenAddresses.format, "office", "bridge"])
                .output
        )
        #expect(taken.collision(with: try #require(IPv4Range("10.213.0.0/16")))?.what == "Docker's network office")
        taken.add(routes: try await SystemPrograms().run("ip", ["-4", "-o", "route", "show", "table", "all"]).output)
        #expect(taken.ranges.contains { $0.description == "10.212.255.0/24" })
        #expect(AddressPlan(taken: taken.ranges)?.pool.description == "10.214.0.0/16")
        _ = try await docker(["network", "rm", "office"])
    }
}

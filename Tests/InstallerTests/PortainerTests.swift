import Testing

@testable import Installer

@Suite("Portainer's container")
struct PortainerTests {
    @Test(
        "an engine of Docker 29 is spoken to by 2.33.5, 2.36 and later only",
        arguments: [
            ("2.33.4", false), ("2.33.5", true), ("2.33.12", true), ("2.34.0", false), ("2.35.0", false),
            ("2.36.0", true), ("2.39.1-alpine", true),
            ("2.27.9", false), ("3.0", true),
        ]
    )
    func trap(_ text: String, _ speaks: Bool) throws {
        let version = try #require(PortainerVersion(text))
        #expect(version.speaks(to: APIVersion(1, 44)) == speaks)
        #expect(version.speaks(to: APIVersion(1, 24)))
    }

    @Test("the version that is installed speaks to every engine")
    func ours() throws { #expect(try #require(PortainerVersion(PortainerImage.version)).speaks(to: APIVersion(1, 44))) }

    @Test("it gets no socket of Docker, is on loopback only, and in a network of its own")
    func arguments() {
        let container = PortainerContainer(image: "sha256:0", port: 9000, passwordFile: "/etc/p")
        let line = container.arguments.joined(separator: " ")
        #expect(!line.contains("docker.sock"))
        #expect(line.contains("--publish 127.0.0.1:9000:9000"))
        #expect(line.contains("--network diycloud-portainer"))
        #expect(
            line.hasSuffix(
                "--volume portainer_data:/data --volume /etc/p:/run/secrets/admin:ro sha256:0 --admin-password-file /run/secrets/admin"
            )
        )
    }

    @Test("it is made anew when its image or an argument changes, and not otherwise")
    func sameness() {
        let container = PortainerContainer(image: "sha256:0", port: 9000, passwordFile: "/etc/p")
        let label =
            container.arguments.first { $0.hasPrefix("\(PortainerContainer.argumentsLabel)=") }?.split(separator: "=")
            .last.map(String.init) ?? ""
        let labels = [PortainerContainer.partLabel: "portainer", PortainerContainer.argumentsLabel: label]
        let facts = PortainerContainer.Facts(
            id: "1",
            image: "sha256:0",
            state: .init(running: true),
            config: .init(labels: labels)
        )
        #expect(container.isSame(as: facts))
        #expect(!PortainerContainer(image: "sha256:1", port: 9000, passwordFile: "/etc/p").isSame(as: facts))
        #expect(!PortainerContainer(image: "sha256:0", port: 9001, passwordFile: "/etc/p").isSame(as: facts))
    }

    @Test("an image is known by the registry's digest, one out of an archive by its id")
    func digests() {
        let pulled = PortainerImage.Facts(
            id: "sha256:a",
            digests: ["other@sha256:x", "portainer/portainer-ce@sha256:b"]
        )
        #expect(pulled.proof == "sha256:b")
        #expect(PortainerImage.Facts(id: "sha256:a", digests: []).matches(["sha256:a", "sha256:b"]))
        #expect(!PortainerImage.Facts(id: "sha256:c", digests: []).matches(["sha256:a", "sha256:b"]))
        #expect(
            PortainerImage.archives(among: [
                "x.tar", "portainer-old.tar", "portainer-ce-2.33.5.tar.gz", "portainer.txt",
            ]) == ["portainer-ce-2.33.5.tar.gz", "portainer-old.tar"]
        )
    }
}

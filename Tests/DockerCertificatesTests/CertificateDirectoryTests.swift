import DockerCertificates
import Foundation
import TestProcesses
import TestSupport
import Testing
import X509

@Suite("the guard's certificates")
struct CertificateDirectoryTests {
    private let now = Int64(Date().timeIntervalSince1970)

    private func with(_ body: (CertificateDirectory) throws -> Void) throws {
        let directory = try TemporaryDirectory()
        try withExtendedLifetime(directory) {
            try body(CertificateDirectory(path: "\(directory.root)/docker"))
        }
    }

    @Test("an empty place has nothing, and a new authority signs a guard and people")
    func made() throws {
        try with { directory in
            #expect(try directory.standing(serverNames: ["127.0.0.1"]) == CertificateStanding())
            try directory.makeAuthority(now: now)
            try directory.makeServer(["127.0.0.1", "guard.internal", "fd00::1"], lifetime: 86_400, now: now)
            try directory.makeClients(["alice"], lifetime: 86_400, now: now)
            let standing = try directory.standing(serverNames: ["guard.internal", "fd00::1"])
            #expect(standing.authority != nil && standing.server?.notAfter == now + 86_400)
            let alice = try #require(standing.clients["alice"])
            #expect(alice.name == "alice")
            let list = try directory.list()
            #expect(list.admits(serial: alice.serial, name: "alice", at: now))
            #expect(!list.admits(serial: alice.serial, name: "bob", at: now))
            #expect(!list.admits(serial: alice.serial, name: "alice", at: now + 86_401))
            #expect(try directory.standing(serverNames: ["other"]).server == nil, "a name that it lacks")
        }
    }

    @Test("OpenSSL finds the chain good, for its purpose only, and nobody else reads the keys")
    func openssl() throws {
        try with { directory in
            try directory.makeAuthority(now: now)
            try directory.makeServer(["127.0.0.1"], lifetime: 86_400, now: now)
            try directory.makeClients(["alice"], lifetime: 86_400, now: now)
            func verify(_ purpose: String, _ file: String) throws -> Int32 {
                let command = [
                    "openssl", "verify", "-x509_strict", "-purpose", purpose, "-CAfile", directory.authorityPath, file,
                ]
                let nowhere = open("/dev/null", O_WRONLY)
                defer { close(nowhere) }
                return try TestProcess(command, output: nowhere).wait()
            }
            #expect(try verify("sslclient", directory.clientCertificatePath("alice")) == 0)
            #expect(try verify("sslserver", directory.serverCertificatePath) == 0)
            #expect(try verify("sslserver", directory.clientCertificatePath("alice")) != 0)
            #expect(try verify("sslclient", directory.serverCertificatePath) != 0)
            for (file, mode) in [
                ("\(directory.path)/ca.key", 0o600), (directory.clientKeyPath("alice"), 0o600),
                (directory.serverKeyPath, 0o640), (directory.listPath, 0o640), (directory.authorityPath, 0o644),
            ] {
                let attributes = try FileManager.default.attributesOfItem(atPath: file)
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == mode, "\(file)")
            }
        }
    }

    @Test("who is revoked is off the list, and their files are gone")
    func revoked() throws {
        try with { directory in
            try directory.makeAuthority(now: now)
            try directory.makeClients(["alice"], lifetime: 86_400, now: now)
            try directory.makeClients(["bob"], lifetime: 86_400, now: now)
            try directory.revoke("alice")
            #expect(try directory.list().certificates.map(\.name) == ["bob"])
            #expect(try directory.standing(serverNames: []).clients.keys.sorted() == ["bob"])
            try directory.revoke("alice")
        }
    }

    @Test("with a new certificate the old one stays good until it is dropped")
    func rotated() throws {
        try with { directory in
            try directory.makeAuthority(now: now)
            try directory.makeClients(["alice"], lifetime: 86_400, now: now)
            let first = try #require(try directory.standing(serverNames: []).clients["alice"])
            #expect(!first.wantsRenewal(at: now) && first.wantsRenewal(at: now + 60_000))
            try directory.makeClients(["alice"], lifetime: 86_400, now: now)
            let second = try #require(try directory.standing(serverNames: []).clients["alice"])
            #expect(first.serial != second.serial)
            #expect(Set(try directory.list().certificates.map(\.serial)) == [first.serial, second.serial])
        }
    }

    @Test("a new authority makes everything before it worthless")
    func newAuthority() throws {
        try with { directory in
            try directory.makeAuthority(now: now)
            try directory.makeServer([], lifetime: 86_400, now: now)
            try directory.makeClients(["alice"], lifetime: 86_400, now: now)
            try directory.makeAuthority(now: now)
            let standing = try directory.standing(serverNames: [])
            #expect(standing.server == nil && standing.clients["alice"] == nil && standing.listed.isEmpty)
        }
    }

    @Test("half of a pair, a damaged file, somebody else's key and a mixed-up name count as nothing")
    func damaged() throws {
        try with { directory in
            try directory.makeAuthority(now: now)
            try directory.makeClients(["alice", "bob", "carol", "dora"], lifetime: 86_400, now: now)
            try FileManager.default.removeItem(atPath: directory.clientKeyPath("alice"))
            try Data("-----BEGIN CERTIFICATE-----\nAAAA\n".utf8)
                .write(to: URL(fileURLWithPath: directory.clientCertificatePath("bob")))
            for (from, to) in [
                (directory.clientCertificatePath("dora"), directory.clientCertificatePath("carol")),
                (directory.clientKeyPath("dora"), directory.clientKeyPath("carol")),
            ] {
                try Data(contentsOf: URL(fileURLWithPath: from)).write(to: URL(fileURLWithPath: to))
            }
            let standing = try directory.standing(serverNames: [])
            #expect(standing.clients.keys.filter { standing.clients[$0] != nil }.sorted() == ["dora"])
        }
    }

    @Test("a list that is none is told, not taken for an empty one")
    func damagedList() throws {
        try with { directory in
            try directory.makeAuthority(now: now)
            for text in ["", "[]", #"{"version":2,"certificates":[]}"#, "{"] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: directory.listPath))
                #expect(throws: CertificateDirectoryError.self, "\(text)") { try directory.list() }
            }
        }
    }

    @Test("keys are kept nowhere that others may change")
    func unsafePlace() throws {
        let place = try TemporaryDirectory()
        let path = "\(place.root)/docker"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(chmod(path, 0o777) == 0)
        withExtendedLifetime(place) {
            #expect(throws: CertificateDirectoryError.unsafe(path: path, reason: "others may change it")) {
                try CertificateDirectory(path: path).makeAuthority(now: now)
            }
        }
    }
}

import Foundation
import TestSupport
import Testing

@testable import PortainerClient

@Suite("Values of Portainer's API")
struct ValueTests {
    @Test("durations are read as Go writes them")
    func durations() {
        #expect(GoDuration.parse("8h") == .seconds(28_800))
        #expect(GoDuration.parse("1h30m0s") == .seconds(5400))
        #expect(GoDuration.parse("15m") == .seconds(900))
        for text in ["", "8", "h", "-1h", "1.5h", "1d", "99999999999999999999h", "1h ", "１h"] {
            #expect(GoDuration.parse(text) == nil, "\(text)")
        }
        for seconds in [1, 59, 60, 61, 900, 3600, 5400, 28_800, 86_399] {
            #expect(GoDuration.parse(GoDuration.text(.seconds(seconds))) == .seconds(seconds))
        }
    }

    @Test("versions are compared by their numbers")
    func versions() throws {
        let old = try #require(PortainerVersion("2.9.3"))
        let new = try #require(PortainerVersion("2.33.5-rc1"))
        #expect(old < new)
        #expect(new == PortainerVersion(2, 33, 5))
        #expect(PortainerVersion("2") == nil)
        #expect(PortainerVersion("x.y") == nil)
    }

    @Test("a form is what RFC 7578 says")
    func form() {
        var form = MultipartForm()
        form.add("Name", "diycloud-ada")
        form.add("TLSKeyFile", file: "key.pem", Array("KEY".utf8))
        let boundary = form.boundary
        #expect(
            String(decoding: form.whole, as: UTF8.self)
                == "--\(boundary)\r\nContent-Disposition: form-data; name=\"Name\"\r\n\r\n"
                + "diycloud-ada\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"TLSKeyFile\"; filename=\"key.pem\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\nKEY\r\n--\(boundary)--\r\n"
        )
    }

    @Test("the ledger knows what was uploaded, and forgets it with another Portainer")
    func ledger() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path("secret/uploads.json")
        let certificate = ClientCertificate(authority: [1], certificate: [2], key: [3])
        var ledger = UploadLedger(file: file, instance: "one")
        #expect(!ledger.holds(certificate, of: 4))
        ledger.note(certificate, of: 4)
        ledger.note(clientSecret: "s")
        try ledger.write(to: file)
        let same = UploadLedger(file: file, instance: "one")
        #expect(same == ledger)
        #expect(same.holds(certificate, of: 4) && !same.holds(certificate, of: 5) && same.holds(clientSecret: "s"))
        #expect(!UploadLedger(file: file, instance: "two").holds(certificate, of: 4))
        #expect(try directory.status("secret/uploads.json").st_mode & 0o777 == 0o600)
        try Data("{".utf8).write(to: URL(fileURLWithPath: file))
        #expect(UploadLedger(file: file, instance: "one") == UploadLedger(instance: "one"))
    }

    @Test("a directory that is a link, or that others write to, gets no secret")
    func directory() throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createSymbolicLink(atPath: directory.path("link"), withDestinationPath: "/tmp")
        try FileManager.default.createDirectory(atPath: directory.path("open"), withIntermediateDirectories: false)
        chmod(directory.path("open"), 0o777)
        for name in ["link/key", "open/key", "missing/too/key"] {
            #expect(throws: PortainerError.self) {
                try SecretDirectory(of: directory.path(name)).replace(with: [1])
            }
        }
    }
}

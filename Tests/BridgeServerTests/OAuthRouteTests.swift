import Foundation
import HTTPTypes
import Identity
import PortainerSignIn
import Testing

@testable import BridgeServer

@Suite("What Portainer's server asks")
struct OAuthRouteTests {
    private let bridge: TestBridge
    private let desk: PortainerDesk
    private let listener: PortainerListener
    private static let form = "grant_type=authorization_code&redirect_uri=x&code="

    init() async throws {
        bridge = try await TestBridge()
        desk = try bridge.portainerDesk()
        listener = PortainerListener(desk)
    }

    @Test("a code becomes an access token, and that the name, with the types that Portainer insists on")
    func exchange() async throws {
        let code = await desk.provider.code(for: try UserName("alice"))
        let token = try await listener.post("/oauth/token", Self.form + code)
        #expect(token.status == 200)
        #expect(token.headers[.contentType] == "application/json")
        #expect(token.headers[.cacheControl] == "no-store")
        #expect(token["token_type"] as? String == "Bearer" && token["expires_in"] as? Int == 60)
        let access = try #require(token["access_token"] as? String)
        let user = try await listener.get("/oauth/user", authorization: "Bearer \(access)")
        #expect(user.status == 200 && user.headers[.contentType] == "application/json")
        #expect(user.body == #"{"username":"alice"}"#)
        #expect(try await listener.get("/oauth/user", authorization: "Bearer \(access)").status == 401)
        let again = try await listener.post("/oauth/token", Self.form + code)
        #expect(again.status == 400 && again["error"] as? String == "invalid_grant")
    }

    @Test(
        "without Portainer's secret a code is worth nothing, and is not used up",
        arguments: [nil, "", "Bearer x", "Basic x"]
    )
    func secret(authorization: String?) async throws {
        let code = await desk.provider.code(for: try UserName("alice"))
        let reply = try await listener.post("/oauth/token", Self.form + code, authorization: authorization)
        #expect(reply.status == 401 && reply["error"] as? String == "invalid_client")
        #expect(reply.headers[.wwwAuthenticate]?.hasPrefix("Basic") == true)
        let wrong = try await listener.post(
            "/oauth/token",
            Self.form + code,
            authorization: PortainerListener.basic(secret: "x")
        )
        #expect(wrong.status == 401)
        #expect(try await listener.post("/oauth/token", Self.form + code).status == 200)
    }

    @Test(
        "what is no such form is refused",
        arguments: [
            ("", 400), ("code=x", 400), ("grant_type=password&code=x", 400), ("grant_type=authorization_code", 400),
            ("grant_type=authorization_code&code=x&code=y", 400), ("grant_type=authorization_code&code=%zz", 400),
        ]
    )
    func forms(form: String, status: Int) async throws {
        #expect(try await listener.post("/oauth/token", form).status == status)
        #expect(try await listener.post("/oauth/token", form, type: "application/json").status == 415)
        let large = form + String(repeating: "x", count: 20_000)
        #expect(try await listener.post("/oauth/token", large).status == 413)
    }

    @Test(
        "nothing else is there",
        arguments: ["/", "/auth", "/auth/portainer", "/login", "/metrics", "/api/v1/me", "/oauth/token/"]
    )
    func nothing(path: String) async throws {
        #expect(try await listener.get(path).status == 404)
    }

    @Test("who guesses is slowed down, and whoever has the secret is not")
    func guesses() async throws {
        var statuses: [Int] = []
        for _ in 0..<40 { statuses.append(try await listener.get("/oauth/user", authorization: "Bearer x").status) }
        #expect(statuses.first == 401 && statuses.last == 429)
        let code = await desk.provider.code(for: try UserName("alice"))
        #expect(try await listener.post("/oauth/token", Self.form + code).status == 200)
    }

    @Test("the templates are the file's, also after it has changed, and what is none changes nothing")
    func templates() async throws {
        #expect(try await listener.get("/templates.json").status == 404)
        let directory = bridge.directory.path("templates")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        func write(_ text: String) throws {
            try text.write(toFile: "\(directory)/templates.json", atomically: true, encoding: .utf8)
        }
        for number in 1...3 {
            let text = #"{"version":"3","templates":[{"id":\#(number)}]}"#
            try write(text)
            let reply = try await listener.get("/templates.json")
            #expect(reply.status == 200 && reply.body == text && reply.headers[.contentType] == "application/json")
            try write("{broken")
            #expect(try await listener.get("/templates.json").body == text)
        }
    }
}

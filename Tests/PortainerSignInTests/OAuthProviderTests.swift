import Foundation
import Identity
import Testing

@testable import PortainerSignIn

@Suite("The bridge as Portainer's OAuth provider")
struct OAuthProviderTests {
    private let clock = ManualClock()

    @Test("a code gives an access token once, and that gives the name once")
    func once() async throws {
        let provider = OAuthProvider(clock: clock)
        let code = await provider.code(for: try UserName("alice"))
        #expect(code.utf8.count == 64)
        let token = try #require(await provider.accessToken(for: code))
        #expect(await provider.accessToken(for: code) == nil)
        #expect(await provider.name(for: code) == nil)
        #expect(await provider.name(for: token)?.rawValue == "alice")
        #expect(await provider.name(for: token) == nil)
        #expect(await provider.accessToken(for: token) == nil)
    }

    @Test("both are good for a minute")
    func minute() async throws {
        let provider = OAuthProvider(clock: clock)
        let codes = await [provider.code(for: try UserName("alice")), provider.code(for: try UserName("bob"))]
        clock.advance(by: .seconds(59))
        let token = try #require(await provider.accessToken(for: codes[0]))
        clock.advance(by: .seconds(1))
        #expect(await provider.accessToken(for: codes[1]) == nil)
        clock.advance(by: .seconds(59))
        #expect(await provider.name(for: token) == nil)
    }

    @Test("a code that was taken back, or never was, is worth nothing", arguments: ["", "x", "0", "é"])
    func worthless(text: String) async throws {
        let provider = OAuthProvider(clock: clock)
        let code = await provider.code(for: try UserName("alice"))
        await provider.withdraw(code)
        #expect(await provider.accessToken(for: code) == nil)
        #expect(await provider.accessToken(for: text) == nil)
    }

    @Test("what nobody redeems is forgotten")
    func forgotten() throws {
        var secrets = OneTimeSecrets(clock: clock, lifetime: .seconds(60))
        for _ in 0..<100 { _ = secrets.issue(for: try UserName("alice")) }
        #expect(secrets.count == 100)
        clock.advance(by: .seconds(60))
        _ = secrets.issue(for: try UserName("alice"))
        #expect(secrets.count == 1)
    }

    private static let secret = "a+b/c=d%e f:g&h"

    private static func basic(_ text: String) -> String { "Basic \(Data(text.utf8).base64EncodedString())" }

    @Test(
        "Portainer's server is known by its name and secret, form-encoded as Go writes them",
        arguments: [
            ("diycloud-bridge:a%2Bb%2Fc%3Dd%25e+f%3Ag%26h", true), ("diycloud-bridge:a%2bb%2fc%3dd%25e%20f:g&h", true),
            ("diycloud-bridge:a+b/c=d%25e f:g&h", false), ("diycloud-bridge:", false), ("diycloud-bridge", false),
            ("diycloud-bridge:a%2Bb%2Fc%3Dd%25e+f%3Ag%26h ", false), ("other:a%2Bb%2Fc%3Dd%25e+f%3Ag%26h", false),
            ("diycloud-bridge:a%2Bb%2Fc%3Dd%e+f%3Ag%26h", false), ("", false), (":", false),
        ]
    )
    func client(text: String, isRight: Bool) {
        let credentials = ClientCredentials(secret: Self.secret)
        #expect(credentials.accept(authorization: Self.basic(text)) == isRight)
        #expect(credentials.accept(authorization: Self.basic(text).replacing("Basic", with: "BASIC")) == isRight)
        #expect(!credentials.accept(authorization: Self.basic(text).replacing("Basic", with: "Bearer")))
        #expect(!credentials.accept(authorization: Self.basic(text) + "!"))
    }

    @Test(
        "what is no token of Portainer's is none",
        arguments: [
            "", ".", "..", "a.b.c", "a.e30.c",
            ScriptedMint.token(#"{"username":"a","role":2,"iat":10,"exp":10}"#),
            ScriptedMint.token(#"{"username":"a","role":2,"iat":10,"exp":1e300}"#),
            ScriptedMint.token(#"{"username":"a","role":"2","iat":1,"exp":9}"#),
            ScriptedMint.token(#"{"username":"a","role":2,"iat":1,"exp":9}"#) + "\r\nX: y",
            ScriptedMint.token(#"{"username":"a","role":2,"iat":1,"exp":9}"#) + ".d",
            ScriptedMint.token(#"{"username":"a","role":2,"iat":1,"exp":9}"#) + String(repeating: "A", count: 3000),
        ]
    )
    func noToken(text: String) { #expect(PortainerToken(text) == nil) }
}

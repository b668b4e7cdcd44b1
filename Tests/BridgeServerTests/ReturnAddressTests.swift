import Foundation
import TestSupport
import Testing

@testable import BridgeServer

/// `Corpora/redirects.json`: addresses that must never be gone to, and such that are gone to as they are.
struct RedirectCorpus: Decodable {
    let refused: [String]
    let kept: [String]

    static let shared: RedirectCorpus = {
        guard let url = Bundle.module.url(forResource: "redirects", withExtension: "json", subdirectory: "Corpora"),
            let data = try? Data(contentsOf: url),
            let corpus = try? JSONDecoder().decode(RedirectCorpus.self, from: data)
        else { return RedirectCorpus(refused: [], kept: []) }
        return corpus
    }()
}

@Suite("Where a browser goes after signing in")
struct ReturnAddressTests {
    private static let origin = "https://cloud.example.org"

    @Test("the list of attacks is there")
    func corpus() {
        #expect(RedirectCorpus.shared.refused.count > 80)
        #expect(RedirectCorpus.shared.kept.count > 15)
    }

    @Test("everything doubtful is home", arguments: RedirectCorpus.shared.refused)
    func refused(requested: String) {
        #expect(ReturnAddress(requested, origin: Self.origin) == .home)
        #expect(ReturnAddress(requested, origin: nil) == .home)
    }

    @Test("a place of this site is gone to exactly as it was asked for", arguments: RedirectCorpus.shared.kept)
    func kept(requested: String) {
        #expect(ReturnAddress(requested, origin: Self.origin).location == requested)
    }

    @Test("without a known origin only paths count")
    func noOrigin() {
        #expect(ReturnAddress("https://cloud.example.org/x", origin: nil) == .home)
        #expect(ReturnAddress("/x", origin: nil).location == "/x")
        #expect(ReturnAddress(nil, origin: nil) == .home)
    }

    @Test("an address of 10 KiB is home")
    func long() {
        #expect(ReturnAddress("/" + String(repeating: "a", count: 10 * 1024), origin: nil) == .home)
        #expect(ReturnAddress("/" + String(repeating: "a", count: 2047), origin: nil) != .home)
        #expect(ReturnAddress("/" + String(repeating: "a", count: 2048), origin: nil) == .home)
    }

    @Test("of any mutation only what a browser keeps on this site is taken")
    func fuzz() throws {
        var random = SeededGenerator(seed: 38)
        let samples = RedirectCorpus.shared.kept + RedirectCorpus.shared.refused
        for round in 0..<20_000 {
            let text = String(decoding: random.mutated(Array(samples[round % samples.count].utf8)), as: UTF8.self)
            let location = ReturnAddress(text, origin: Self.origin).location
            guard location != ReturnAddress.home.location else { continue }
            #expect(location == text)
            #expect(location.utf8.allSatisfy { $0 > 32 && $0 < 127 })
            var path = Substring(location)
            if path.hasPrefix(Self.origin + "/") { path = path.dropFirst(Self.origin.count) }
            #expect(path.hasPrefix("/") && !path.hasPrefix("//") && !path.hasPrefix("/\\"))
        }
    }

    @Test(
        "every attack on the sign-in page ends at home, before and after the sign-in",
        arguments: ["/login", "signed in"]
    )
    func throughTheRoutes(way: String) async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        if way == "signed in" { try await browser.signIn("alice") }
        for (requested, expected) in RedirectCorpus.shared.refused.map({ ($0, "/account") })
            + RedirectCorpus.shared.kept.map({ ($0, $0) })
        {
            var query = "/login?rd="
            query.appendPercentEncoded(requested.utf8)
            let reply = try await browser.open(query)
            if way == "signed in" {
                #expect(reply.status == 303)
                #expect(reply.location == expected, "\(requested)")
            } else {
                #expect(reply.status == 200)
                #expect(reply.location == nil)
                #expect(reply.returnTo?.unescapedHTML == expected, "\(requested)")
            }
        }
    }

    @Test("the form's own address is judged again when it comes back")
    func formAddress() async throws {
        let bridge = try await TestBridge()
        for requested in ["https://evil.com", "//evil.com", "/\\evil.com", "/a\r\nSet-Cookie: x=y"] {
            let reply = try await Browser(bridge).signIn("alice", returnTo: requested)
            #expect(reply.status == 303)
            #expect(reply.location == "/account")
        }
        #expect(try await Browser(bridge).signIn("alice", returnTo: "/jupyter/?a=1").location == "/jupyter/?a=1")
    }

    @Test("two addresses are a contradiction and lead home")
    func twice() async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        #expect(try await browser.open("/login?rd=/a&rd=https://evil.com").returnTo == "/account")
        #expect(try await browser.open("/login?rd=/a&rd=/a").returnTo == "/account")
        let page = try await browser.open("/login")
        let fields = [("username", "alice"), ("password", "correct horse"), ("csrf", page.csrf ?? "")]
        let reply = try await browser.submit("/login", fields + [("rd", "/a"), ("rd", "//evil.com")])
        #expect(reply.location == "/account")
    }
}

extension String {
    fileprivate var unescapedHTML: String {
        replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing(
            "&#39;",
            with: "'"
        )
        .replacing("&amp;", with: "&")
    }
}

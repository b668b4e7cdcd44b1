import HTTPTypes
import Hummingbird
import TestSupport

@testable import BridgeServer

/// A browser behind nginx: keeps cookies, says what browsers say of their requests.
final class Browser {
    static let site = "https://cloud.example.org"

    private let bridge: TestBridge
    private(set) var cookies: [String: String] = [:]
    /// What nginx reports as the browser's address.
    var address = "192.0.2.7"

    init(_ bridge: TestBridge) { self.bridge = bridge }

    static let sessionCookie = "__Host-diycloud"
    static let signInCookie = "__Host-diycloud-login"

    var sessionCookie: String? { cookies[Self.sessionCookie] }

    func setCookie(_ name: String, _ value: String?) { cookies[name] = value }

    /// Opens a page, as when a person follows a link.
    /// - Parameter headers: in place of the usual ones; an empty value takes one away.
    func open(_ path: String, method: HTTPRequest.Method = .get, _ headers: [String: String] = [:]) async throws
        -> Reply
    {
        let usual = ["Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"]
        return try await send(method, path, usual.merging(headers) { $1 }, "")
    }

    /// Sends a form of one of our pages.
    func submit(_ path: String, _ fields: [(String, String)], _ headers: [String: String] = [:]) async throws -> Reply {
        var body = ""
        for (name, value) in fields {
            if !body.isEmpty { body += "&" }
            body.appendPercentEncoded(name.utf8)
            body += "="
            body.appendPercentEncoded(value.utf8)
        }
        let usual = [
            "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin",
            "Origin": Self.site, "Content-Type": "application/x-www-form-urlencoded",
        ]
        return try await send(.post, path, usual.merging(headers) { $1 }, body)
    }

    /// Asks as a script of our portal page does.
    func fetch(_ path: String, method: HTTPRequest.Method = .get, _ headers: [String: String] = [:]) async throws
        -> Reply
    {
        let usual = ["Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin"]
        return try await send(method, path, usual.merging(headers) { $1 }, "")
    }

    /// Changes something as a script of our portal page does.
    func patch(_ path: String, json: String, _ headers: [String: String] = [:]) async throws -> Reply {
        let usual = [
            "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin", "Origin": Self.site,
            "Content-Type": "application/json",
        ]
        return try await send(.patch, path, usual.merging(headers) { $1 }, json)
    }

    /// Fills in the sign-in form.
    @discardableResult
    func signIn(_ name: String, _ password: String = "correct horse", returnTo: String? = nil) async throws -> Reply {
        let page = try await open("/login")
        var fields = [("username", name), ("password", password), ("csrf", page.csrf ?? "")]
        if let returnTo { fields.append(("rd", returnTo)) }
        return try await submit("/login", fields)
    }

    /// The token for state changes of this browser.
    func csrf() async throws -> String { try await open("/account").csrf ?? "" }

    private func send(_ method: HTTPRequest.Method, _ path: String, _ headers: [String: String], _ body: String)
        async throws -> Reply
    {
        let usual = [
            "X-Real-IP": address, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "cloud.example.org",
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Cookie": cookies.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: "; "),
        ]
        var fields: HTTPFields = [:]
        for (name, value) in usual.merging(headers, uniquingKeysWith: { $1 }) where !value.isEmpty {
            guard let name = HTTPField.Name(name) else { continue }
            fields[name] = value
        }
        let reply = try await Reply(bridge.proxy, method, path, headers: fields, body: body)
        take(reply.cookies)
        return reply
    }

    private func take(_ lines: [String]) {
        for line in lines {
            let parts = line.split(separator: ";")[0].split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            let isGone = line.contains("Max-Age=0")
            cookies[String(parts[0])] = isGone ? nil : String(parts[1])
        }
    }
}

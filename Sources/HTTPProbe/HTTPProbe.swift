import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks a server of this host, as a user of it would: over TCP, over TLS with whatever certificate it has, or on a unix socket.
public enum HTTPProbe {
    /// - Parameters:
    ///   - url: `https://127.0.0.1/login`; with a socket its host is only what the `Host` header says.
    ///   - socket: path of a unix socket.
    ///   - address: of this host, which is asked whatever DNS says of the name in the URL; TLS and `Host` still say that name.
    ///   - headers: further ones, in order; a name may come twice.
    ///   - seconds: to the end of the answer (1 to 60).
    /// - Returns: the answer, redirects not followed, at most 1 MiB of its body.
    /// - Throws: ``HTTPProbeError`` when there is no answer.
    public static func get(
        _ url: String,
        socket: String? = nil,
        address: String? = nil,
        headers: [(String, String)] = [],
        seconds: Int64 = 5
    ) async throws(HTTPProbeError) -> ProbeAnswer {
        do {
            return try await ask(try place(url, socket: socket), at: address, headers: headers, seconds: seconds)
        } catch {
            throw HTTPProbeError(url: socket ?? url, reason: "\(error)")
        }
    }

    private static func ask(_ url: String, at address: String?, headers: [(String, String)], seconds: Int64)
        async throws -> ProbeAnswer
    {
        var tls = TLSConfiguration.makeClientConfiguration()
        // It is asked by an address of this host, whose certificate bears another name; nothing secret is sent.
        tls.certificateVerification = .none
        var settings = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        if let address, let name = URL(string: url)?.host { settings.dnsOverride = [name: address] }
        settings.timeout = .init(connect: .seconds(seconds), read: .seconds(seconds))
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        do {
            var request = HTTPClientRequest(url: url)
            request.headers = HTTPHeaders(headers)
            let answer = try await client.execute(request, timeout: .seconds(seconds))
            let body = try await answer.body.collect(upTo: 1 << 20)
            try await client.shutdown()
            return ProbeAnswer(
                status: answer.status.code,
                headers: answer.headers.map { ($0.name.lowercased(), $0.value) },
                body: String(buffer: body)
            )
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private static func place(_ url: String, socket: String?) throws -> String {
        guard let socket else { return url }
        let path = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).dropFirst(3).first ?? ""
        let escaped = socket.replacing("/", with: "%2F")
        return "http+unix://\(escaped)/\(path)"
    }
}

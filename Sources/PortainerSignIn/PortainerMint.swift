import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Mints tokens at Portainer's own API: `POST /api/auth/oauth/validate`.
public struct PortainerMint: TokenMint {
    private let url: String
    private let timeLimit: Duration
    private let http: HTTPClient

    /// A token has about 400 bytes.
    private static let largestAnswer = 64 << 10

    /// - Parameters:
    ///   - url: `portainer.url`, such as `http://127.0.0.1:9000`; a slash at its end is taken away.
    ///   - timeLimit: how long Portainer may take for a whole answer.
    public init(url: String, timeLimit: Duration = .seconds(10)) {
        var base = url[...]
        while base.last == "/" { base.removeLast() }
        self.url = "\(base)/api/auth/oauth/validate"
        self.timeLimit = timeLimit
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(3)),
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Call once, when nobody mints any more.
    public func shutdown() async {
        // It fails only when it has been shut down before.
        try? await http.shutdown()
    }

    public func mint(code: String) async throws(MintFailure) -> String {
        let answer: (status: Int, body: Data)
        do {
            answer = try await post(["code": code])
        } catch {
            throw Self.explained(error)
        }
        switch answer.status {
        case 200:
            guard let document = try? JSONDecoder().decode(TokenDocument.self, from: answer.body) else {
                throw .unexpected("200 without a token")
            }
            return document.jwt
        case 403:
            throw Self.refusal(message: (try? JSONDecoder().decode(ErrorDocument.self, from: answer.body))?.message)
        case 303: throw .notInitialized
        case 500: throw .exchangeFailed
        case 502...504: throw .unreachable("status \(answer.status)")
        default: throw .unexpected("status \(answer.status)")
        }
    }

    private struct TokenDocument: Decodable { let jwt: String }
    private struct ErrorDocument: Decodable { let message: String }

    private func post(_ document: [String: String]) async throws -> (status: Int, body: Data) {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = [
            "Content-Type": "application/json", "Accept": "application/json", "User-Agent": "diycloud-bridge",
            // A kept connection may be one that a restarted Portainer knows nothing of, and a code is not sent twice.
            "Connection": "close",
        ]
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(document)))
        // AsyncHTTPClient's own deadline ends with the head of the answer: a body may trickle for ever.
        return try await withThrowingTaskGroup(of: (Int, Data)?.self) { [request] group in
            group.addTask {
                let response = try await http.execute(request, deadline: .distantFuture)
                let body = try await response.body.collect(upTo: Self.largestAnswer)
                return (Int(response.status.code), Data(body.readableBytesView))
            }
            group.addTask {
                try await Task.sleep(for: timeLimit)
                return nil
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() ?? nil else { throw HTTPClientError.deadlineExceeded }
            return answer
        }
    }

    /// 403 means four things here, which only the text tells apart (Portainer's `authenticate_oauth.go`, `rate_limiter.go`).
    private static func refusal(message: String?) -> MintFailure {
        switch message?.lowercased() {
        case let text? where text.contains("not created beforehand"): .noAccount
        case let text? where text.contains("not enabled"): .notSetUp
        case let text? where text.contains("access denied"): .banned
        default: .unexpected("status 403")
        }
    }

    private static func explained(_ error: any Error) -> MintFailure {
        switch error {
        case is NIOTooManyBytesError: .unexpected("more than \(largestAnswer >> 10) KiB")
        case is HTTPParserError: .unexpected("no HTTP")
        case let error as HTTPClientError where error == .deadlineExceeded: .unreachable("no answer in time")
        case let error as NIOConnectionError:
            .unreachable(error.connectionErrors.first.map { "\($0.error)" } ?? "no connection")
        default: .unreachable("\(error)")
        }
    }
}

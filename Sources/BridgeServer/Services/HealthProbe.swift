import AsyncHTTPClient
import NIOCore
import NIOPosix

/// How a service answered when it was asked whether it runs.
enum HealthAnswer: Sendable, Equatable {
    /// It works.
    case well
    /// Somebody listens there, but has no answer yet, or one that says "not now".
    case busy
    /// Nobody listens.
    case away
}

/// Asks a service whether it runs: over HTTP (``HTTPHealthProbe``), or as a test wants it.
protocol HealthProbe: Sendable {
    /// Never takes much longer than a second.
    func ask(_ url: String) async -> HealthAnswer
}

/// `GET` without anything that says who asks; redirects are not followed, since a service that is away leaves its port to anybody.
struct HTTPHealthProbe: HealthProbe {
    private static let limit: TimeAmount = .milliseconds(900)

    func ask(_ url: String) async -> HealthAnswer {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: Self.limit),
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        // A connection of its own for each question: there is one in five seconds at most, and a kept one would hide a restart.
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let answer = await Self.answer(of: url, client)
        // It fails only when it has been shut down before.
        try? await client.shutdown()
        return answer
    }

    private static func answer(of url: String, _ client: HTTPClient) async -> HealthAnswer {
        do {
            let status = try await client.execute(HTTPClientRequest(url: url), timeout: limit).status.code
            return status < 500 ? .well : .busy
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            return .busy
        } catch let error as HTTPClientError where error == .remoteConnectionClosed {
            return .busy
        } catch {
            return .away
        }
    }
}

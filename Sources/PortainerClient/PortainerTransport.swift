import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends calls, each within the time limit, and takes answers up to a size; follows no redirect and no proxy, keeps no cookie
/// and sends no Origin: Portainer would judge a request with either as a browser's.
struct PortainerTransport: Sendable {
    let address: PortainerAddress
    let timeLimit: Duration
    private let http: HTTPClient

    /// What shows who asks. Only one of the two may be in a request: with both Portainer answers 401 or 403.
    enum Credential: Sendable, Equatable {
        case key(PortainerSecret)
        case token(PortainerSecret)

        fileprivate var header: (name: String, value: String) {
            switch self {
            case .key(let secret): ("X-API-KEY", secret.text)
            case .token(let secret): ("Authorization", "Bearer \(secret.text)")
            }
        }
    }

    /// A thousand environments without their snapshots are two megabytes.
    private static let largestAnswer = 32 << 20

    init(address: PortainerAddress, timeLimit: Duration) {
        self.address = address
        self.timeLimit = timeLimit
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(5)),
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        // A Portainer that is away is told of at once, not at the end of the time limit.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async {
        // It fails only when it has been shut down before.
        try? await http.shutdown()
    }

    /// Sends a call; once more when the connection was lost on the way and the call does no more the second time.
    /// - Throws: ``PortainerError/unreachable(address:reason:)``, ``PortainerError/garbled(call:reason:)``.
    func send(_ call: PortainerCall, as credential: Credential?) async throws(PortainerError) -> PortainerAnswer {
        do {
            return try await once(call, credential)
        } catch  where call.isRepeatable && Self.isLoss(error) && !Task.isCancelled {
            do {
                return try await once(call, credential)
            } catch {
                throw explained(error, call)
            }
        } catch {
            throw explained(error, call)
        }
    }

    private func request(_ call: PortainerCall, _ credential: Credential?) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.base + "/api" + call.path)
        request.method = call.method
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "diycloud-bridge")
        if let header = credential?.header { request.headers.add(name: header.name, value: header.value) }
        switch call.body {
        case .json(let bytes):
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: bytes))
        case .form(let form):
            request.headers.add(name: "Content-Type", value: form.contentType)
            request.body = .bytes(ByteBuffer(bytes: form.whole))
        case nil: break
        }
        return request
    }

    private func once(_ call: PortainerCall, _ credential: Credential?) async throws -> PortainerAnswer {
        let request = request(call, credential)
        let limit = call.timeLimit ?? timeLimit
        // AsyncHTTPClient's own deadline ends with the head of the answer: a body may trickle for ever.
        return try await withThrowingTaskGroup(of: PortainerAnswer?.self) { group in
            group.addTask {
                let response = try await http.execute(request, deadline: .distantFuture)
                let body = try await response.body.collect(upTo: Self.largestAnswer)
                return PortainerAnswer(
                    call: call.name,
                    status: Int(response.status.code),
                    redirectReason: response.headers.first(name: "redirect-reason"),
                    total: response.headers.first(name: "X-Total-Count").flatMap { Int($0) },
                    body: Array(body.readableBytesView)
                )
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() ?? nil else { throw HTTPClientError.deadlineExceeded }
            return answer
        }
    }

    /// Whether a connection stood and then broke: a Portainer that closed one that was idle, or that was restarted.
    private static func isLoss(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError: error == .remoteConnectionClosed
        case let error as IOError: error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
        case let error as ChannelError: error == .ioOnClosedChannel || error == .eof
        default: false
        }
    }

    private func explained(_ error: any Error, _ call: PortainerCall) -> PortainerError {
        switch error {
        case is NIOTooManyBytesError:
            return .garbled(call: call.name, reason: "it is larger than \(Self.largestAnswer >> 20) MiB")
        case let error as HTTPParserError:
            return .garbled(call: call.name, reason: "it is no HTTP (\(error))")
        case let error as HTTPClientError where error == .deadlineExceeded:
            let limit = (call.timeLimit ?? timeLimit).components.seconds
            return .unreachable(address: address.base, reason: "no answer to \(call.name) within \(limit) s")
        case let error as NIOConnectionError:
            let reason = error.connectionErrors.first.map { "\($0.error)" } ?? error.dnsAError.map { "\($0)" }
            return .unreachable(address: address.base, reason: (reason ?? "no connection").oneLine)
        default:
            return .unreachable(address: address.base, reason: "\(error)".oneLine)
        }
    }
}

extension String {
    /// Fit for one line of a message: no control characters, 300 characters at most.
    var oneLine: String {
        let plain = unicodeScalars.lazy.map { $0.value < 32 || $0.value == 127 ? " " : Character($0) }
        return String(String(plain).prefix(300))
    }
}

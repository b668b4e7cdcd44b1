import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends calls, each within the time limit, and takes answers up to a size; follows no redirect and no proxy.
struct HubTransport: Sendable {
    let address: HubAddress
    let token: HubToken
    let timeLimit: Duration
    private let http: HTTPClient

    /// A page of 200 people with ten servers each is a megabyte.
    private static let largestAnswer = 8 << 20

    init(address: HubAddress, token: HubToken, timeLimit: Duration, connections: Int) {
        self.address = address
        self.token = token
        self.timeLimit = timeLimit
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(5)),
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        // A hub that is away is told of at once, not at the end of the time limit.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func shutdown() async {
        // It fails only when it has been shut down before.
        try? await http.shutdown()
    }

    /// Sends a call, once more when the connection was lost on the way.
    /// - Throws: ``HubError/unreachable(address:reason:)``, ``HubError/garbled(call:reason:)``.
    func send(_ call: HubCall) async throws(HubError) -> HubAnswer {
        do {
            return try await once(call)
        } catch  where Self.isLoss(error) && !Task.isCancelled {
            do {
                return try await once(call)
            } catch {
                throw explained(error, call)
            }
        } catch {
            throw explained(error, call)
        }
    }

    private func once(_ call: HubCall) async throws -> HubAnswer {
        var request = HTTPClientRequest(url: address.url(call.path, query: call.query))
        request.method = call.method
        request.headers.add(name: "Accept", value: call.accept)
        request.headers.add(name: "User-Agent", value: "diycloud-bridge")
        if call.authorized { request.headers.add(name: "Authorization", value: "token \(token.secret)") }
        if let body = call.body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        // AsyncHTTPClient's own deadline ends with the head of the answer: a body may trickle for ever.
        return try await withThrowingTaskGroup(of: HubAnswer?.self) { [request] group in
            group.addTask {
                let response = try await http.execute(request, deadline: .distantFuture)
                let body = try await response.body.collect(upTo: Self.largestAnswer)
                return HubAnswer(
                    call: call.name,
                    status: Int(response.status.code),
                    body: Array(body.readableBytesView)
                )
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

    /// Whether a connection stood and then broke: a hub that closed one that was idle, or that was restarted.
    private static func isLoss(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError: error == .remoteConnectionClosed
        case let error as IOError: error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
        case let error as ChannelError: error == .ioOnClosedChannel || error == .eof
        default: false
        }
    }

    private func explained(_ error: any Error, _ call: HubCall) -> HubError {
        switch error {
        case is NIOTooManyBytesError:
            return .garbled(call: call.name, reason: "it is larger than \(Self.largestAnswer >> 20) MiB")
        case let error as HTTPParserError:
            return .garbled(call: call.name, reason: "it is no HTTP (\(error))")
        case let error as HTTPClientError where error == .deadlineExceeded:
            return .unreachable(address: address.base, reason: "no answer within \(timeLimit.components.seconds) s")
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

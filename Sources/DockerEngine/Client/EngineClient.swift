import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Calls to the Docker engine over its unix socket, each within a time limit and with an answer of limited size.
///
/// For calls that the guard makes itself; what a person asked for is streamed by the proxy on connections of its own.
/// Paths have no version, so the engine speaks its newest one: the members that are read here are the same in all.
public struct EngineClient: Sendable {
    public struct Configuration: Sendable {
        /// Where the engine listens.
        public var socket: String
        /// How long a call may take that says nothing else.
        public var timeLimit: Duration
        /// The most bytes of an answer. A list of 10,000 containers is about 15 MB.
        public var largestAnswer: Int
        /// How many connections are kept; more calls than that wait.
        public var connections: Int

        public init(
            socket: String = "/var/run/docker.sock",
            timeLimit: Duration = .seconds(30),
            largestAnswer: Int = 64 << 20,
            connections: Int = 64
        ) {
            self.socket = socket
            self.timeLimit = timeLimit
            self.largestAnswer = largestAnswer
            self.connections = connections
        }
    }

    public let configuration: Configuration
    private let http: HTTPClient
    private let base: String

    public init(_ configuration: Configuration) {
        self.configuration = configuration
        base = "http+unix://\(configuration.socket.percentEncoded)"
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(5)),
            decompression: .disabled
        )
        settings.httpVersion = .http1Only
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.connections
        // An engine that is away is told of at once, not at the end of the time limit.
        settings.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    /// Closes the connections. Calls that are made afterwards fail.
    public func shutdown() async {
        // It fails only when it has been shut down before.
        try? await http.shutdown()
    }

    /// Makes one call.
    /// - Parameters:
    ///   - path: its segments, not encoded; none may be empty.
    ///   - query: names and values, not encoded.
    ///   - body: JSON, or nothing.
    ///   - limit: another time limit than the configured one.
    /// - Throws: ``EngineError`` when no whole answer came; an answer with an error status is an answer.
    public func call(
        _ method: String,
        _ path: [String],
        query: [(name: String, value: String)] = [],
        body: [UInt8]? = nil,
        within limit: Duration? = nil
    ) async throws(EngineError) -> EngineAnswer {
        var uri = path.map { "/" + $0.percentEncoded }.joined()
        if !query.isEmpty {
            uri += "?" + query.map { "\($0.name.percentEncoded)=\($0.value.percentEncoded)" }.joined(separator: "&")
        }
        return try await send(method, uri: uri, body: body, within: limit)
    }

    /// Makes one call whose URI is already in the form that goes over the wire.
    /// - Throws: as ``call(_:_:query:body:within:)``.
    public func send(
        _ method: String,
        uri: String,
        body: [UInt8]? = nil,
        within limit: Duration? = nil
    ) async throws(EngineError) -> EngineAnswer {
        let name = "\(method) \(uri.prefix { $0 != "?" })"
        let limit = limit ?? configuration.timeLimit
        do {
            return try await once(method, uri, body, name, limit)
        } catch  where method == "GET" && Self.isLoss(error) && !Task.isCancelled {
            // The engine closed a connection that was idle.
            do { return try await once(method, uri, body, name, limit) } catch { throw explained(error, name, limit) }
        } catch {
            throw explained(error, name, limit)
        }
    }

    private func once(
        _ method: String,
        _ uri: String,
        _ body: [UInt8]?,
        _ name: String,
        _ limit: Duration
    ) async throws -> EngineAnswer {
        var request = HTTPClientRequest(url: base + uri)
        request.method = HTTPMethod(rawValue: method)
        request.headers.add(name: "Host", value: "docker")
        request.headers.add(name: "User-Agent", value: "diycloud-bridge")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let largest = configuration.largestAnswer
        // AsyncHTTPClient's own deadline ends with the head of the answer: a body may trickle for ever.
        return try await withThrowingTaskGroup(of: EngineAnswer?.self) { [request, http] group in
            group.addTask {
                let response = try await http.execute(request, deadline: .distantFuture)
                let bytes = try await response.body.collect(upTo: largest)
                return EngineAnswer(
                    call: name,
                    status: Int(response.status.code),
                    headers: response.headers.map { (name: $0.name, value: $0.value) },
                    body: Array(bytes.readableBytesView)
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

    /// Whether a connection stood and then broke.
    private static func isLoss(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError: error == .remoteConnectionClosed
        case let error as IOError: error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
        case let error as ChannelError: error == .ioOnClosedChannel || error == .eof
        default: false
        }
    }

    private func explained(_ error: any Error, _ call: String, _ limit: Duration) -> EngineError {
        let socket = configuration.socket
        switch error {
        case is NIOTooManyBytesError:
            return .garbled(call: call, reason: "it is larger than \(configuration.largestAnswer >> 20) MiB")
        case let error as HTTPParserError: return .garbled(call: call, reason: "it is no HTTP (\(error))")
        case let error as HTTPClientError where error == .deadlineExceeded:
            return .tooSlow(call: call, seconds: Int(limit.components.seconds))
        case let error as IOError where error.errnoCode == ENOENT: return .socketMissing(path: socket)
        case let error as IOError where error.errnoCode == EACCES: return .noPermission(path: socket)
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return .away(path: socket, reason: "nobody listens")
        default: return .away(path: socket, reason: "\(error)".oneLine)
        }
    }
}

extension String {
    /// Everything but the unreserved characters of RFC 3986 §2.3 escaped.
    var percentEncoded: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

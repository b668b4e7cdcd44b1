import Identity
import StoreProtocol
import TestSupport
import Testing
import WorkerFrames

@Suite("Frames of the store worker")
struct StoreFrameTests {
    private static let token = String(repeating: "aB3_-", count: 8) + "xyz"

    private static let changes: [StoreChange] = [
        .active(true), .active(false),
        .quota(cpuCores: 1.5, memory: .gibibytes(2), disk: .gibibytes(10), gpu: true),
        .quota(cpuCores: nil, memory: nil, disk: ByteCount(bytes: .max), gpu: false),
        .quota(cpuCores: -.infinity, memory: ByteCount(bytes: 0), disk: nil, gpu: nil),
    ]

    private func payload(_ frame: [UInt8]?) throws -> [UInt8] {
        Array(try #require(frame).dropFirst(Frame.headerLength))
    }

    private func request(_ payload: [UInt8]) throws -> StoreRequest {
        try payload.withUnsafeBytes { try StoreRequest(payload: $0) }
    }

    private func response(_ payload: [UInt8]) throws -> StoreResponse {
        try payload.withUnsafeBytes { try StoreResponse(payload: $0) }
    }

    @Test("requests and answers come back as they were sent", arguments: changes)
    func roundTrip(change: StoreChange) throws {
        let sent = StoreRequest(token: Self.token, user: try UserName("bob"), change: change)
        #expect(try request(try payload(sent.frame())) == sent)
        for answer in [StoreResponse.done] + StoreRefusal.allCases.map({ .refused($0, "Why, for \($0): é") }) {
            #expect(try response(try payload(answer.frame())) == answer)
        }
    }

    @Test("a token of another length is not sent, and printing a request does not tell it")
    func token() throws {
        let user = try UserName("bob")
        #expect(StoreRequest(token: Self.token + "x", user: user, change: .active(true)).frame() == nil)
        #expect(StoreRequest(token: "", user: user, change: .active(true)).frame() == nil)
        let request = StoreRequest(token: Self.token, user: user, change: .active(true))
        var dumped = ""
        dump(request, to: &dumped)
        #expect(!"\(request) \(String(reflecting: request)) \(dumped)".contains(Self.token))
    }

    @Test("a sentence is cut to what fits")
    func sentence() throws {
        let answer = StoreResponse.refused(.unavailable, String(repeating: "é", count: 4000))
        guard case .refused(_, let read) = try response(try payload(answer.frame())) else {
            Issue.record("no refusal")
            return
        }
        #expect(read.utf8.count == StoreResponse.maximumSentence)
    }

    @Test("another version or kind, a name that is none, a missing and a trailing byte are refused as what they are")
    func refusals() throws {
        let good = try payload(
            StoreRequest(token: Self.token, user: try UserName("bob"), change: .active(true)).frame()
        )
        func error(_ payload: [UInt8]) -> FrameError? {
            do {
                _ = try request(payload)
                return nil
            } catch { return error as? FrameError }
        }
        func changed(_ index: Int, _ value: UInt8) -> [UInt8] {
            var bytes = good
            bytes[index] = value
            return bytes
        }
        #expect(error(good) == nil)
        #expect(error(changed(0, 2)) == .unsupportedVersion(2))
        #expect(error(changed(1, 3)) == .unknownKind(3))
        #expect(error(changed(3, 44)) == .badValue(field: "token"))
        #expect(error(changed(good.count - 2, UInt8(ascii: "/"))) == .badValue(field: "user"))
        #expect(error(changed(good.count - 1, 2)) == .badValue(field: "active"))
        #expect(error(good.dropLast()) == .truncated)
        #expect(error(good + [0]) == .trailingBytes)
    }

    @Test("bytes from anybody are read or refused, never trapped on", arguments: 0..<8 as Range<UInt64>)
    func fuzz(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var seeds = try Self.changes.map {
            try payload(StoreRequest(token: Self.token, user: try UserName("bob"), change: $0).frame())
        }
        seeds.append(try payload(StoreResponse.done.frame()))
        seeds.append(try payload(StoreResponse.refused(.badValue, "why").frame()))
        for _ in 0..<4000 {
            var payload = seeds[Int.random(in: 0..<seeds.count, using: &generator)]
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !payload.isEmpty {
                let index = Int.random(in: 0..<payload.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: payload[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: payload.remove(at: index)
                default: payload.insert(UInt8.random(in: 0...255, using: &generator), at: index)
                }
            }
            if let read = try? request(payload) { #expect(try self.payload(read.frame()) == payload) }
            if let read = try? response(payload) { #expect(try self.payload(read.frame()) == payload) }
        }
    }
}

import Identity
import QuotaProtocol
import TestSupport
import Testing
import WorkerFrames

@Suite("Frames of the quota worker")
struct QuotaFrameTests {
    private func request(_ frame: [UInt8]) throws -> QuotaRequest {
        try Array(frame.dropFirst(Frame.headerLength)).withUnsafeBytes { try QuotaRequest(payload: $0) }
    }

    private func response(_ frame: [UInt8]) throws -> QuotaResponse {
        try Array(frame.dropFirst(Frame.headerLength)).withUnsafeBytes { try QuotaResponse(payload: $0) }
    }

    @Test("questions and answers come back as they were sent")
    func roundTrip() throws {
        let question = QuotaRequest(uids: [1000, 0, .max])
        let asked = try #require(question.frame())
        #expect(try request(asked) == question)
        let answer = QuotaResponse(entries: [
            .init(uid: 1000, use: DiskUse(used: .mebibytes(3), limit: .gibibytes(5), unit: 1024)),
            .init(uid: 1001, use: .unknown("no such account")),
            .init(uid: 1002, use: DiskUse(used: ByteCount(bytes: .max), limit: nil)),
        ])
        let answered = try #require(answer.frame())
        #expect(try response(answered) == answer)
    }

    @Test("the largest question and its longest answer fit a frame, one more uid does not")
    func largest() throws {
        let uids = Array(UInt32(1000)..<UInt32(1000 + QuotaRequest.maximumPeople))
        #expect(QuotaRequest(uids: uids).frame() != nil)
        #expect(QuotaRequest(uids: uids + [1]).frame() == nil)
        let use = DiskUse(
            used: ByteCount(bytes: .max),
            limit: ByteCount(bytes: .max),
            unit: .max,
            problem: String(repeating: "é", count: 1000)
        )
        let answer = QuotaResponse(entries: uids.map { .init(uid: $0, use: use) })
        let frame = try #require(answer.frame())
        #expect(try response(frame) == answer)
    }

    @Test("a problem is one line, however a mount is called")
    func oneLine() {
        let problem = DiskUse.unknown("mount\n\u{1b}[2Jx" + String(repeating: "y", count: 500)).problem ?? ""
        #expect(problem.hasPrefix("mount  [2Jx") && problem.utf8.count == DiskUse.maximumProblem)
    }

    @Test("a limit counts as set when it is the quota rounded up to what the file system stores")
    func rounding() throws {
        let quota = try #require(ByteCount(bytes: 5_000_001))
        func set(_ bytes: Int64, unit: UInt32) -> Bool {
            DiskUse(used: nil, limit: ByteCount(bytes: bytes), unit: unit).isSet(to: quota)
        }
        #expect(set(5_000_001, unit: 1) && !set(5_000_002, unit: 1) && !set(5_000_000, unit: 1024))
        #expect(set(4883 * 1024, unit: 1024) && !set(4884 * 1024, unit: 1024))
    }

    @Test("another version, another kind, too many uids, a missing and a trailing byte are refused as what they are")
    func refusals() {
        func refusal(of payload: [UInt8]) -> FrameError? {
            do throws(FrameError) {
                let result = payload.withUnsafeBytes { raw in
                    Result { () throws(FrameError) in try QuotaRequest(payload: raw) }
                }
                _ = try result.get()
                return nil
            } catch { return error }
        }
        #expect(refusal(of: [2, 1]) == .unsupportedVersion(2))
        #expect(refusal(of: [1, 2]) == .unknownKind(2))
        #expect(refusal(of: [1, 1, 1, 1]) == .badValue(field: "uids"))
        #expect(refusal(of: [1, 1, 0, 1, 0, 0, 3]) == .truncated)
        #expect(refusal(of: [1, 1, 0, 0, 9]) == .trailingBytes)
    }

    @Test("bytes from anybody are read or refused, never trapped on", arguments: 0..<8 as Range<UInt64>)
    func fuzz(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let true1 = try #require(QuotaRequest(uids: [1000, 1001]).frame())
        let use = DiskUse(used: .mebibytes(3), limit: .gibibytes(5), unit: 1024, problem: "why")
        let true2 = try #require(QuotaResponse(entries: [.init(uid: 7, use: use)]).frame())
        for _ in 0..<4000 {
            var payload = Array([true1, true2][Int.random(in: 0...1, using: &generator)].dropFirst(Frame.headerLength))
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !payload.isEmpty {
                let index = Int.random(in: 0..<payload.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: payload[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: payload.remove(at: index)
                default: payload.insert(UInt8.random(in: 0...255, using: &generator), at: index)
                }
            }
            payload.withUnsafeBytes { raw in
                if let read = try? QuotaRequest(payload: raw) { #expect(read.frame() != nil) }
                if let read = try? QuotaResponse(payload: raw) { #expect(read.frame() != nil) }
            }
        }
    }
}

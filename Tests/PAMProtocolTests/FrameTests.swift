import Identity
import Testing
import WorkerFrames

@testable import PAMProtocol

@Suite("Frames")
struct FrameTests {
    @Test("each request comes back as it was sent")
    func requestsComeBack() throws {
        for request in try Samples.requests() {
            let frame = try #require(request.frame())
            let back = try Array(frame.dropFirst(Frame.headerLength)).withUnsafeBytes { try PAMRequest(payload: $0) }
            #expect(back == request)
        }
    }

    @Test("each response comes back as it was sent")
    func responsesComeBack() throws {
        for response in try Samples.responses() {
            let frame = try #require(response.frame())
            let back = try Array(frame.dropFirst(Frame.headerLength)).withUnsafeBytes { try PAMResponse(payload: $0) }
            #expect(back == response)
        }
    }

    @Test("lengths of 0, over the limit, and over 32 bits' sign are refused before anything is allocated")
    func badLengths() throws {
        let headers: [[UInt8]] = [[0, 0, 0, 0], [0, 1, 0, 1], [255, 255, 255, 255], [128, 0, 0, 0]]
        for header in headers {
            #expect(throws: FrameError.self) { try header.withUnsafeBytes { _ = try Frame.payloadLength(header: $0) } }
        }
        let largest: [UInt8] = [0, 1, 0, 0]
        #expect(try largest.withUnsafeBytes { try Frame.payloadLength(header: $0) } == Frame.maximumPayload)
    }

    @Test("another version, an unknown kind, trailing bytes and a bad name are refused as what they are")
    func refusals() {
        func refusal(of payload: [UInt8]) -> FrameError? {
            do {
                try payload.withUnsafeBytes { _ = try PAMRequest(payload: $0) }
                return nil
            } catch { return error as? FrameError }
        }
        #expect(refusal(of: [2, 3]) == .unsupportedVersion(2))
        #expect(refusal(of: [1, 99]) == .unknownKind(99))
        #expect(refusal(of: [1, 3, 0]) == .trailingBytes)
        #expect(refusal(of: [1, 4, 0, 1, 0, 2, 0x2d, 0x72]) == .badValue(field: "user"))
        #expect(refusal(of: [1, 2, 0, 1, 0, 2, 0x61, 0]) == .badValue(field: "answer"))
        #expect(refusal(of: [1, 2, 0xff, 0xff]) == .badValue(field: "answers"))
    }

    @Test("the largest answers to each request fit a frame")
    func largestFit() throws {
        let names = try (0..<PAMRequest.maximumUsers).map {
            try UserName("u" + String(repeating: "x", count: 27) + String(1000 + $0).suffix(4))
        }
        #expect(PAMRequest.inspect(names).frame() != nil)
        let state = AccountState(exists: true, uid: .max, locked: true, expired: true, expiryDay: .max, hasShadow: true)
        let accounts = PAMResponse.accounts(Dictionary(uniqueKeysWithValues: names.map { ($0, state) }))
        #expect(accounts.frame() != nil)
        let text = String(repeating: "é", count: 2000)
        let questions = (0..<100).map { _ in Question(kind: .hidden, text: text) }
        #expect(PAMResponse.step(.questions(questions, purpose: .authentication)).frame() != nil)
        #expect(PAMRequest.inspect(names + names).frame() == nil)
    }
}

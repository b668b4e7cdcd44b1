import Identity
import Testing
import WorkerFrames

@testable import PAMProtocol

/// Bytes from a small generator that repeats itself, so that a failure can be run again.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

@Suite("Frames from anybody")
struct FrameFuzzTests {
    /// Reads as both kinds of message; what can be read must come back the same when it is written and read again.
    private func readBothWays(_ payload: [UInt8]) {
        payload.withUnsafeBytes { raw in
            if let request = try? PAMRequest(payload: raw), let frame = request.frame() {
                #expect(reread(frame) { raw throws(FrameError) in try PAMRequest(payload: raw) } == request)
            }
            if let response = try? PAMResponse(payload: raw), let frame = response.frame() {
                #expect(reread(frame) { raw throws(FrameError) in try PAMResponse(payload: raw) } == response)
            }
        }
    }

    private func reread<Message>(
        _ frame: [UInt8],
        _ decode: (UnsafeRawBufferPointer) throws(FrameError) -> Message
    ) -> Message? {
        frame.withUnsafeBytes { raw in
            let header = UnsafeRawBufferPointer(rebasing: raw.prefix(Frame.headerLength))
            guard let length = try? Frame.payloadLength(header: header), length == raw.count - Frame.headerLength else {
                return nil
            }
            return try? decode(UnsafeRawBufferPointer(rebasing: raw.dropFirst(Frame.headerLength)))
        }
    }

    @Test("random bytes are never read past their end", arguments: 0..<8)
    func randomBytes(seed: Int) {
        var generator = SplitMix64(state: UInt64(seed))
        for _ in 0..<5_000 {
            let length = Int.random(in: 0..<80, using: &generator)
            var payload = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            // Mostly a right version and kind, or nothing behind them would ever be looked at.
            if length > 1, Bool.random(using: &generator) {
                payload[0] = Frame.version
                payload[1] = UInt8.random(in: 0...6, using: &generator)
            }
            readBothWays(payload)
        }
    }

    @Test(
        "true frames with a few changed, missing or added bytes are read or refused, never trapped on",
        arguments: 0..<8
    )
    func mutatedFrames(seed: Int) throws {
        var generator = SplitMix64(state: UInt64(seed) &+ 1000)
        let frames = try Samples.requests().compactMap { $0.frame() } + Samples.responses().compactMap { $0.frame() }
        for _ in 0..<3_000 {
            var payload = Array((frames.randomElement(using: &generator) ?? []).dropFirst(Frame.headerLength))
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !payload.isEmpty {
                let index = payload.indices.randomElement(using: &generator) ?? 0
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: payload[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: payload.remove(at: index)
                default: payload.insert(UInt8.random(in: 0...255, using: &generator), at: index)
                }
            }
            readBothWays(payload)
        }
    }

    @Test("each beginning of a true frame is refused as truncated")
    func everyPrefix() throws {
        for frame in try Samples.requests().compactMap({ $0.frame() }) {
            let payload = frame.dropFirst(Frame.headerLength)
            for length in 0..<payload.count {
                #expect(throws: FrameError.truncated) {
                    try Array(payload.prefix(length)).withUnsafeBytes { _ = try PAMRequest(payload: $0) }
                }
            }
        }
    }
}

import Glibc

/// Frames over a connected stream socket, by blocking calls. The worker waits without end (its kill timer watches it); `serve` waits
/// on a thread of its own, up to a deadline.
public struct FrameSocket: Sendable {
    public let descriptor: Int32

    public init(descriptor: Int32) { self.descriptor = descriptor }

    /// Sends a frame and overwrites it.
    public func send(_ frame: inout [UInt8], before deadline: ContinuousClock.Instant? = nil) throws(FrameSocketError) {
        defer { frame.wipe() }
        var sent = 0
        while sent < frame.count {
            try wait(for: Int16(POLLOUT), before: deadline)
            let result = frame.withUnsafeBytes { bytes in
                // No SIGPIPE when the other side is gone, without touching signal dispositions that PAM modules inherit.
                Glibc.send(
                    descriptor,
                    bytes.baseAddress.map { $0 + sent },
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                )
            }
            if result > 0 { sent += result } else { try Self.retry() }
        }
    }

    /// Receives one message; `nil` if the other side hung up between two messages. The bytes received are overwritten.
    public func receive<Message>(
        before deadline: ContinuousClock.Instant? = nil,
        _ decode: (UnsafeRawBufferPointer) throws(FrameError) -> Message
    ) throws(FrameSocketError) -> Message? {
        guard var header = try read(Frame.headerLength, before: deadline) else { return nil }
        let length = try Self.decoded(&header, Frame.payloadLength)
        guard var payload = try read(length, before: deadline) else { throw .closed }
        return try Self.decoded(&payload, decode)
    }

    private static func decoded<Message>(
        _ bytes: inout [UInt8],
        _ decode: (UnsafeRawBufferPointer) throws(FrameError) -> Message
    ) throws(FrameSocketError) -> Message {
        defer { bytes.wipe() }
        let result = bytes.withUnsafeBytes { raw in Result { () throws(FrameError) in try decode(raw) } }
        switch result {
        case .success(let message): return message
        case .failure(let error): throw .malformed(error)
        }
    }

    /// Exactly `count` bytes, or `nil` if the stream ended before the first of them.
    private func read(_ count: Int, before deadline: ContinuousClock.Instant?) throws(FrameSocketError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            try wait(for: Int16(POLLIN), before: deadline)
            let result = bytes.withUnsafeMutableBytes { buffer in
                recv(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, Int32(MSG_DONTWAIT))
            }
            if result > 0 { filled += result; continue }
            guard result == 0 else {
                try Self.retry()
                continue
            }
            bytes.wipe()
            guard filled == 0 else { throw .closed }
            return nil
        }
        return bytes
    }

    private func wait(for event: Int16, before deadline: ContinuousClock.Instant?) throws(FrameSocketError) {
        var entry = pollfd(fd: descriptor, events: event, revents: 0)
        while true {
            var milliseconds: Int32 = -1
            if let deadline {
                let left = ContinuousClock.now.duration(to: deadline)
                guard left > .zero else { throw .timedOut }
                milliseconds = Int32(clamping: left / .milliseconds(1) < 1 ? 1 : Int64(left / .milliseconds(1)))
            }
            let ready = poll(&entry, 1, milliseconds)
            if ready > 0 { return }
            if ready < 0, errno != EINTR { throw .system(errno: errno) }
        }
    }

    /// Throws unless the last call is worth another try.
    private static func retry() throws(FrameSocketError) {
        switch errno {
        case EINTR, EAGAIN: return
        case EPIPE, ECONNRESET: throw .closed
        case let number: throw .system(errno: number)
        }
    }
}

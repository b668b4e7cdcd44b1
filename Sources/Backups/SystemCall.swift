import Glibc

/// What errno says, in words.
enum SystemCall {
    static var lastReason: String { reason(errno) }

    static func reason(_ code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        _ = strerror_r(code, &buffer, buffer.count)
        return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } } ?? "errno \(code)"
    }
}

import Glibc

/// The kernel's answers in words.
enum Kernel {
    /// strerror_r(3) of an errno.
    static func sentence(_ code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress else { return "errno \(code)" }
            return strerror_r(code, start, buffer.count) == 0 ? String(cString: start) : "errno \(code)"
        }
    }
}

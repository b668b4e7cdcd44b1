import CPrivilege

/// A password or another answer on its way to PAM: bytes that are overwritten when the last holder lets go.
///
/// Its description never shows the bytes.
///
/// - Note: `@unchecked Sendable`: the memory is written once, in `init`, before anybody else can hold the object, only read until
///   `deinit`, and there nobody else holds it any more.
public final class Secret: @unchecked Sendable {
    /// The most bytes that PAM takes: PAM_MAX_RESP_SIZE (512, `_pam_types.h`) less the NUL, and crypt(3)'s limit.
    public static let maximumLength = 511

    private let storage: UnsafeMutableRawBufferPointer

    /// The number of bytes.
    public var count: Int { storage.count }

    /// - Parameter bytes: 0 to ``maximumLength`` bytes without NUL.
    public init(_ bytes: some Collection<UInt8>) throws(SecretError) {
        guard bytes.count <= Self.maximumLength else { throw .tooLong(length: bytes.count) }
        // C strings end at a NUL, so `secret\0tail` would be checked as `secret`.
        guard !bytes.contains(0) else { throw .containsNUL }
        storage = .allocate(byteCount: bytes.count, alignment: 1)
        storage.copyBytes(from: bytes)
    }

    /// - Parameter text: 0 to ``maximumLength`` bytes of UTF-8 without NUL.
    public convenience init(_ text: String) throws(SecretError) { try self.init(text.utf8) }

    /// - Parameter password: like ``init(_:)``, but not empty: with `nullok` and an empty hash PAM would let anybody in.
    public convenience init(password: String) throws(SecretError) {
        guard !password.isEmpty else { throw .empty }
        try self.init(password.utf8)
    }

    deinit {
        cprivilege_wipe(storage.baseAddress, storage.count)
        storage.deallocate()
    }

    /// Gives the bytes to `body`, which must not keep them.
    public func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        body(UnsafeRawBufferPointer(storage))
    }
}

extension Secret: Equatable {
    /// Looks at every byte wherever the first difference is.
    public static func == (left: Secret, right: Secret) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left.storage, right.storage).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension Secret: CustomStringConvertible, CustomReflectable {
    public var description: String { "(secret)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

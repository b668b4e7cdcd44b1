import CPrivilege

/// Puts fields one after the other, then a header in front.
///
/// The buffer is taken large enough at once, so that growing leaves no copies of secrets behind.
package struct FrameWriter {
    private var bytes: [UInt8]

    package init(kind: UInt8, reserving capacity: Int) {
        bytes = []
        bytes.reserveCapacity(Frame.headerLength + 2 + capacity)
        bytes.append(contentsOf: repeatElement(0, count: Frame.headerLength))
        bytes.append(Frame.version)
        bytes.append(kind)
    }

    package mutating func byte(_ value: UInt8) { bytes.append(value) }

    package mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    package mutating func count(_ value: Int) {
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    package mutating func integer(_ value: some FixedWidthInteger & UnsignedInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func text(_ value: String, atMost limit: Int) {
        let kept = value.cut(toUTF8: limit)
        count(kept.utf8.count)
        bytes.append(contentsOf: kept.utf8)
    }

    package mutating func raw(_ value: UnsafeRawBufferPointer) { bytes.append(contentsOf: value) }

    /// The whole frame; `nil` if it would be longer than the other side takes.
    package consuming func frame() -> [UInt8]? {
        let length = bytes.count - Frame.headerLength
        guard length <= Frame.maximumPayload else {
            bytes.wipe()
            return nil
        }
        for index in 0..<Frame.headerLength {
            bytes[index] = UInt8(truncatingIfNeeded: length >> (8 * (Frame.headerLength - 1 - index)))
        }
        return bytes
    }
}

extension [UInt8] {
    /// Overwrites what a frame with secrets held.
    package mutating func wipe() {
        withUnsafeMutableBytes { cprivilege_wipe($0.baseAddress, $0.count) }
    }
}

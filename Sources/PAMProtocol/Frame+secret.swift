import WorkerFrames

extension FrameReader {
    mutating func secret(_ field: String) throws(FrameError) -> Secret {
        let raw = try bytes(try count(atMost: Secret.maximumLength, field))
        do { return try Secret(raw) } catch { throw .badValue(field: field) }
    }
}

extension FrameWriter {
    mutating func secret(_ value: Secret) {
        count(value.count)
        value.withBytes { raw($0) }
    }
}

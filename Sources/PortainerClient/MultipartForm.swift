/// A form with files (RFC 7578).
struct MultipartForm: Sendable {
    let boundary: String
    private(set) var bytes: [UInt8] = []

    /// The boundary has 128 random bits, so that no part holds it.
    init() {
        let random = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }
        boundary = "diycloud-" + random.joined()
    }

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// - Parameters: `name` is a constant of the caller's.
    mutating func add(_ name: String, _ value: String) { add(name, file: nil, Array(value.utf8)) }

    /// - Parameter file: the name of the file; a constant of the caller's.
    mutating func add(_ name: String, file: String?, _ content: [UInt8]) {
        var head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\""
        if let file { head += "; filename=\"\(file)\"\r\nContent-Type: application/octet-stream" }
        bytes += Array((head + "\r\n\r\n").utf8) + content + Array("\r\n".utf8)
    }

    /// The form as it is sent.
    var whole: [UInt8] { bytes + Array("--\(boundary)--\r\n".utf8) }
}

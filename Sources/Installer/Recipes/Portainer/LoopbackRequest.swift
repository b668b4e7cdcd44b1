import Foundation
import Glibc

/// One GET at a port of 127.0.0.1 or another address of this host: enough to see whether a service answers (RFC 9112, HTTP/1.0).
struct LoopbackRequest: Sendable {
    struct Answer: Sendable, Equatable {
        let status: Int
        let body: String
    }

    let address: String
    let port: UInt16

    init(address: String = "127.0.0.1", port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Whether something accepts a connection.
    var isOpen: Bool {
        guard let descriptor = connected() else { return false }
        close(descriptor)
        return true
    }

    /// - Returns: nil when nothing answers within a few seconds, or not in HTTP. At most 64 KiB are read.
    func get(_ path: String) -> Answer? {
        guard let descriptor = connected() else { return nil }
        defer { close(descriptor) }
        let request = Array("GET \(path) HTTP/1.0\r\nHost: \(address):\(port)\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(truncatingIfNeeded: Int(MSG_NOSIGNAL))) == request.count
        else { return nil }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 65_536 {
            let count = recv(descriptor, &part, part.count, 0)
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        return Self.answer(in: String(decoding: bytes, as: UTF8.self))
    }

    static func answer(in text: String) -> Answer? {
        let words = text.prefix { $0 != "\r\n" && $0 != "\n" }.split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { return nil }
        let body = text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
        return Answer(status: status, body: body)
    }

    private func connected() -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var limit = timeval(tv_sec: 3, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        // From 127.0.0.1 in any case. What comes from an address of a Docker network and does not leave by its bridge is masqueraded:
        // it would arrive from an outer address of this host, which the units of the bridge let nothing in from.
        guard var ours = Self.place("127.0.0.1", 0), var theirs = Self.place(address, port),
            Self.call(bind, descriptor, &ours), Self.call(connect, descriptor, &theirs)
        else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func place(_ address: String, _ port: UInt16) -> sockaddr_in? {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        return inet_pton(AF_INET, address, &place.sin_addr) == 1 ? place : nil
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32,
        _ descriptor: Int32,
        _ place: inout sockaddr_in
    ) -> Bool {
        withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

import Hummingbird
import NIOCore

extension Request {
    /// The whole body.
    /// - Parameter limit: the most bytes that are taken.
    /// - Throws: ``Problem`` of kind `too-large`, before the body is read where its length is announced.
    func boundedBody(limit: Int) async throws -> ByteBuffer {
        let tooLarge = Problem(.contentTooLarge, .tooLarge, "The body is larger than \(limit) bytes.")
        if let announced = headers[.contentLength].flatMap({ Int($0) }), announced > limit { throw tooLarge }
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
    }
}

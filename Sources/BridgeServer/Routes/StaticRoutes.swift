import Hummingbird
import NIOCore
import Pages

/// The files that the pages refer to: a style sheet and an icon. They never differ within a version and may be kept.
enum StaticRoutes {
    static func response(_ file: StaticFile) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: file.contentType, .cacheControl: "public, max-age=86400"],
            body: .init(byteBuffer: ByteBuffer(bytes: file.bytes))
        )
    }
}

import Hummingbird
import NIOCore
import Pages

/// The one style sheet of the pages.
enum StyleSheetRoute {
    static var response: Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/css; charset=utf-8", .cacheControl: "public, max-age=3600"],
            body: .init(byteBuffer: ByteBuffer(string: StyleSheet.text))
        )
    }
}

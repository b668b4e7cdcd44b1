/// A file that the pages need, compiled into the program.
public struct StaticFile: Sendable {
    /// Where the server answers with it: `/static/bridge.css`.
    public let path: String
    /// The value of `Content-Type`.
    public let contentType: String
    public let bytes: [UInt8]
    /// A mark of the content, which changes with it; fit for an `ETag` (in quotes).
    public let version: String

    /// ``path`` with the version as query, as pages link it: what it names never changes, so it may be cached for ever.
    public var url: String { "\(path)?v=\(version)" }

    /// The style of every page.
    public static let stylesheet = StaticFile(
        path: "/static/bridge.css",
        contentType: "text/css; charset=utf-8",
        bytes: PackageResources.bridge_css
    )
    /// The icon in the browser's tab.
    public static let icon = StaticFile(
        path: "/static/icon.svg",
        contentType: "image/svg+xml",
        bytes: PackageResources.icon_svg
    )
    /// All of them.
    public static let all = [stylesheet, icon]

    private init(path: String, contentType: String, bytes: [UInt8]) {
        self.path = path
        self.contentType = contentType
        self.bytes = bytes
        // FNV-1a: no secret depends on it, it only has to differ when the file does.
        let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        version = String(hash, radix: 16)
    }
}

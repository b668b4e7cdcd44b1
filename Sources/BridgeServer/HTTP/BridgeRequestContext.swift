package import Hummingbird
import Identity
package import NIOCore

/// What routes know of a request beside its head and body.
package struct BridgeRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The connection that the request came on.
    package let channel: any Channel
    /// The service whose token the request showed; set by ``ServiceTokenMiddleware``.
    package var service: String?

    package init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.channel = source.channel
    }

    /// The most bytes that Hummingbird's own decoders take.
    package var maxUploadSize: Int { 64 * 1024 }
}

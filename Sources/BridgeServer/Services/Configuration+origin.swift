import BridgeConfiguration

extension Configuration {
    /// Whether a service has the origin of our own pages, so that what it serves can read what we answer to scripts.
    /// - Parameter origin: of our pages as the browser sees them; `nil` when unknown.
    func sharesOrigin(_ origin: String?) -> Bool {
        services.values.contains { service in
            guard !service.url.hasPrefix("/"), let origin = origin ?? `public`.url else { return true }
            return service.url == origin || service.url.lowercased().hasPrefix(origin.lowercased() + "/")
        }
    }
}

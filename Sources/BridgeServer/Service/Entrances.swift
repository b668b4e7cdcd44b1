/// What only root could open; it comes in from whoever started this process.
package struct Entrances: Sendable {
    let proxy: ListenSocket
    let services: ListenSocket
    /// Who may connect to the proxy's unix socket; `nil` takes whom the file mode lets in.
    let proxyPeers: PeerRule?
    /// What nginx shows on a TCP listener.
    let proxySecret: String?
    /// The secret of each service, by its name.
    let serviceTokens: [String: String]
    /// What Portainer's server shows when it redeems a code; `nil` where there is no Portainer.
    let portainerSecret: String?

    package init(
        proxy: ListenSocket,
        services: ListenSocket,
        proxyPeers: PeerRule?,
        proxySecret: String?,
        serviceTokens: [String: String],
        portainerSecret: String? = nil
    ) {
        self.proxy = proxy
        self.services = services
        self.proxyPeers = proxyPeers
        self.proxySecret = proxySecret
        self.serviceTokens = serviceTokens
        self.portainerSecret = portainerSecret
    }
}

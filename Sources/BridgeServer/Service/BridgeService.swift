package import BridgeConfiguration
import Audit
import BridgeDatabase
import Credentials
import HostAccounts
import Identity
package import Logging
import NIOCore
import NIOPosix
import PAMClient
import Regulation
import ServiceLifecycle
import Sessions
import SignIn
import SwitchOff
import UserStore

/// The whole service, from open sockets to answers. Needs no privilege: everything that does was opened before.
package struct BridgeService: Sendable {
    /// What only root could open; it comes in from whoever started this process.
    package struct Entrances: Sendable {
        let proxy: ListenSocket
        let services: ListenSocket
        /// Who may connect to the proxy's unix socket; `nil` takes whom the file mode lets in.
        let proxyPeers: PeerRule?
        /// What nginx shows on a TCP listener.
        let proxySecret: String?
        /// The secret of each service.
        let serviceTokens: [String: String]

        package init(
            proxy: ListenSocket,
            services: ListenSocket,
            proxyPeers: PeerRule?,
            proxySecret: String?,
            serviceTokens: [String: String]
        ) {
            self.proxy = proxy
            self.services = services
            self.proxyPeers = proxyPeers
            self.proxySecret = proxySecret
            self.serviceTokens = serviceTokens
        }
    }

    let configuration: Configuration
    let configurationPath: String
    let entrances: Entrances
    let logger: Logger

    package init(configuration: Configuration, configurationPath: String, entrances: Entrances, logger: Logger) {
        self.configuration = configuration
        self.configurationPath = configurationPath
        self.entrances = entrances
        self.logger = logger
    }
}

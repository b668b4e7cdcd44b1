import BridgeConfiguration
import PAMClient
import Regulation
import Sessions
import SignIn

// What each part of the house is told of the configuration.

extension Duration {
    fileprivate var wholeSeconds: Int64 { components.seconds }
}

extension SessionRegister.Configuration {
    init(_ session: Configuration.Session) {
        self.init(
            idle: session.idle.wholeSeconds,
            lifetime: session.lifetime.wholeSeconds,
            perUser: session.perUser
        )
    }
}

extension Regulator.Configuration {
    init(_ regulation: Configuration.Regulation) {
        self.init(
            window: regulation.window.wholeSeconds,
            ban: regulation.ban.wholeSeconds,
            pairLimit: regulation.pair,
            clientLimit: regulation.client,
            accountLimit: regulation.account
        )
    }
}

extension PAMClient.Configuration {
    init(_ pam: Configuration.PAM) {
        self.init(
            socketPath: pam.workerSocket,
            workers: pam.workers,
            queueLimit: pam.queue,
            stepLimit: pam.stepLimit,
            conversationLimit: pam.conversationLimit
        )
    }
}

extension SignInConfiguration {
    init(_ configuration: Configuration) {
        self.init(
            usesPAM: configuration.authentication.sources.contains(.pam),
            usesStore: configuration.authentication.sources.contains(.store),
            minimumUID: configuration.authentication.minimumUID,
            failureDelay: configuration.regulation.failureDelay,
            conversationLimit: configuration.pam.conversationLimit
        )
    }
}

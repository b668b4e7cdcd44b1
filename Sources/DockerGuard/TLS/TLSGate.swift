import DockerCertificates
import Foundation
import Logging
import NIOSSL
import Synchronization

/// A certificate of the list, as its holder shows it.
private struct ListedCertificate: Hashable, Sendable {
    let name: String
    let serial: String
}

/// Our certificates as they are on disk now: the server's own, the authority that signs those of people, and the list of the valid ones.
///
/// A file that cannot be used lets nobody in; a server certificate that was renewed counts from the next connection on. It is renewed
/// in two files, one after the other: while they do not fit, the one before stays, unless the authority is another.
final class TLSGate: Sendable {
    private struct State {
        var marks: [FileMark?] = []
        var listMark: FileMark?
        /// Whether the list is another than when ``refresh()`` told of it last.
        var isListNews = false
        var wasRead = false
        var wasListRead = false
        var context: NIOSSLContext?
        /// Until when each certificate is good, in seconds since 1970.
        var valid: [ListedCertificate: Int64] = [:]
        var problem: String? = "the certificates have not been read yet"
    }

    private let directory: String
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter directory: holds `ca.pem`, `server.pem`, `server.key` and `valid.json`.
    init(directory: String, logger: Logger) {
        self.directory = directory
        self.logger = logger
    }

    /// For a new connection, by the files as they are at this moment: Portainer comes right after `sync-users` has written them.
    /// - Returns: `nil` while there is none that can be trusted.
    func contextNow() -> NIOSSLContext? {
        readContextIfChanged()
        return state.withLock { $0.context }
    }

    var problem: String? { state.withLock { $0.problem } }

    /// Whether a certificate is on the list, by name and serial, at `now` (seconds since 1970). One that is not may have come on it
    /// just now.
    func allows(name: String, serial: String, now: Int64) -> Bool {
        let holder = ListedCertificate(name: name, serial: serial)
        if state.withLock({ $0.valid[holder] }) == nil { readListIfChanged() }
        return state.withLock { $0.valid[holder] }.map { now <= $0 } ?? false
    }

    /// Looks at the files, and reads those that have changed.
    /// - Returns: whether the list of valid certificates is another than at the last call.
    @discardableResult
    func refresh() -> Bool {
        readContextIfChanged()
        readListIfChanged()
        return state.withLock { state in
            defer { state.isListNews = false }
            return state.isListNews
        }
    }

    private func readContextIfChanged() {
        let marks = ["ca.pem", "server.pem", "server.key"].map { FileMark("\(directory)/\($0)") }
        guard state.withLock({ !$0.wasRead || $0.marks != marks }) else { return }
        readContext(marks)
    }

    private func readListIfChanged() {
        let mark = FileMark("\(directory)/valid.json")
        guard state.withLock({ !$0.wasListRead || $0.listMark != mark }) else { return }
        readList(mark)
    }

    private func readContext(_ marks: [FileMark?]) {
        let outcome = Result { try makeContext() }
        state.withLock { state in
            let isSameAuthority = state.marks.first == marks.first && marks.first != .some(nil)
            state.marks = marks
            state.wasRead = true
            switch outcome {
            case .success(let context):
                state.context = context
                state.problem = nil
            case .failure(let error):
                if !isSameAuthority { state.context = nil }
                state.problem = "the certificates in \(directory) cannot be used: \(error)"
            }
        }
        let (problem, hasNone) = state.withLock { ($0.problem, $0.context == nil) }
        guard let problem else { return }
        logger.error(
            hasNone ? "nobody can come in by TLS" : "the server certificate before stays in use",
            metadata: ["reason": "\(problem)"]
        )
    }

    private func makeContext() throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile("\(directory)/server.pem").map {
            NIOSSLCertificateSource.certificate($0)
        }
        let key = try NIOSSLPrivateKey(file: "\(directory)/server.key", format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain,
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        // A client has no host name to check; that it shows a certificate at all is part of "full verification".
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile("\(directory)/ca.pem"))
        return try NIOSSLContext(configuration: configuration)
    }

    private func readList(_ mark: FileMark?) {
        let path = "\(directory)/valid.json"
        var valid: [ListedCertificate: Int64] = [:]
        do {
            let list = try ValidCertificates(json: Data(contentsOf: URL(fileURLWithPath: path)))
            for entry in list.certificates {
                valid[ListedCertificate(name: entry.name, serial: entry.serial)] = entry.notAfter
            }
        } catch {
            logger.error(
                "no client certificate counts; `diycloud-bridge sync-users --only docker` writes the list anew",
                metadata: ["file": "\(path)", "reason": "\(error)"]
            )
        }
        state.withLock { state in
            state.listMark = mark
            state.wasListRead = true
            state.isListNews = true
            state.valid = valid
        }
    }
}

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
        var wasRead = false
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

    /// For new connections; `nil` while there is none that can be trusted.
    var context: NIOSSLContext? { state.withLock { $0.context } }
    var problem: String? { state.withLock { $0.problem } }

    /// Whether a certificate is on the list, by name and serial, at `now` (seconds since 1970).
    func allows(name: String, serial: String, now: Int64) -> Bool {
        state.withLock { $0.valid[ListedCertificate(name: name, serial: serial)] }.map { now <= $0 } ?? false
    }

    /// Looks at the files, and reads those that have changed.
    /// - Returns: whether the list of valid certificates has.
    @discardableResult
    func refresh() -> Bool {
        let marks = ["ca.pem", "server.pem", "server.key"].map { FileMark("\(directory)/\($0)") }
        let listMark = FileMark("\(directory)/valid.json")
        let before = state.withLock { ($0.marks, $0.listMark, $0.wasRead) }
        if !before.2 || before.0 != marks { readContext(marks) }
        guard !before.2 || before.1 != listMark else { return false }
        readList(listMark)
        return true
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
        guard let problem else { return }
        logger.error(
            context == nil ? "nobody can come in by TLS" : "the server certificate before stays in use",
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
            state.valid = valid
        }
    }
}

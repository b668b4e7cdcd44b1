import Foundation
import Glibc
import X509

/// The files of the guard's certificate authority (key `docker.certificates`).
///
/// | file | mode | |
/// | --- | --- | --- |
/// | `ca.pem` | 0644 | what Portainer and the guard trust |
/// | `ca.key` | 0600 | root's alone |
/// | `server.pem`, `server.key` | 0640 | the guard's own |
/// | `clients/NAME.pem`, `clients/NAME.key` | 0600 | a person's, handed to Portainer |
/// | `valid.json` | 0640 | ``ValidCertificates`` |
///
/// Each file is replaced whole by rename(2). Nothing is remembered beside them, so a run that was killed anywhere is made good by the
/// next: a certificate without key, or one that the list does not name, is made anew.
public struct CertificateDirectory: Sendable {
    public let path: String
    /// The guard's group, which may read the server's key and the list; `nil` keeps them to the caller's own.
    private let group: UInt32?

    public init(path: String, group: UInt32? = nil) {
        self.path = path
        self.group = group
    }

    public var authorityPath: String { "\(path)/ca.pem" }
    public var listPath: String { "\(path)/valid.json" }
    public var serverCertificatePath: String { "\(path)/server.pem" }
    public var serverKeyPath: String { "\(path)/server.key" }

    /// - Parameter name: a name of the user store: letters, digits, `_`, `-`; never a path.
    public func clientCertificatePath(_ name: String) -> String { "\(path)/clients/\(name).pem" }

    public func clientKeyPath(_ name: String) -> String { "\(path)/clients/\(name).key" }

    /// What is there, and what is good.
    /// - Parameter serverNames: what the guard's certificate must name.
    /// - Throws: ``CertificateDirectoryError`` when what is there cannot be told. A missing directory is an empty one.
    public func standing(serverNames: [String]) throws(CertificateDirectoryError) -> CertificateStanding {
        guard let authority = try authority() else { return CertificateStanding() }
        var standing = CertificateStanding(authority: authority.issued)
        standing.server = pair(serverCertificatePath, serverKeyPath, of: authority) { certificate in
            let names = try? certificate.extensions.subjectAlternativeNames
            return Set(names ?? .init([])).isSuperset(of: serverNames.map(CertificateAuthority.generalName))
        }
        let list = try list()
        standing.listed = list.certificates
        for name in files() {
            standing.clients[name] = pair(clientCertificatePath(name), clientKeyPath(name), of: authority) {
                certificate in
                IssuedCertificate.commonName(of: certificate) == name
            }
        }
        return standing
    }

    /// The list of valid certificates; empty when there is none.
    public func list() throws(CertificateDirectoryError) -> ValidCertificates {
        guard let data = try read(listPath) else { return ValidCertificates([]) }
        do {
            return try ValidCertificates(json: data)
        } catch {
            throw .unusable(path: listPath, reason: "it is no list of certificates")
        }
    }

    // MARK: Changing

    /// Makes the authority anew. Whatever was signed before is worth nothing afterwards.
    public func makeAuthority(now: Int64) throws(CertificateDirectoryError) {
        try makeDirectories()
        try write(listPath, ValidCertificates([]))
        try made(authorityPath) {
            let authority = try CertificateAuthority(now: now)
            return [("\(path)/ca.key", try authority.keyPEM, 0o600), (authorityPath, authority.issued.pem, 0o644)]
        }
    }

    /// Makes the guard's own certificate.
    /// - Parameters:
    ///   - lifetime: in seconds.
    ///   - now: seconds since 1970.
    public func makeServer(_ names: [String], lifetime: Int64, now: Int64) throws(CertificateDirectoryError) {
        let authority = try needAuthority()
        try made(serverCertificatePath) {
            let new = try authority.server(names, lifetime: lifetime, now: now)
            return [(serverKeyPath, new.keyPEM, 0o640), (serverCertificatePath, new.certificate.pem, 0o640)]
        }
    }

    /// Makes people's certificates and lets them in. One that somebody had stays valid until ``settle(_:)`` drops it, so that who holds
    /// it can change over. The list is written once, after the files: a certificate that is not on it is made anew by the next run.
    /// - Parameters:
    ///   - lifetime: in seconds.
    ///   - now: seconds since 1970.
    public func makeClients(_ names: [String], lifetime: Int64, now: Int64) throws(CertificateDirectoryError) {
        let authority = try needAuthority()
        var entries = try list().certificates
        for name in names {
            var new: IssuedCertificate?
            try made(clientCertificatePath(name)) {
                let pair = try authority.client(name, lifetime: lifetime, now: now)
                new = pair.certificate
                return [
                    (clientKeyPath(name), pair.keyPEM, 0o600),
                    (clientCertificatePath(name), pair.certificate.pem, 0o600),
                ]
            }
            if let new { entries.append(.init(serial: new.serial, name: name, notAfter: new.notAfter)) }
        }
        try write(listPath, ValidCertificates(entries))
    }

    /// Takes a person's certificates off the list, and their files away.
    public func revoke(_ name: String) throws(CertificateDirectoryError) {
        try write(listPath, ValidCertificates(try list().certificates.filter { $0.name != name }))
        for file in [clientCertificatePath(name), clientKeyPath(name)] where unlink(file) != 0 && errno != ENOENT {
            throw .unwritable(path: file, reason: String(cString: strerror(errno)))
        }
    }

    /// Replaces the list.
    public func settle(_ entries: [ValidCertificates.Entry]) throws(CertificateDirectoryError) {
        try write(listPath, ValidCertificates(entries))
    }

    // MARK: Files

    private func authority() throws(CertificateDirectoryError) -> CertificateAuthority? {
        guard let certificate = try read(authorityPath), let key = try read("\(path)/ca.key") else { return nil }
        do {
            return try CertificateAuthority(
                certificatePEM: String(decoding: certificate, as: UTF8.self),
                keyPEM: String(decoding: key, as: UTF8.self)
            )
        } catch {
            // Half of a new one, or damaged: both are made good by a new one.
            return nil
        }
    }

    private func needAuthority() throws(CertificateDirectoryError) -> CertificateAuthority {
        guard let authority = try authority() else {
            throw .unusable(path: authorityPath, reason: "there is no authority yet")
        }
        return authority
    }

    private func pair(
        _ certificatePath: String,
        _ keyPath: String,
        of authority: CertificateAuthority,
        fits: (Certificate) -> Bool
    ) -> IssuedCertificate? {
        guard let data = try? read(certificatePath), let keyData = try? read(keyPath),
            let certificate = try? Certificate(pemEncoded: String(decoding: data, as: UTF8.self)),
            let key = try? Certificate.PrivateKey(pemEncoded: String(decoding: keyData, as: UTF8.self)),
            key.publicKey == certificate.publicKey, authority.signed(certificate), fits(certificate)
        else { return nil }
        return IssuedCertificate(certificate, pem: String(decoding: data, as: UTF8.self))
    }

    /// The people with files here.
    private func files() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/clients")) ?? []
        return names.filter { $0.hasSuffix(".pem") && !$0.hasPrefix(".") }.map { String($0.dropLast(4)) }.sorted()
    }

    private func read(_ file: String) throws(CertificateDirectoryError) -> Data? {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .unusable(path: file, reason: String(cString: strerror(errno)))
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            return try handle.read(upToCount: 16 << 20) ?? Data()
        } catch {
            throw .unusable(path: file, reason: "\(error)")
        }
    }

    private func makeDirectories() throws(CertificateDirectoryError) {
        for (directory, mode, group) in [(path, mode_t(0o750), group), ("\(path)/clients", 0o700, nil)] {
            if mkdir(directory, mode) == 0 {
                if let group { _ = chown(directory, uid_t.max, group) }
                _ = chmod(directory, mode)
            } else if errno != EEXIST {
                throw .unwritable(path: directory, reason: String(cString: strerror(errno)))
            }
            var status = stat()
            guard lstat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw .unsafe(path: directory, reason: "it is no directory")
            }
            guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
                throw .unsafe(path: directory, reason: "others may change it")
            }
        }
    }

    private func made(
        _ title: String,
        _ files: () throws -> [(path: String, text: String, mode: mode_t)]
    ) throws(CertificateDirectoryError) {
        try makeDirectories()
        let new: [(path: String, text: String, mode: mode_t)]
        do {
            new = try files()
        } catch {
            throw .unwritable(path: title, reason: "\(error)")
        }
        for file in new { try write(file.path, Data(file.text.utf8), mode: file.mode) }
    }

    private func write(_ file: String, _ list: ValidCertificates) throws(CertificateDirectoryError) {
        do {
            let data = try list.json()
            try write(file, data, mode: 0o640)
        } catch let error as CertificateDirectoryError {
            throw error
        } catch {
            throw .unwritable(path: file, reason: "\(error)")
        }
    }

    private func write(_ file: String, _ data: Data, mode: mode_t) throws(CertificateDirectoryError) {
        let temporary = "\(file).new"
        // What a killed run left behind; O_EXCL then makes sure that the file is ours.
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .unwritable(path: file, reason: String(cString: strerror(errno))) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: data)
            try handle.synchronize()
        } catch {
            unlink(temporary)
            throw .unwritable(path: file, reason: "\(error)")
        }
        let isShared = mode & 0o040 != 0
        guard group.map({ !isShared || fchown(descriptor, uid_t.max, $0) == 0 }) ?? true, fchmod(descriptor, mode) == 0,
            rename(temporary, file) == 0
        else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            throw .unwritable(path: file, reason: reason)
        }
    }
}

import AtomicFiles
import Foundation
import Glibc
import HostChanges
import HostPrograms
import ServiceUnits
import WebCertificate

/// The certificate of the web server: made here, given by an administrator, or from Let's Encrypt.
struct ServerCertificate {
    /// Certificate and key in one file, so that the two always belong together.
    static let ownFile = "/etc/diycloud-bridge/tls/server.pem"
    static let challenges = "/var/lib/diycloud-acme"
    /// A certificate of ours is renewed when it is good for less than that, in days.
    static let renewalTime = 30.0

    let host: Host
    /// The name that browsers use.
    let name: String

    init(on host: Host) {
        self.host = host
        name = host.options.hostName ?? host.facts.hostName
    }

    /// Where nginx finds it, certificate and key, as things are now. Until certbot has fetched one it is the self-signed one.
    var places: (certificate: String, key: String, isTrusted: Bool) {
        switch host.options.certificate {
        case .files(let certificate, let key): return (certificate, key, !isSelfSigned(certificate))
        case .certbot where isFetched: return ("\(live)/fullchain.pem", "\(live)/privkey.pem", true)
        case .certbot, .selfSigned: return (Self.ownFile, Self.ownFile, false)
        }
    }

    var wantsCertbot: Bool { if case .certbot = host.options.certificate { true } else { false } }

    /// Before nginx has files that name it.
    func stepsBefore() -> [any Step] {
        switch host.options.certificate {
        case .files(let certificate, let key): return [given(certificate, key)]
        case .selfSigned, .certbot:
            let directory = (Self.ownFile as NSString).deletingLastPathComponent
            return [
                DirectoryStep(.nginx, directory, mode: 0o700, holds: HostTrace.tree, on: host),
                selfSigned,
            ] + (wantsCertbot ? [DirectoryStep(.nginx, Self.challenges, holds: HostTrace.tree, on: host)] : [])
        }
    }

    /// Once nginx answers on port 80.
    func stepsAfter() -> [any Step] {
        guard case .certbot(let email) = host.options.certificate else { return [] }
        return [PackagesStep(.nginx, "Install certbot", [.certbot], on: host), fetched(email)]
    }

    // MARK: - Steps

    private var selfSigned: any Step {
        let change = PlannedChange(
            .file,
            "make a certificate for \(name), signed by itself",
            details: [
                "in \(Self.ownFile); browsers warn until somebody trusts it",
                "instead: --certificate FILE --key FILE, or --certbot MAIL",
            ]
        )
        return ProbedStep(
            .nginx,
            "Make a certificate",
            look: {
                if isFetched, wantsCertbot { return .done }
                guard let text = try? host.files.text(of: Self.ownFile), let own = try? WebCertificate(pem: text),
                    text.contains("PRIVATE KEY"), own.isGood(for: name, days: Self.renewalTime)
                else { return .needed([change]) }
                return .done
            },
            apply: { _ in
                let made = try WebCertificate.selfSigned(for: name)
                try AtomicFile(host.files.real(Self.ownFile)).replace(
                    Data((made.certificate.pem + made.key).utf8),
                    mode: 0o600
                )
                // nginx reads a certificate when it starts or is told to.
                try await host.record.change { $0.inputs["nginx:nginx"] = nil }
            }
        )
    }

    private func given(_ certificate: String, _ key: String) -> any Step {
        ProbedStep(
            .nginx,
            "Look at the certificate \(certificate)",
            look: {
                for path in [certificate, key] where access(host.files.real(path), R_OK) != 0 {
                    return .blocked("\(path) is not there. Name the files with --certificate FILE --key FILE")
                }
                let own: WebCertificate
                do {
                    own = try WebCertificate(pem: String(contentsOfFile: host.files.real(certificate), encoding: .utf8))
                } catch {
                    return .blocked("\(certificate): \(error)")
                }
                guard own.notAfter > Date() else {
                    return .blocked("\(certificate) expired at \(own.notAfter). Put a new one in its place")
                }
                guard own.isGood(for: name, days: 0) else {
                    let names = own.names.joined(separator: ", ")
                    return .blocked(
                        "\(certificate) is for \(names), not for \(name). Say the right name with --host-name"
                    )
                }
                return .done
            },
            apply: { _ in }
        )
    }

    /// By the webroot way, which needs no plugin and keeps certbot's hands off the configuration of nginx (certbot, "Webroot").
    private func fetched(_ email: String) -> any Step {
        ProbedStep(
            .nginx,
            "Get a certificate from Let's Encrypt",
            look: {
                if isFetched { return .done }
                return .needed([
                    PlannedChange(
                        .command,
                        "ask Let's Encrypt for a certificate for \(name)",
                        details: ["\(name) must lead to port 80 of this host from the Internet"]
                    )
                ])
            },
            traces: {
                [
                    .command(
                        id: "certbot:\(name)",
                        undo: [["certbot", "delete", "--non-interactive", "--cert-name", name]],
                        note: "certbot's certificate for \(name)"
                    )
                ]
            },
            apply: { report in
                report.say("certbot asks Let's Encrypt")
                let result = try await host.programs.run(
                    "certbot",
                    [
                        "certonly", "--non-interactive", "--agree-tos", "--email", email, "--webroot",
                        "--webroot-path", Self.challenges, "--cert-name", name, "--domain", name,
                        "--deploy-hook", "systemctl reload nginx.service",
                    ],
                    input: "",
                    timeLimit: .seconds(300)
                )
                report.output(result.output + result.errors)
            }
        )
    }

    private var live: String { "/etc/letsencrypt/live/\(name)" }
    private var isFetched: Bool { access(host.files.real("\(live)/fullchain.pem"), R_OK) == 0 }

    private func isSelfSigned(_ path: String) -> Bool {
        guard let text = try? String(contentsOfFile: host.files.real(path), encoding: .utf8) else { return true }
        return (try? WebCertificate(pem: text))?.isSelfSigned ?? true
    }
}

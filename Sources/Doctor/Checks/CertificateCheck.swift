import Foundation
import Installer
import WebCertificate

/// The certificate that browsers get.
struct CertificateCheck: Check {
    let id = "certificate"
    let title = "The certificate of the web server"
    let host: Installer.Host

    func look() async throws -> [Finding] {
        let certificate = ServerCertificate(on: host)
        let path = certificate.places.certificate
        let text: String
        do { text = try String(contentsOfFile: host.files.real(path), encoding: .utf8) } catch {
            throw Unchecked("\(path) cannot be read")
        }
        return Self.findings(try WebCertificate(pem: text), path: path, name: certificate.name, now: Date())
    }

    static func findings(_ certificate: WebCertificate, path: String, name: String, now: Date) -> [Finding] {
        var findings: [Finding] = []
        let days = Int(certificate.notAfter.timeIntervalSince(now) / 86_400)
        if days < 30 {
            findings.append(
                Finding(
                    days < 7 ? .critical : .warning,
                    days < 0 ? "\(path) expired \(-days) days ago" : "\(path) is good for \(days) more days",
                    why: "Then browsers refuse every page.",
                    remedy: certificate.isSelfSigned
                        ? "diycloud install nginx makes a new one"
                        : "put a new one in its place; then: systemctl reload nginx"
                )
            )
        }
        if !certificate.isGood(for: name, days: -36_500, now: now) {
            let names = certificate.names.joined(separator: ", ")
            findings.append(
                Finding(
                    .warning,
                    "\(path) is for \(names.isEmpty ? "no name" : names), not for \(name)",
                    why: "Browsers warn of somebody in the middle.",
                    remedy: "diycloud install nginx --host-name NAME, or another certificate"
                )
            )
        }
        if certificate.isSelfSigned {
            findings.append(
                Finding(
                    .notice,
                    "\(path) is signed by itself",
                    why: "Browsers warn until somebody trusts it, and people learn to click warnings away.",
                    remedy: "diycloud install nginx --certbot MAIL, or --certificate FILE --key FILE"
                )
            )
        }
        return findings
    }
}

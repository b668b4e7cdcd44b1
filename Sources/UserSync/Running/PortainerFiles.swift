import Foundation
import Identity
import PortainerClient
import SyncReport

/// What Portainer is to be given, from files of this host.
struct PortainerFiles: Sendable {
    let clientSecret: String?
    let ledger: UploadLedger
    /// By the person's name.
    let certificates: [String: ClientCertificate]
    let templates: [TemplateDraft]
    private(set) var findings: [SyncFinding] = []

    /// Nothing of it is worth more than a compose file.
    private static let largestFile = 1 << 20

    /// - Parameter names: whose certificates are read.
    init(_ goal: PortainerGoal, instance: String, names: [UserName]) {
        ledger = UploadLedger(file: goal.ledgerFile, instance: instance)
        let secret = Self.read(goal.clientSecretFile).map { String(decoding: $0, as: UTF8.self) }
        let line = secret?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        clientSecret = line.isEmpty ? nil : line
        var certificates: [String: ClientCertificate] = [:]
        if let authority = Self.read("\(goal.certificates)/ca.pem") {
            for name in names {
                let place = "\(goal.certificates)/clients/\(name)"
                guard let certificate = Self.read(place + ".pem"), let key = Self.read(place + ".key") else { continue }
                certificates[name.rawValue] = ClientCertificate(
                    authority: authority,
                    certificate: certificate,
                    key: key
                )
            }
        }
        self.certificates = certificates
        (templates, findings) = goal.templates.map(Self.templates) ?? ([], [])
    }

    private struct Card: Decodable {
        let title: String
        let description: String
        let note: String?
        let logo: String?
        let file: String
    }

    private static func templates(in directory: String) -> ([TemplateDraft], [SyncFinding]) {
        let list = "\(directory)/custom.json"
        guard let data = read(list) else {
            return ([], [finding("\(list) cannot be read: no templates are offered in Portainer.")])
        }
        guard let cards = try? JSONDecoder().decode([Card].self, from: Data(data)) else {
            return ([], [finding("\(list) is not a list of templates (title, description, note, logo, file).")])
        }
        var drafts: [TemplateDraft] = []
        var findings: [SyncFinding] = []
        for card in cards {
            guard !card.file.contains("/"), !card.file.hasPrefix("."), let content = read("\(directory)/\(card.file)")
            else {
                findings.append(
                    finding("The compose file `\(card.file)` of the template \(card.title) cannot be read.")
                )
                continue
            }
            guard !drafts.contains(where: { $0.title == card.title }) else {
                findings.append(finding("Two templates in \(list) are called \(card.title); the second is left out."))
                continue
            }
            let text = TemplateText(description: card.description, note: card.note ?? "", logo: card.logo ?? "")
            drafts.append(.init(title: card.title, text: text, content: String(decoding: content, as: UTF8.self)))
        }
        return (drafts, findings)
    }

    private static func finding(_ text: String) -> SyncFinding {
        SyncFinding(
            area: .portainer,
            user: nil,
            kind: "template-unreadable",
            text: text,
            remedy: "Mend the directory that portainer.templates names in bridge.yaml."
        )
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let data = FileManager.default.contents(atPath: path), !data.isEmpty, data.count <= largestFile else {
            return nil
        }
        return Array(data)
    }
}

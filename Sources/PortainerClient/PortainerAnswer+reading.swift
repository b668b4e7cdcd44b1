import Foundation

extension PortainerAnswer {
    /// - Throws: ``PortainerError/garbled(call:reason:)``.
    func decoded<Document: Decodable>(_: Document.Type) throws(PortainerError) -> Document {
        do {
            return try JSONDecoder().decode(Document.self, from: Data(body))
        } catch {
            throw .garbled(call: call, reason: "it is not the JSON that Portainer's API answers with")
        }
    }

    /// Portainer's own words, one line.
    var message: String {
        guard let problem = try? JSONDecoder().decode(ProblemDocument.self, from: Data(body)) else { return "" }
        let parts = [problem.message, problem.details].compactMap { $0 }.filter { !$0.isEmpty }
        return (parts.count == 2 && parts[0] == parts[1] ? parts[0] : parts.joined(separator: ": ")).oneLine
    }

    func unexpected(hiding secrets: [PortainerSecret] = []) -> PortainerError {
        let message = secrets.reduce(message) { $0.replacing($1.text, with: "…") }
        return .unexpected(call: call, status: status, message: message)
    }
}

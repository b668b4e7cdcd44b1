import Foundation
import HostPrograms
import Installer

/// `bridge.yaml`, and the files and accounts that it names, as the bridge itself sees them.
struct ConfigurationCheck: Check {
    let id = "configuration"
    let title = "The bridge's configuration"
    let bridge: BridgeProgram

    func look() async throws -> [Finding] {
        let result = try await bridge.run(["check-config"])
        guard result.status != 0 else { return [] }
        return [
            Finding(
                .critical,
                result.complaint,
                why: "The bridge does not start, or not take it at its next reload.",
                remedy: "edit /etc/diycloud-bridge/bridge.yaml, then: diycloud-bridge check-config"
            )
        ]
    }
}

/// The bridge's own commands.
struct BridgeProgram: Sendable {
    let programs: any HostPrograms

    func run(_ arguments: [String], within seconds: Int64 = 50) async throws -> ProgramResult {
        try await programs.run(
            "env",
            ["\(Payload.installed)/bin/diycloud-bridge"] + arguments,
            input: "",
            timeLimit: .seconds(seconds)
        )
    }

    /// - Throws: ``Unchecked`` when it says something else than the document that was asked for.
    func document<Document: Decodable>(_ arguments: [String], as type: Document.Type) async throws -> Document {
        let result = try await run(arguments + ["--format", "json"])
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(result.output.utf8)) else {
            throw Unchecked("diycloud-bridge \(arguments.joined(separator: " ")): \(result.complaint)")
        }
        return document
    }
}

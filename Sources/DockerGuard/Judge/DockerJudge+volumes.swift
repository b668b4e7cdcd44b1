import DockerEngine
import DockerPolicy
import NIOCore

extension DockerJudge {
    /// Makes a named volume the caller's, if it is nobody's. To be called while its name is locked.
    /// - Returns: whether it was made just now.
    /// - Throws: 409 when it is somebody else's, or was made without the guard.
    func claim(_ name: String, for caller: Caller) async throws(DockerRefusal) -> Bool {
        let present = try await asking { () async throws(EngineError) in try await objects.volume(name) }
        if let present {
            guard present.owner == caller.name.rawValue else { throw .nameTaken("volume", name) }
            return false
        }
        let body = VolumeCreation.claim(name: name, owner: caller.name)
        let answer = try await asking { () async throws(EngineError) in
            try await engine.call("POST", ["volumes", "create"], body: JSONValue.object(body).serialized())
        }
        // The engine answers with the volume that is there, whoever made it in the meantime.
        let now = try await asking { () async throws(EngineError) in try await objects.volume(name) }
        guard answer.status == 201, let now, now.owner == caller.name.rawValue else {
            throw .nameTaken("volume", name)
        }
        return true
    }

    func discard(volumes: [String]) async {
        for name in volumes { _ = try? await engine.call("DELETE", ["volumes", name]) }
    }

    func createVolume(_ request: GuardRequest, _ body: JSONObject) async throws(DockerRefusal) -> GuardDecision {
        let creation = VolumeCreation(body: body)
        let judged = try creation.judged(for: request.caller)
        let name = judged["Name"]?.string ?? ""
        return try await volumeNames.with(name.isEmpty ? [] : [name]) { () async throws(DockerRefusal) in
            if !name.isEmpty {
                let present = try await self.asking { () async throws(EngineError) in
                    try await self.objects.volume(name)
                }
                if let present, present.owner != request.caller.name.rawValue { throw .nameTaken("volume", name) }
            }
            let answer = try await self.asking { () async throws(EngineError) in
                try await self.engine.send("POST", uri: request.call.uri(), body: JSONValue.object(judged).serialized())
            }
            return self.answered(answer)
        }
    }

    /// Removes a volume while its name is locked: or it could be somebody else's by the time the engine removes it.
    func removeVolume(_ request: GuardRequest, _ object: PathObject) async throws(DockerRefusal) -> GuardDecision {
        guard case .volume(let name) = object else { throw .noSuchVolume(request.call.reference ?? "") }
        return try await volumeNames.with([name]) { () async throws(DockerRefusal) in
            let present = try await self.asking { () async throws(EngineError) in try await self.objects.volume(name) }
            guard let present, request.sight.shows(owner: present.owner) else { throw .noSuchVolume(name) }
            let answer = try await self.asking { () async throws(EngineError) in
                try await self.engine.send("DELETE", uri: request.call.uri(reference: name), within: .seconds(120))
            }
            return self.answered(answer)
        }
    }
}

import DockerEngine
import DockerPolicy
import Identity
import NIOCore

extension DockerJudge {
    /// Builds under the caller's name, in their network, within their limits.
    func build(_ request: GuardRequest) async throws(DockerRefusal) -> GuardDecision {
        let build = try BuildArguments(request.call.arguments, for: request.caller)
        let network = try await defaultNetwork(of: request.caller)
        let arguments = try build.judged(settings: settings, network: network)
        return .forward(
            request.plan(arguments: arguments, body: .stream, contentType: "application/x-tar")
        )
    }

    /// Pulls an image, and writes down who was the first to have it here. An import makes an image of the caller's own.
    func pull(_ request: GuardRequest) async throws(DockerRefusal) -> GuardDecision {
        let pull = try PullArguments(request.call.arguments, for: request.caller)
        if pull.isImport {
            return .forward(
                request.plan(arguments: pull.arguments, body: .stream, contentType: "application/x-tar")
            )
        }
        let before = try await asking { () async throws(EngineError) in try await objects.imageIDs() }
        let (reference, name) = (pull.reference, request.caller.name)
        return .forward(
            request.plan(
                arguments: pull.arguments,
                whenDone: { status in
                    if status == 200 { await self.record(reference, pulledBy: name, before: before) }
                }
            )
        )
    }

    private func record(_ reference: String, pulledBy name: UserName, before: Set<String>) async {
        do {
            guard let image = try await objects.image(reference), !before.contains(image.id) else { return }
            try await imageOwners.record(image.id, pulledBy: name, present: objects.imageIDs())
        } catch {
            log.error("who pulled an image could not be written down", metadata: ["error": "\(error)"])
        }
    }

    func tag(_ request: GuardRequest, _ object: PathObject) throws(DockerRefusal) -> GuardDecision {
        let arguments = try TagArguments(request.call.arguments, for: request.caller).arguments
        return .forward(request.plan(reference: object.reference, arguments: arguments))
    }

    /// Removes an image that the caller built or was the first to pull, or a name of their own of any image that has
    /// another name.
    func removeImage(_ request: GuardRequest, _ object: PathObject) async throws(DockerRefusal) -> GuardDecision {
        guard case .image(let reference) = object else { throw .noSuchImage(request.call.reference ?? "") }
        guard let image = try await asking({ () async throws(EngineError) in try await objects.image(reference) })
        else {
            throw .noSuchImage(reference)
        }
        let name = request.caller.name.rawValue
        let recorded = await imageOwners.owner(of: image.id)
        let isOwner = (recorded ?? image.ownerLabel) == name
        let isOwnTag = reference.hasPrefix("\(name)/") && image.tags.count > 1
        guard isOwner || isOwnTag || request.caller.power == .overseer else {
            throw .forbidden(
                "The image \(reference) is not yours: it can be removed by whoever brought it here first, "
                    + "and by administrators.",
                reason: "foreign-image"
            )
        }
        let (lookup, owners, log) = (objects, imageOwners, log)
        return .forward(
            request.plan(
                reference: reference,
                answer: withoutForeignIDs,
                whenDone: { status in
                    guard status == 200, recorded != nil else { return }
                    do {
                        if try await lookup.image(image.id) == nil { try await owners.forget(image.id) }
                    } catch {
                        log.error("an image could not be forgotten", metadata: ["error": "\(error)"])
                    }
                }
            )
        )
    }

    /// Makes an image of the caller's own container, under their own name.
    func commit(_ request: GuardRequest, _ body: JSONObject) async throws(DockerRefusal) -> GuardDecision {
        let commit = try CommitArguments(request.call.arguments, body: body, for: request.caller)
        let container = try await container(commit.container, request.ownSight)
        let judged = try commit.judged(containerID: container.id)
        return .forward(
            request.plan(
                arguments: judged.arguments,
                body: .bytes(judged.body.buffer),
                contentType: "application/json"
            )
        )
    }
}

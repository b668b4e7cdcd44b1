import DockerEngine
import DockerPolicy
import Identity
import NIOCore

extension DockerJudge {
    /// Builds under the caller's name, in their network, within their limits.
    func build(_ request: GuardRequest) async throws(DockerRefusal) -> GuardDecision {
        let arguments = BuildArguments(arguments: request.call.query)
        // Refused or not before a network is made.
        _ = try arguments.judged(for: request.caller, settings: settings, network: "none")
        let network = try await defaultNetwork(of: request.caller)
        let query = try arguments.judged(for: request.caller, settings: settings, network: network)
        return .forward(request.plan(query: query, body: .stream, contentType: "application/x-tar"))
    }

    /// Pulls an image, and writes down who was the first to have it here. An import makes an image of the caller's own.
    func pull(_ request: GuardRequest) async throws(DockerRefusal) -> GuardDecision {
        let call = request.call
        if let source = call["fromSrc"], !source.isEmpty {
            let asked = ImportArguments(
                source: source,
                repository: call["repo"] ?? "",
                tag: call["tag"] ?? "",
                message: call["message"] ?? "",
                platform: call["platform"] ?? "",
                changes: call.all("changes")
            )
            let query = try asked.judged(for: request.caller)
            return .forward(request.plan(query: query, body: .stream, contentType: "application/x-tar"))
        }
        let (image, tag) = (call["fromImage"] ?? "", call["tag"] ?? "")
        let query = try await pullQuery(
            PullArguments(image: image, tag: tag, platform: call["platform"] ?? ""),
            request.caller
        )
        let before = try await asking { () async throws(EngineError) in try await objects.imageIDs() }
        let reference = tag.isEmpty ? image : image + (tag.contains(":") ? "@" : ":") + tag
        let name = request.caller.name
        return .forward(
            request.plan(
                query: query,
                whenDone: { status in
                    if status == 200 { await self.record(reference, pulledBy: name, before: before) }
                }
            )
        )
    }

    /// Nobody pulls over the images of a person of this host: whose name it is can only be asked without blocking.
    private func pullQuery(_ asked: PullArguments, _ caller: Caller) async throws(DockerRefusal) -> QueryArguments {
        var namespace = ""
        let query = try asked.judged(for: caller) { name in
            namespace = name
            return false
        }
        guard let name = try? UserName(namespace), name != caller.name, await person(name) != nil else { return query }
        return try asked.judged(for: caller) { _ in true }
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
        let asked = TagArguments(repository: request.call["repo"] ?? "", tag: request.call["tag"] ?? "")
        return .forward(request.plan(reference: object.reference, query: try asked.judged(for: request.caller)))
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
        // A label comes along by FROM, so it counts only for what has no other name than its owner's.
        let isLabelled = image.ownerLabel == name && image.tags.allSatisfy { $0.hasPrefix("\(name)/") }
        let isOwner = recorded.map { $0 == name } ?? isLabelled
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
                // Forced, it would take away what containers of others use.
                query: request.caller.power == .overseer ? nil : request.query(with: "force", nil),
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
        let call = request.call
        let container = try await container(call["container"] ?? "", request.ownSight)
        let asked = CommitArguments(
            container: container.id,
            repository: call["repo"] ?? "",
            tag: call["tag"] ?? "",
            comment: call["comment"] ?? "",
            author: call["author"] ?? "",
            pause: call["pause"],
            changes: call.all("changes")
        )
        return .forward(
            request.plan(
                query: try asked.judged(for: request.caller, containerID: container.id),
                body: .bytes(try CommitArguments.judgedBody(body, for: request.caller).buffer),
                contentType: "application/json"
            )
        )
    }
}

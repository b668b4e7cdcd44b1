import HTTPTypes
import Hummingbird

/// Answers 405 with `Allow` where there is something at the address, but not for this method, whatever the method is called.
struct MethodMiddleware: RouterMiddleware {
    typealias Context = BridgeRequestContext

    private struct Entry {
        let components: [Substring]
        let methods: Set<HTTPRequest.Method>
    }

    private let entries: [Entry]

    /// - Parameter methods: which methods each path takes; a component in braces stands for any text.
    init(_ methods: [String: Set<HTTPRequest.Method>]) {
        entries = methods.map { Entry(components: $0.key.split(separator: "/"), methods: $0.value) }
    }

    func handle(
        _ request: Request,
        context: BridgeRequestContext,
        next: (Request, BridgeRequestContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path.split(separator: "/")
        let here = entries.filter { Self.matches(path, $0.components) }.reduce(into: Set()) { $0.formUnion($1.methods) }
        guard here.isEmpty || here.contains(request.method) else {
            let allow = here.map(\.rawValue).sorted().joined(separator: ", ")
            throw Problem(
                .methodNotAllowed,
                .methodNotAllowed,
                "This address takes \(allow) only.",
                headers: [.allow: allow]
            )
        }
        return try await next(request, context)
    }

    private static func matches(_ path: [Substring], _ pattern: [Substring]) -> Bool {
        path.count == pattern.count && zip(path, pattern).allSatisfy { $0 == $1 || $1.hasPrefix("{") }
    }
}

import Audit
import HTTPTypes
import Hummingbird
import Logging

/// Makes an answer of every error: a page for a person, a problem document for a program.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = BridgeRequestContext

    /// Makes the answer for a request that a person's browser shows; `nil` where only programs call.
    let page: (@Sendable (Problem, Request) -> Response)?

    func handle(
        _ request: Request,
        context: BridgeRequestContext,
        next: (Request, BridgeRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = Self.problem(for: error, request: request, logger: context.logger)
            if let page, !Self.isForPrograms(request.uri.path) { return page(problem, request) }
            return try problem.response(from: request, context: context)
        }
    }

    private static func isForPrograms(_ path: String) -> Bool {
        ["/api/", "/auth", "/portainer/api/"].contains { path.hasPrefix($0) }
    }

    private static func problem(for error: any Error, request: Request, logger: Logger) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as HTTPError where error.status == .notFound:
            return Problem(.notFound, .notFound, "There is nothing here.")
        case let error as HTTPError where error.status == .methodNotAllowed:
            return Problem(.methodNotAllowed, .methodNotAllowed, "This address does not take that method.")
        case let error as any HTTPResponseError where error.status.kind == .clientError:
            return Problem(error.status, .badRequest, "The request cannot be read.")
        default:
            logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return Problem(.internalServerError, .internal, "The bridge could not do this; its log says why.")
        }
    }
}

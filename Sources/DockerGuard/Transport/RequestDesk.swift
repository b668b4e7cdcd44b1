import DockerPolicy
import NIOCore

/// Where a request is taken to be judged.
protocol RequestDesk: Sendable {
    /// Completes on `eventLoop`; never fails.
    func open(_ request: ClientRequest, from arrival: Arrival, on eventLoop: any EventLoop) -> EventLoopFuture<
        GuardOpening
    >
}

/// Looks up who asks, for each request anew, and lets the judge decide.
struct JudgingDesk: RequestDesk {
    let callers: any CallerDirectory
    let judge: any GuardJudge

    func open(_ request: ClientRequest, from arrival: Arrival, on eventLoop: any EventLoop) -> EventLoopFuture<
        GuardOpening
    > {
        eventLoop.makeFutureWithTask {
            switch await callers.caller(for: arrival) {
            case .failure(let refusal): .decided(.refuse(refusal))
            case .success(let caller):
                await judge.open(
                    method: request.method,
                    target: request.target,
                    headers: request.headers,
                    caller: caller
                )
            }
        }
    }
}

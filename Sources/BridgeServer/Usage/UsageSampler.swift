import ServiceLifecycle

/// Reads the processor counters again and again, so that whoever asks can be told a rate.
struct UsageSampler: Service {
    let desk: UsageDesk
    let period: Duration

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await desk.sample()
                try? await Task.sleep(for: period)
            }
        }
    }
}

import ServiceLifecycle
import UserStore

/// Watches the user store for as long as the service runs.
struct StoreService: Service {
    let store: SQLiteUserStore

    func run() async throws {
        await cancelWhenGracefulShutdown { await store.run() }
    }
}

import HostChanges
import Installer
import Synchronization

/// Notes what an installation did.
final class QuietWatcher: InstallationWatcher {
    private let done = Mutex<[String]>([])

    var lines: [String] { done.withLock { $0 } }

    func began(_ component: Component) {}
    func ended(_ component: Component) {}
    func skipped(_ component: Component, because reason: String) {}
    func failed(_ component: Component, error: any Error) {}
    func found(_ step: any Step, _ standing: StepStanding) {}
    func starts(_ step: any Step) {}
    func report(for step: any Step) -> StepReport { StepReport(say: { _ in }, output: { _ in }) }
    func proved(_ step: any Step) { done.withLock { $0.append(step.title) } }
    func failed(_ step: any Step, error: any Error) {}
}

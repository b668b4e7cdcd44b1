public import HostChanges

/// Who is told what a run does: the terminal, the operation log.
public protocol InstallationWatcher: Sendable {
    func began(_ component: Component)
    func ended(_ component: Component)
    func skipped(_ component: Component, because reason: String)
    func failed(_ component: Component, error: any Error)
    /// A step was found in order, or pending.
    func found(_ step: any Step, _ standing: StepStanding)
    func starts(_ step: any Step)
    func report(for step: any Step) -> StepReport
    /// It ran, and what was looked for is there.
    func proved(_ step: any Step)
    func failed(_ step: any Step, error: any Error)
}

import Glibc
import HostChanges
import Installer
import ManagedFiles
import Synchronization

/// Shows a run on the terminal while it goes on, and writes it to the operation log.
final class RunProgress: InstallationWatcher {
    private let log: OperationLog?
    private let paint = TerminalText(isOn: TerminalText.isTerminal)
    /// What programs of the step at work printed; shown when it fails.
    private let output = Mutex("")
    private let lastTransient = Mutex("")

    init(log: OperationLog?) { self.log = log }

    func began(_ component: Component) {
        line(paint.bold(component.rawValue))
        log?.add("began", ["component": component.rawValue])
    }

    func ended(_ component: Component) { log?.add("complete", ["component": component.rawValue]) }

    func skipped(_ component: Component, because reason: String) {
        line("\(paint.bold(component.rawValue))\n  \(paint.yellow("-")) left out: \(reason)")
        log?.add("skipped", ["component": component.rawValue, "reason": reason])
    }

    func failed(_ component: Component, error: any Error) {
        line("  \(paint.red("x")) \(error)")
        log?.add("incomplete", ["component": component.rawValue, "error": "\(error)"])
    }

    func found(_ step: any Step, _ standing: StepStanding) {
        guard case .pending(let change, let why) = standing else { return }
        line("  \(paint.yellow("=")) \(change.summary): \(why)")
        log?.add("pending", ["step": step.title, "reason": why])
    }

    func starts(_ step: any Step) {
        output.withLock { $0 = "" }
        transient("  … \(step.title)")
        log?.add("step", ["component": step.component.rawValue, "step": step.title])
    }

    func report(for step: any Step) -> StepReport {
        StepReport(
            say: { [self] text in
                transient("  … \(step.title): \(text)")
                log?.add("progress", ["step": step.title, "text": text])
            },
            output: { [self] text in
                output.withLock { $0 = String(($0 + text).suffix(1 << 16)) }
                log?.add("output", ["step": step.title, "text": text])
            }
        )
    }

    func proved(_ step: any Step) {
        line("  \(paint.green("✓")) \(step.title)")
        log?.add("proved", ["step": step.title])
    }

    func failed(_ step: any Step, error: any Error) {
        let text = output.withLock { $0 }
        if !text.isEmpty { line(OperationLog.redacted(text)) }
        log?.add("failed", ["step": step.title, "error": "\(error)"])
    }

    /// A line that the next one takes the place of, on a terminal; elsewhere a line like others.
    private func transient(_ text: String) {
        guard paint.isOn else {
            // Waiting says the same each second.
            let isNew = lastTransient.withLock { last in
                defer { last = text }
                return last != text
            }
            if isNew { line(text) }
            return
        }
        print("\r\u{1B}[K\(text.prefix(Self.width))", terminator: "")
        fflush(nil)
    }

    private func line(_ text: String) {
        print((paint.isOn ? "\r\u{1B}[K" : "") + text)
        fflush(nil)
    }

    private static var width: Int {
        var size = winsize()
        return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) - 1 : 100
    }
}

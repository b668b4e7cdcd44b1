import CPrivilege
import Glibc

/// Where a report is drawn: how wide it is, and which characters it can show.
struct Screen {
    /// Columns and rows; `nil` when it is no terminal.
    var size: (columns: Int, rows: Int)?
    /// Whether it shows UTF-8 (locale(7)).
    var isUnicode: Bool

    static var standardOutput: Screen { Screen(size: terminalSize(), isUnicode: showsUnicode()) }

    private static func terminalSize() -> (columns: Int, rows: Int)? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    private static func showsUnicode() -> Bool {
        // The first that is set and not empty says it (setlocale(3)).
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { continue }
            return value.uppercased().contains("UTF-8") || value.uppercased().contains("UTF8")
        }
        return false
    }

    /// Shows what `draw` gives, again and again in place, until q, Ctrl-C or another signal that ends programs. On no terminal the texts
    /// follow each other.
    static func watching(every period: Duration, _ draw: (Screen) throws -> String) throws {
        let terminal = isatty(STDOUT_FILENO) == 1 ? WatchedTerminal() : nil
        defer { terminal?.restore() }
        let signals: [Int32] = [SIGINT, SIGTERM, SIGHUP, SIGWINCH]
        let descriptor = cprivilege_signal_descriptor(signals, signals.count)
        while true {
            let screen = standardOutput
            let text = try draw(screen)
            if let terminal, let size = screen.size { terminal.show(text, rows: size.rows) } else { print(text + "\n") }
            fflush(nil)
            guard goesOn(signals: descriptor, keys: terminal?.keys ?? -1, for: period) else { return }
        }
    }

    /// Waits; a new size of the terminal ends the wait early.
    private static func goesOn(signals: Int32, keys: Int32, for period: Duration) -> Bool {
        let end = ContinuousClock.now + period
        while true {
            let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
            guard left > 0 else { return true }
            var entries = [
                pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
                pollfd(fd: keys, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&entries, 2, Int32(left) + 1)
            switch entries[0].revents != 0 ? cprivilege_next_signal(signals) : 0 {
            case 0: break
            case SIGWINCH: return true
            default: return false
            }
            var key: UInt8 = 0
            if entries[1].revents != 0 {
                let count = read(keys, &key, 1)
                if count <= 0 || key == UInt8(ascii: "q") || key == 4 { return false }
            }
        }
    }
}

/// A terminal on which a picture is drawn in place; what was there before comes back.
private struct WatchedTerminal {
    /// Where keys come from; -1 when standard input is no terminal.
    let keys: Int32
    private let before: termios?

    init() {
        var settings = termios()
        if isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &settings) == 0 {
            before = settings
            keys = STDIN_FILENO
            settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
            tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        } else {
            before = nil
            keys = -1
        }
        // The other screen, no cursor (ECMA-48, xterm).
        print("\u{1b}[?1049h\u{1b}[?25l", terminator: "")
    }

    func show(_ text: String, rows: Int) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.count > rows {
            let hidden = lines.count - rows + 1
            lines = lines.prefix(rows - 1) + ["... \(hidden) more lines"]
        }
        print("\u{1b}[H" + lines.map { $0 + "\u{1b}[K" }.joined(separator: "\r\n") + "\u{1b}[J", terminator: "")
    }

    func restore() {
        print("\u{1b}[?25h\u{1b}[?1049l", terminator: "")
        fflush(nil)
        if var before { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
    }
}

import Glibc

/// Words in colour where that is wanted: on a terminal, unless `NO_COLOR` is set (no-color.org).
struct TerminalText {
    static var isTerminal: Bool { isatty(STDOUT_FILENO) != 0 && getenv("NO_COLOR") == nil }

    let isOn: Bool

    func bold(_ text: String) -> String { wrap(text, "1") }
    func dim(_ text: String) -> String { wrap(text, "2") }
    func red(_ text: String) -> String { wrap(text, "31") }
    func green(_ text: String) -> String { wrap(text, "32") }
    func yellow(_ text: String) -> String { wrap(text, "33") }

    private func wrap(_ text: String, _ code: String) -> String { isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}

/// Scripts of packages that failed while the program that ran them said that all was well: rpm's tools exit with 0.
enum FailedScripts {
    /// The names of packages whose scripts failed, as rpm's messages name them with version and release:
    /// `warning: %post(nginx-1.0-1.noarch) scriptlet failed, exit status 1`,
    /// `error: lua script failed: [string "%post(nginx-1.0-1.noarch)"]:1: …`, and dnf's
    /// `Error in POSTIN scriptlet in rpm package nginx`.
    static func rpm(in output: String, among names: [String]) -> [String] {
        let packages = output.split(whereSeparator: \.isNewline).compactMap(package)
        return names.filter { name in
            packages.contains {
                $0 == name || ($0.hasPrefix("\(name)-") && $0.dropFirst(name.count + 1).first?.isNumber == true)
            }
        }
    }

    private static func package(in line: Substring) -> Substring? {
        if let name = line.after(" scriptlet in rpm package ") { return name.split(separator: " ").first }
        guard line.contains("failed"), line.contains("script"), let percent = line.firstIndex(of: "%") else {
            return nil
        }
        let call = line[percent...]
        guard let open = call.firstIndex(of: "("), let close = call[open...].firstIndex(of: ")") else { return nil }
        return call[call.index(after: open)..<close]
    }
}

/// Scripts of packages that failed while the program that ran them said that all was well: rpm's tools exit with 0.
enum FailedScripts {
    /// The names of packages whose scripts failed, as rpm's messages name them with version and release.
    ///
    /// `warning: %post(nginx-1.0-1.noarch) scriptlet failed, exit status 1` (rpm's lib/rpmscript.c), and dnf's
    /// `Error in POSTIN scriptlet in rpm package nginx`.
    static func rpm(in output: String, among names: [String]) -> [String] {
        let lines = output.split(whereSeparator: \.isNewline)
        let packages: [Substring] = lines.compactMap { line in
            if line.contains(" scriptlet in rpm package ") {
                return line.split(separator: " ").last
            }
            guard line.contains("scriptlet failed"), let open = line.firstIndex(of: "("),
                let close = line[open...].firstIndex(of: ")")
            else { return nil }
            return line[line.index(after: open)..<close]
        }
        return names.filter { name in
            packages.contains {
                $0 == name || ($0.hasPrefix("\(name)-") && $0.dropFirst(name.count + 1).first?.isNumber == true)
            }
        }
    }
}

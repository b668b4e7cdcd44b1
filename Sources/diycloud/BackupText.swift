import Backups
import Foundation

/// What a backup came to, for a person.
struct BackupText: CustomStringConvertible {
    private let saved: SavedBackup
    private let paint: TerminalText

    init(_ saved: SavedBackup, isTerminal: Bool) {
        self.saved = saved
        paint = TerminalText(isOn: isTerminal)
    }

    var description: String {
        let items = saved.manifest.items
        var text = paint.bold(saved.file) + "\n"
        let rows = items.map { (what: Self.name(of: $0), size: Self.size($0.size), where: Self.visible($0.path)) }
        let width = rows.map(\.what.count).max() ?? 0
        let wide = rows.map(\.size.count).max() ?? 0
        for row in rows {
            let what = row.what.padding(toLength: width, withPad: " ", startingAt: 0)
            let blank = String(repeating: " ", count: wide - row.size.count)
            text += "  \(paint.green("✓")) \(what)  \(blank)\(row.size)  \(paint.dim(row.where))\n"
        }
        for skipped in saved.manifest.skipped {
            text += "  \(paint.yellow("-")) left out: \(Self.visible(skipped.path)): \(Self.visible(skipped.reason))\n"
        }
        let parts = items.count == 1 ? "1 part" : "\(items.count) parts"
        text += "\(parts), \(Self.size(saved.size)), read again and right.\nsha256  \(saved.sha256)\n\n"
        text += "\(paint.yellow("Note:")) \(Backup.secretsNotice)\n"
        text += "It is on this disk only: bring a copy to another machine. To put it back:\n"
        text += "  sudo diycloud restore \(saved.file)\n"
        return text
    }

    /// What an item is, in words.
    private static func name(of item: BackupManifest.Item) -> String {
        switch item.kind {
        case .userStore: "user store"
        case .bridgeDatabase: "bridge's database"
        case .hubDatabase: "JupyterHub's database"
        case .configuration: "configuration"
        case .hostFiles: "nginx, systemd, PAM"
        case .hubState: "JupyterHub's state"
        case .portainer: "Portainer's data"
        case .installation: "record of the installation"
        case .notebooks: "notebooks of \(item.person ?? "")"
        case .damagedDatabase: "DAMAGED database"
        }
    }

    private static func size(_ bytes: Int64) -> String {
        bytes < 10_000 ? "\(bytes) B" : bytes < 10 << 20 ? "\(bytes >> 10) KiB" : "\(bytes >> 20) MiB"
    }

    /// Without what a terminal would take for a command: names of files are whatever somebody wrote.
    private static func visible(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 })
        )
    }
}

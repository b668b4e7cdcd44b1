import ManagedFiles

/// Something that the engine is wanted to do, and the option of `daemon.json` (dockerd(8)) that makes it.
struct DaemonSetting: Sendable, Equatable {
    /// How the file, the flags and the engine stand to it.
    enum Standing: Sendable, Equatable {
        /// It is so, whoever saw to it.
        case held
        /// These members are missing, or are as an earlier release of ours wrote them.
        case missing([Value])
        /// Somebody wants something else. What is said is theirs, and why ours would be better.
        case other(theirs: String, ours: [Value], why: String)
        /// It would hide or break something that is there.
        case costly(ours: [Value], why: String)
    }

    struct Value: Sendable, Equatable {
        let path: [String]
        /// As JSON.
        let json: String

        var description: String { "\(path.joined(separator: ".")): \(json)" }
    }

    enum Kind: Sendable, CaseIterable {
        case logRotation, liveRestore, defaultBridge, userNamespace
    }

    let kind: Kind

    init(_ kind: Kind) { self.kind = kind }

    var title: String {
        switch kind {
        case .logRotation: "Let logs of containers turn over"
        case .liveRestore: "Let containers outlive a restart of the engine"
        case .defaultBridge: "Keep containers on Docker's default network apart"
        case .userNamespace: "Give containers a root of their own"
        }
    }

    /// - Parameters:
    ///   - file: `daemon.json`.
    ///   - flags: of the engine's command line, which the file may not repeat.
    ///   - report: of the running engine; nil while there is none.
    ///   - wrote: what an earlier run wrote, by path: JSON. What is still so is ours to renew.
    func standing(
        in file: JSONObjectText,
        flags: EngineFlags,
        report: EngineReport?,
        wrote: [String: String] = [:]
    ) -> Standing {
        switch kind {
        case .logRotation: logRotation(file, flags, wrote)
        case .liveRestore: liveRestore(file, flags, report, wrote)
        case .defaultBridge:
            plain(
                "icc",
                "false",
                file,
                flags,
                wrote,
                why: "containers on Docker's default network reach each other, whoever started them"
            )
        case .userNamespace: userNamespace(file, flags, report, wrote)
        }
    }

    /// Only `json-file` grows without an end; `local` turns over by itself, and the journal has its own limit. `max-size` would keep
    /// containers with another driver from starting.
    private func logRotation(_ file: JSONObjectText, _ flags: EngineFlags, _ wrote: [String: String]) -> Standing {
        let driver = flags["log-driver"] ?? file.value(at: ["log-driver"])?.unquoted ?? "json-file"
        guard driver == "json-file" else { return .held }
        let wanted = [
            Value(path: ["log-opts", "max-size"], json: "\"10m\""),
            Value(path: ["log-opts", "max-file"], json: "\"3\""),
        ]
        if let options = flags.values["log-opt"] {
            if options.contains(where: { $0.hasPrefix("max-size=") }) { return .held }
            return .other(
                theirs: "flags --log-opt \(options.joined(separator: ", "))",
                ours: wanted,
                why:
                    "logs of containers fill the disk; add --log-opt max-size=10m there, since the file may not repeat a flag"
            )
        }
        if let options = file.value(at: ["log-opts"]), !options.hasPrefix("{") {
            return .other(theirs: "log-opts: \(options)", ours: wanted, why: "log-opts has to be an object")
        }
        // Whoever set a size has thought of it.
        if let size = file.value(at: ["log-opts", "max-size"]), wrote["log-opts.max-size"] != size { return .held }
        let missing = wanted.filter { value in
            let there = file.value(at: value.path)
            return there != value.json && (there == nil || there == wrote[value.path.joined(separator: ".")])
        }
        return missing.isEmpty ? .held : .missing(missing)
    }

    private func liveRestore(
        _ file: JSONObjectText,
        _ flags: EngineFlags,
        _ report: EngineReport?,
        _ wrote: [String: String]
    ) -> Standing {
        // dockerd refuses to start with both.
        if report?.isInSwarm == true { return .held }
        return plain(
            "live-restore",
            "true",
            file,
            flags,
            wrote,
            why: "each upgrade of the engine stops everybody's containers"
        )
    }

    private func userNamespace(
        _ file: JSONObjectText,
        _ flags: EngineFlags,
        _ report: EngineReport?,
        _ wrote: [String: String]
    ) -> Standing {
        let set = flags["userns-remap"] ?? file.value(at: ["userns-remap"])?.unquoted ?? ""
        // Any account serves, not only the one that dockerd makes by "default".
        guard set.isEmpty else { return .held }
        // An engine of somebody who is not root has a root of its own already.
        if report?.isRootless == true { return .held }
        let ours = [Value(path: ["userns-remap"], json: "\"default\"")]
        guard let report, !report.remapsUsers, let belongings = report.belongings else { return .missing(ours) }
        let running = report.running.isEmpty ? "" : "; running now: \(report.running.joined(separator: ", "))"
        return .costly(
            ours: ours,
            why:
                "it hides what the engine has now (\(belongings)\(running)): that stays in \(report.rootDirectory), and comes back "
                + "when the setting is taken out. Until it is set people get no containers, since root in one would be root of this "
                + "host. Save what is needed (docker save, docker cp), then run this again with --force"
        )
    }

    private func plain(
        _ option: String,
        _ json: String,
        _ file: JSONObjectText,
        _ flags: EngineFlags,
        _ wrote: [String: String],
        why: String
    ) -> Standing {
        let ours = [Value(path: [option], json: json)]
        if let flag = flags[option] {
            return flag == json ? .held : .other(theirs: "flag --\(option)=\(flag)", ours: ours, why: why)
        }
        guard let there = file.value(at: [option]) else { return .missing(ours) }
        if there == json { return .held }
        return there == wrote[option]
            ? .missing(ours) : .other(theirs: "\(option): \(there)", ours: ours, why: why)
    }
}

extension String {
    /// Without the quotes of a JSON string that needs no escapes.
    fileprivate var unquoted: String {
        count >= 2 && hasPrefix("\"") && hasSuffix("\"") ? String(dropFirst().dropLast()) : self
    }
}

import Identity
import Yams

extension Configuration {
    /// The largest file that is read, in bytes.
    static let maximumFileSize = 256 * 1024

    /// Reads the text of a configuration file. Keys that are not there keep their defaults; an empty text is all defaults.
    /// - Parameters:
    ///   - text: YAML 1.1, one document.
    ///   - path: what error messages call the file.
    /// - Returns: the configuration, whole and in range.
    /// - Throws: ``ConfigurationError/notYAML(path:line:column:reason:)`` or
    ///   ``ConfigurationError/invalid(path:problems:)`` with everything that is wrong.
    public static func parse(_ text: String, path: String) throws(ConfigurationError) -> Configuration {
        let root: Node?
        do {
            root = try Parser(yaml: text, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw ConfigurationError(error, path: path)
        } catch {
            throw .notYAML(path: path, line: nil, column: nil, reason: "\(error)")
        }
        let problems = ProblemList()
        let configuration = Configuration(SectionReader(root, path: "", pattern: "", problems: problems))
        guard problems.problems.isEmpty else {
            let sorted = problems.problems.sorted {
                ($0.line ?? 0, $0.column ?? 0, $0.key) < ($1.line ?? 0, $1.column ?? 0, $1.key)
            }
            throw .invalid(path: path, problems: sorted)
        }
        return configuration
    }

    private init(_ file: SectionReader) {
        self.init()
        user = file.value("user", default: user, Rule.account)
        let storeReader = file.section("store")
        store.path = storeReader.value("path", default: store.path, Rule.absolutePath)
        store.workerSocket = storeReader.value("worker_socket", default: store.workerSocket, Rule.socketPath)
        let databaseReader = file.section("database")
        database.path = databaseReader.value("path", default: database.path, Rule.absolutePath)
        let auditReader = file.section("audit")
        audit.path = auditReader.optional("path", default: audit.path) { $0 == "-" ? $0 : Rule.absolutePath($0) }
        pam.read(file.section("pam"))
        listen.read(file.section("listen"))
        let publicReader = file.section("public")
        `public`.url = publicReader.optional("url", default: `public`.url, Rule.origin)
        session.read(file.section("session"))
        regulation.read(file.section("regulation"))
        authentication.read(file.section("authentication"))
        readServices(file)
        let logReader = file.section("log")
        log.level = logReader.value("level", default: log.level, Log.Level.init(rawValue:))
        spawn.read(file.section("spawn"))
        readReconciliation(file)
    }

    private mutating func readServices(_ file: SectionReader) {
        let tokens = file.section("service_tokens")
        if tokens.isPresent {
            serviceTokens = [:]
            for text in tokens.names {
                guard let name = ServiceName(text) else {
                    tokens.conflict(text, Rule.serviceNameText)
                    continue
                }
                let path = tokens.value("<name>", chosen: text, default: "", Rule.absolutePath)
                serviceTokens[name] = path
            }
        }
        let list = file.section("services")
        if list.isPresent {
            services = [:]
            for (text, reader) in list.namedSections() {
                guard let name = ServiceName(text) else {
                    list.conflict(text, Rule.serviceNameText)
                    continue
                }
                services[name] = Service(name: name, reader)
            }
        }
    }
}

extension Configuration.PAM {
    fileprivate mutating func read(_ reader: SectionReader) {
        service = reader.value("service", default: service, Rule.fileName)
        confdir = reader.optional("confdir", default: confdir, Rule.absolutePath)
        workerSocket = reader.value("worker_socket", default: workerSocket, Rule.socketPath)
        workers = reader.value("workers", default: workers, Rule.number(1...64))
        queue = reader.value("queue", default: queue, Rule.number(0...10_000))
        stepLimit = reader.value("step_limit", default: stepLimit, Rule.duration(.milliseconds(100), .seconds(600)))
        conversationLimit = reader.value(
            "conversation_limit",
            default: conversationLimit,
            Rule.duration(.seconds(1), .seconds(3600))
        )
        if conversationLimit < stepLimit {
            reader.conflict("conversation_limit", "must not be shorter than pam.step_limit")
        }
    }
}

extension Configuration.Session {
    fileprivate mutating func read(_ reader: SectionReader) {
        idle = reader.value("idle", default: idle, Rule.duration(.seconds(60), .seconds(30 * 86_400)))
        lifetime = reader.value("lifetime", default: lifetime, Rule.duration(.seconds(60), .seconds(365 * 86_400)))
        cookie = reader.value("cookie", default: cookie, Rule.cookieName)
        secure = reader.value("secure", default: secure, Rule.flag)
        perUser = reader.value("per_user", default: perUser, Rule.number(1...1000))
        if lifetime < idle {
            let name = reader.has("lifetime") ? "lifetime" : "idle"
            reader.conflict(
                name,
                "session.idle (\(DurationText.format(idle))) must not be longer than session.lifetime "
                    + "(\(DurationText.format(lifetime)))"
            )
        }
    }
}

extension Configuration.Regulation {
    fileprivate mutating func read(_ reader: SectionReader) {
        window = reader.value("window", default: window, Rule.duration(.seconds(10), .seconds(86_400)))
        ban = reader.value("ban", default: ban, Rule.duration(.seconds(10), .seconds(7 * 86_400)))
        pair = reader.value("pair", default: pair, Rule.number(1...10_000))
        client = reader.value("client", default: client, Rule.number(1...1_000_000))
        account = reader.value("account", default: account, Rule.number(1...1_000_000))
        failureDelay = reader.value("failure_delay", default: failureDelay, Rule.duration(.zero, .seconds(30)))
    }
}

extension Configuration.Authentication {
    fileprivate mutating func read(_ reader: SectionReader) {
        sources = reader.list("sources", default: sources, Source.init(rawValue:))
        minimumUID = reader.value("minimum_uid", default: minimumUID) { text in
            Rule.number(1...4_294_967_294)(text).map(UInt32.init)
        }
    }
}

extension Configuration.Service {
    fileprivate init(name: ServiceName, _ reader: SectionReader) {
        roles = Set(reader.list("roles", default: [.user, .admin], Role.init(rawValue:)))
        url = reader.value("url", default: "/\(name)/", Rule.link)
        title = reader.value("title", default: name.rawValue) { Rule.text($0, 1...80) }
        description = reader.value("description", default: "") { Rule.text($0, 0...200) }
        callback = reader.optional("callback", default: nil, Rule.link)
        let asked = reader.optional("health", default: Health.automatic) { text in
            text == "auto" ? Health.automatic : Rule.url(text).map(Health.url)
        }
        health = asked ?? .unknown
    }
}

extension Configuration.Spawn {
    fileprivate mutating func read(_ reader: SectionReader) {
        let variables = reader.section("environment")
        for name in variables.names {
            guard Rule.variableName(name) else {
                variables.conflict(
                    name,
                    "no name of an environment variable; expected letters, digits and _, no digit first"
                )
                continue
            }
            environment[name] = variables.value(name, default: "") { $0.utf8.contains(0) ? nil : $0 }
        }
    }
}

public import ArgumentParser
public import HostChanges

/// What to install, and how. What is not said is as it was said last time.
struct InstallChoices: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "What to install, with all that it needs; all when nothing is named.",
            discussion: Component.allCases.map { "\($0.rawValue): \($0.summary)" }.joined(separator: "\n"),
            valueName: "component"
        )
    )
    var components: [Component] = []

    @Option(
        help: ArgumentHelp(
            "The name that browsers use.",
            discussion: "Else the host's own full name.",
            valueName: "name"
        )
    )
    var hostName: String?

    @Option(help: ArgumentHelp("Certificate of the web server, with its chain.", valueName: "file"))
    var certificate: String?

    @Option(help: ArgumentHelp("Key of the certificate.", valueName: "file"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "Get the certificate from Let's Encrypt by certbot; expiry is told to this address.",
            valueName: "mail"
        )
    )
    var certbot: String?

    @Option(help: "Where Docker comes from, when there is none yet: the distribution, or Docker's own packages.")
    var docker: InstallOptions.DockerSource?

    @Option(help: "What people find in their notebooks.")
    var profile: InstallOptions.Profile?

    @Option(help: ArgumentHelp("Install Python packages from this directory, without PyPI.", valueName: "dir"))
    var wheelhouse: String?

    @Option(help: ArgumentHelp("Load images from archives in this directory, without a registry.", valueName: "dir"))
    var images: String?

    @Option(help: "What to do with a firewall that is in force: ask, open ports 80 and 443, or leave it.")
    var firewall: InstallOptions.Firewall?

    @Flag(help: "Write anew what was changed by hand. Files that are not ours are never written over.")
    var force = false

    func validate() throws {
        if (certificate == nil) != (key == nil) { throw ValidationError("--certificate and --key go together.") }
        if certificate != nil, certbot != nil {
            throw ValidationError("--certificate and --certbot exclude each other.")
        }
        for path in [certificate, key, wheelhouse, images] {
            if let path, !path.hasPrefix("/") {
                throw ValidationError("\(path): name it by its whole path, since it is remembered.")
            }
        }
        if let hostName, hostName.wholeMatch(of: /[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?/) == nil {
            throw ValidationError("\(hostName) is no name of a host.")
        }
    }

    /// What was chosen, over what was chosen before.
    func apply(to options: inout InstallOptions) {
        if !components.isEmpty {
            options.components = options.components.isEmpty ? Set(components) : options.components.union(components)
        }
        if let hostName { options.hostName = hostName.lowercased() }
        if let certificate, let key { options.certificate = .files(certificate: certificate, key: key) }
        if let certbot { options.certificate = .certbot(email: certbot) }
        if let docker { options.dockerSource = docker }
        if let profile { options.profile = profile }
        if let wheelhouse { options.wheelhouse = wheelhouse }
        if let images { options.images = images }
        if let firewall { options.firewall = firewall }
        options.force = force
    }

    /// The ones to work on now: those that were named, or all that are wanted.
    func chosen(_ options: InstallOptions) -> [Component] {
        if !components.isEmpty { return Component.closure(of: Set(components)) }
        return Component.closure(of: options.components.isEmpty ? Set(Component.allCases) : options.components)
    }
}

extension Component: ExpressibleByArgument {}
extension InstallOptions.DockerSource: ExpressibleByArgument {}
extension InstallOptions.Profile: ExpressibleByArgument {}
extension InstallOptions.Firewall: ExpressibleByArgument {}

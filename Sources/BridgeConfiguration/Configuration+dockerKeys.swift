import Identity

extension Configuration.Docker {
    mutating func read(_ reader: SectionReader) {
        engine = reader.value("engine", default: engine, Rule.socketPath)
        user = reader.value("user", default: user, Rule.account)
        socket = reader.value("socket", default: socket, Rule.socketPath)
        address = reader.optional("address", default: address, Rule.listenAddress)
        certificates = reader.value("certificates", default: certificates, Rule.absolutePath)
        certificateLifetime = reader.value(
            "certificate_lifetime",
            default: certificateLifetime,
            Rule.duration(.seconds(86_400), .seconds(825 * 86_400))
        )
        serverNames = reader.list("server_names", default: serverNames, mayBeEmpty: true, Rule.hostName)
        whenDisabled = reader.value("when_disabled", default: whenDisabled, WhenDisabled.init(rawValue:))
        administrators = reader.value("administrators", default: administrators, Administrators.init(rawValue:))
        publishedAddresses = reader.list("published_addresses", default: publishedAddresses, Rule.ipAddress)
        lowestPort = reader.value("lowest_port", default: lowestPort, Rule.number(1...65_535))
        addressPool = reader.value("address_pool", default: addressPool, IPv4Range.init)
        subnetPrefix = reader.value("subnet_prefix", default: subnetPrefix, Rule.number(20...29))
        networksPerUser = reader.value("networks_per_user", default: networksPerUser, Rule.number(0...1000))
        hostPorts = reader.list("host_ports", default: hostPorts, mayBeEmpty: true) { text in
            Rule.number(1...65_535)(text).map(UInt16.init)
        }
        userNamespace = reader.value("user_namespace", default: userNamespace, UserNamespace.init(rawValue:))
        homeBinds = reader.value("home_binds", default: homeBinds, Rule.flag)
        state = reader.value("state", default: state, Rule.absolutePath)
        if engine == socket {
            reader.conflict(
                reader.has("socket") ? "socket" : "engine",
                "the guard cannot stand where the engine listens"
            )
        }
        if subnetPrefix <= addressPool.prefix {
            reader.conflict(
                reader.has("subnet_prefix") ? "subnet_prefix" : "address_pool",
                "docker.subnet_prefix (\(subnetPrefix)) must be longer than that of docker.address_pool (\(addressPool))"
            )
        }
    }

    func value(of key: String) -> String? {
        switch key {
        case "docker.engine": engine
        case "docker.user": user
        case "docker.socket": socket
        case "docker.address": address?.description ?? "null"
        case "docker.certificates": certificates
        case "docker.certificate_lifetime": DurationText.format(certificateLifetime)
        case "docker.server_names": "[\(serverNames.joined(separator: ", "))]"
        case "docker.when_disabled": whenDisabled.rawValue
        case "docker.administrators": administrators.rawValue
        case "docker.published_addresses": "[\(publishedAddresses.joined(separator: ", "))]"
        case "docker.lowest_port": "\(lowestPort)"
        case "docker.address_pool": "\(addressPool)"
        case "docker.subnet_prefix": "\(subnetPrefix)"
        case "docker.networks_per_user": "\(networksPerUser)"
        case "docker.host_ports": "[\(hostPorts.map { "\($0)" }.joined(separator: ", "))]"
        case "docker.user_namespace": userNamespace.rawValue
        case "docker.home_binds": "\(homeBinds)"
        case "docker.state": state
        default: nil
        }
    }
}

extension Configuration.Portainer {
    mutating func read(_ reader: SectionReader) {
        url = reader.optional("url", default: url, Rule.url)
        listen = reader.optional("listen", default: listen, Rule.listenAddress)
        bridgeURL = reader.optional("bridge_url", default: bridgeURL, Rule.url)
        environmentURL = reader.optional("environment_url", default: environmentURL, Rule.tcpURL)
        adminPasswordFile = reader.value("admin_password_file", default: adminPasswordFile, Rule.absolutePath)
        apiKeyFile = reader.value("api_key_file", default: apiKeyFile, Rule.absolutePath)
        clientSecretFile = reader.value("client_secret_file", default: clientSecretFile, Rule.absolutePath)
        templates = reader.value("templates", default: templates, Rule.absolutePath)
        publicHost = reader.optional("public_host", default: publicHost, Rule.hostName)
        session = reader.value("session", default: session, Rule.duration(.seconds(600), .seconds(7 * 86_400)))
        snapshotInterval = reader.value(
            "snapshot_interval",
            default: snapshotInterval,
            Rule.duration(.seconds(60), .seconds(86_400))
        )
        if url != nil, listen == nil {
            reader.conflict("url", "needs portainer.listen, where Portainer's server asks the bridge who somebody is")
        }
    }

    func value(of key: String) -> String? {
        switch key {
        case "portainer.url": url ?? "null"
        case "portainer.listen": listen?.description ?? "null"
        case "portainer.bridge_url": bridgeURL ?? "null"
        case "portainer.environment_url": environmentURL ?? "null"
        case "portainer.admin_password_file": adminPasswordFile
        case "portainer.api_key_file": apiKeyFile
        case "portainer.client_secret_file": clientSecretFile
        case "portainer.templates": templates
        case "portainer.public_host": publicHost ?? "null"
        case "portainer.session": DurationText.format(session)
        case "portainer.snapshot_interval": DurationText.format(snapshotInterval)
        default: nil
        }
    }
}

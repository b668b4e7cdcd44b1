// swift-tools-version: 6.2
import PackageDescription

/// Swift 6 language mode everywhere; imports say what they let through to callers (SE-0409).
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "diycloud-bridge",
    products: [
        .executable(name: "diycloud-bridge", targets: ["diycloud-bridge"]),
        .executable(name: "diycloud", targets: ["diycloud"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        // The one place of the version.
        .target(name: "ProductRelease", swiftSettings: settings),
        // Values, and the messages between the service and workers of root.
        .target(name: "Identity", swiftSettings: settings),
        .target(name: "WorkerFrames", dependencies: ["CPrivilege"], swiftSettings: settings),
        .target(
            name: "PAMProtocol",
            dependencies: ["CPrivilege", "Identity", "WorkerFrames"],
            swiftSettings: settings
        ),
        .target(name: "QuotaProtocol", dependencies: ["Identity", "WorkerFrames"], swiftSettings: settings),
        .target(name: "StoreProtocol", dependencies: ["Identity", "WorkerFrames"], swiftSettings: settings),
        .target(name: "SyncReport", dependencies: ["Identity"], swiftSettings: settings),

        // Adapters, each to one outside thing.
        .target(
            name: "BridgeConfiguration",
            dependencies: ["CPrivilege", "Identity", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings
        ),
        .target(
            name: "UserStore",
            dependencies: ["Identity", grdb],
            swiftSettings: settings
        ),
        .target(
            name: "BridgeDatabase",
            dependencies: [grdb],
            swiftSettings: settings
        ),
        .systemLibrary(name: "CCrypt"),
        .target(name: "CHomes"),
        .target(name: "CQuota"),
        .target(name: "CPAM"),
        .target(name: "CPrivilege"),
        .target(name: "HostAccounts", dependencies: ["Identity"], swiftSettings: settings),
        .target(
            name: "HostPrograms",
            dependencies: [
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "LinuxAccounts",
            dependencies: ["CHomes", "HostAccounts", "HostPrograms", "Identity"],
            swiftSettings: settings
        ),
        .target(name: "Slices", dependencies: ["CPrivilege", "HostPrograms", "Identity"], swiftSettings: settings),
        .target(
            name: "DiskQuotas",
            dependencies: ["CQuota", "HostPrograms", "Identity"],
            swiftSettings: settings
        ),
        .target(
            name: "JupyterHubClient",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        // The Docker guard, and Portainer.
        .target(name: "DockerPolicy", dependencies: ["Identity"], swiftSettings: settings),
        .target(
            name: "DockerEngine",
            dependencies: [
                "DockerPolicy", "Identity",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "DockerCertificates",
            dependencies: [
                "Identity", crypto,
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings
        ),
        .target(name: "ContainerFirewall", dependencies: ["HostPrograms", "Identity"], swiftSettings: settings),
        .target(
            name: "DockerGuard",
            dependencies: [
                "CPrivilege", "DockerCertificates", "DockerEngine", "DockerPolicy", "HostAccounts", "Identity",
                "Slices",
                "SwitchOff", "UserStore",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "PortainerClient",
            dependencies: [
                "Identity", crypto,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "PortainerSignIn",
            dependencies: [
                "Identity", crypto,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),

        .target(
            name: "PAMWorker",
            dependencies: ["CPAM", "CPrivilege", "PAMProtocol", "Identity", "WorkerFrames"],
            swiftSettings: settings
        ),
        .target(
            name: "PAMClient",
            dependencies: [
                "PAMProtocol", "Identity", "WorkerFrames",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "QuotaWorker",
            dependencies: ["CPrivilege", "DiskQuotas", "HostAccounts", "Identity", "QuotaProtocol", "WorkerFrames"],
            swiftSettings: settings
        ),
        .target(
            name: "QuotaClient",
            dependencies: [
                "Identity", "QuotaProtocol", "WorkerFrames",
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "StoreWorker",
            dependencies: [
                "BridgeDatabase", "CPrivilege", "Identity", "Sessions", "StoreProtocol", "UserStore", "WorkerFrames",
            ],
            swiftSettings: settings
        ),
        .target(
            name: "StoreClient",
            dependencies: [
                "Identity", "StoreProtocol", "WorkerFrames",
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Privileges",
            dependencies: ["CPrivilege", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings
        ),
        .target(
            name: "Sessions",
            dependencies: [
                "BridgeDatabase", "Identity",
                crypto,
                grdb,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Credentials",
            dependencies: [
                "BridgeDatabase", "CCrypt", "Identity",
                crypto,
                grdb,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Regulation",
            dependencies: ["BridgeDatabase", "Identity", grdb],
            swiftSettings: settings
        ),
        .target(name: "Audit", dependencies: ["Identity"], swiftSettings: settings),
        .target(
            name: "Pages",
            dependencies: ["Identity", .product(name: "Mustache", package: "swift-mustache")],
            resources: [.embedInCode("Resources")],
            swiftSettings: settings
        ),

        // Uses.
        .target(
            name: "Usage",
            dependencies: ["Identity", "QuotaProtocol", "Slices", "SyncReport"],
            swiftSettings: settings
        ),
        .target(
            name: "SignIn",
            dependencies: [
                "Audit", "Credentials", "HostAccounts", "Identity", "PAMClient", "PAMProtocol", "Regulation",
                "Sessions", "UserStore", crypto,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "SwitchOff",
            dependencies: [
                "HostAccounts", "Identity", "PAMClient", "PAMProtocol", "Sessions", "UserStore",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "UserSync",
            dependencies: [
                "ContainerFirewall", "DockerEngine", "PortainerClient",
                "DockerCertificates",
                "Audit", "DiskQuotas", "HostPrograms", "Identity", "JupyterHubClient", "LinuxAccounts", "Slices",
                "SyncReport", "UserStore",
            ],
            swiftSettings: settings
        ),
        .target(
            name: "BridgeServer",
            dependencies: [
                "PortainerSignIn",
                "Audit", "BridgeConfiguration", "BridgeDatabase", "Credentials", "HostAccounts", "Identity",
                "PAMClient",
                "PAMProtocol", "Pages", "QuotaClient", "QuotaProtocol", "Regulation", "Sessions", "SignIn", "Slices",
                "StoreClient", "StoreProtocol",
                "SwitchOff", "SyncReport", "Usage", "UserStore",
                crypto,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOExtras", package: "swift-nio-extras"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Resources")],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "diycloud-bridge",
            dependencies: [
                "ContainerFirewall", "DockerCertificates", "DockerEngine", "DockerGuard", "DockerPolicy",
                "PortainerClient",
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                "Audit", "BridgeConfiguration", "BridgeDatabase", "BridgeServer", "CPrivilege", "Credentials",
                "DiskQuotas", "HostAccounts", "HostPrograms", "Identity", "JupyterHubClient", "LinuxAccounts",
                "PAMWorker",
                "Privileges", "ProductRelease", "QuotaProtocol", "QuotaWorker", "Regulation", "Sessions", "Slices",
                "StoreWorker",
                "SyncReport", "Usage",
                "UserStore", "UserSync",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),

        // The companion: what a host is, what is changed on it, and how that is taken back.
        .target(name: "Distributions", swiftSettings: settings),
        .target(name: "HostChanges", swiftSettings: settings),
        .target(name: "CExchange"),
        .target(name: "AtomicFiles", swiftSettings: settings),
        .target(
            name: "PackageManagers",
            dependencies: ["Distributions", "HostPrograms", crypto],
            swiftSettings: settings
        ),
        .target(
            name: "ManagedFiles",
            dependencies: ["AtomicFiles", "HostChanges", crypto],
            swiftSettings: settings
        ),
        .target(name: "ServiceUnits", dependencies: ["HostPrograms"], swiftSettings: settings),
        .target(
            name: "HTTPProbe",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "WebCertificate",
            dependencies: [
                crypto,
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings
        ),
        // What phases 0 to 2 of the platform left on a host, and copies of what may not be lost.
        .target(
            name: "LegacyPlatform",
            dependencies: ["CQuota", "DiskQuotas", "HostPrograms", "Identity", "Slices", "UserStore"],
            swiftSettings: settings
        ),
        .target(name: "Backups", dependencies: ["HostPrograms", crypto, grdb], swiftSettings: settings),
        .target(
            name: "Installer",
            dependencies: [
                "AtomicFiles", "BridgeConfiguration", "CExchange", "Distributions", "HTTPProbe", "HostChanges",
                "HostPrograms", "LegacyPlatform", "ManagedFiles", "PackageManagers", "ServiceUnits", "WebCertificate",
                crypto,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Doctor",
            dependencies: [
                "AtomicFiles", "HTTPProbe", "HostChanges", "HostPrograms", "Installer", "LegacyPlatform",
                "ServiceUnits",
                "WebCertificate",
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "diycloud",
            dependencies: [
                "AtomicFiles", "Backups", "BridgeConfiguration", "Distributions", "Doctor", "HTTPProbe", "HostChanges",
                "HostPrograms", "Installer", "LegacyPlatform", "ManagedFiles", "PackageManagers", "ProductRelease",
                "ServiceUnits",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),

        // Tests: one target a room.
        .testTarget(
            name: "DistributionsTests",
            dependencies: ["Distributions", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PackageManagersTests",
            dependencies: ["Distributions", "HostPrograms", "PackageManagers", "TestSupport"],
            exclude: ["make-repositories.sh"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LegacyPlatformTests",
            dependencies: ["HostPrograms", "LegacyPlatform", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BackupsTests",
            dependencies: ["Backups", "HostPrograms", crypto, grdb],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InstallerTests",
            dependencies: [
                "AtomicFiles", "BridgeConfiguration", "Distributions", "HostChanges", "HostPrograms", "Installer",
                "ManagedFiles", "PackageManagers", "TestSupport", "WebCertificate",
            ],
            exclude: ["Expected"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InstallerEngineTests",
            dependencies: ["BridgeConfiguration", "HostPrograms", "Installer"],
            swiftSettings: settings
        ),
        .testTarget(name: "IdentityTests", dependencies: ["Identity"], swiftSettings: settings),
        .testTarget(
            name: "BridgeConfigurationTests",
            dependencies: ["BridgeConfiguration", "Identity"],
            swiftSettings: settings
        ),
        .testTarget(name: "PagesTests", dependencies: ["Identity", "Pages"], swiftSettings: settings),
        .testTarget(
            name: "BridgeDatabaseTests",
            dependencies: ["BridgeDatabase", "TestSupport", grdb],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SessionsTests",
            dependencies: ["BridgeDatabase", "Identity", "Sessions", "TestSupport", grdb],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CredentialsTests",
            dependencies: ["BridgeDatabase", "Credentials", "Identity", "TestSupport", crypto, grdb],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RegulationTests",
            dependencies: ["BridgeDatabase", "Identity", "Regulation", "TestSupport", grdb],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SyncReportTests",
            dependencies: ["Identity", "SyncReport", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(name: "AuditTests", dependencies: ["Audit", "Identity", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "CommandTests",
            dependencies: ["BridgeDatabase", "Identity", "Regulation", "Sessions", "TestSupport", "diycloud-bridge"],
            swiftSettings: settings
        ),
        // What tests of several rooms need: real files, and a PAM worker that says what a test wants.
        .target(
            name: "TestSupport",
            dependencies: [
                "Identity", "PAMProtocol", "QuotaProtocol", "StoreProtocol", "UserStore", "WorkerFrames", crypto,
            ],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "SignInTests",
            dependencies: [
                "Audit", "BridgeDatabase", "Credentials", "HostAccounts", "Identity", "PAMClient", "PAMProtocol",
                "Regulation", "SignIn", "TestSupport", "UserStore",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SwitchOffTests",
            dependencies: [
                "BridgeDatabase", "HostAccounts", "Identity", "PAMClient", "PAMProtocol", "Sessions", "SwitchOff",
                "TestSupport", "UserStore",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BridgeServerTests",
            dependencies: [
                "PortainerSignIn",
                "Audit", "BridgeConfiguration", "BridgeDatabase", "BridgeServer", "Credentials", "HostAccounts",
                "Identity", "PAMClient", "PAMProtocol", "QuotaClient", "QuotaProtocol", "Regulation", "Sessions",
                "SignIn",
                "Slices", "StoreClient", "StoreProtocol", "SwitchOff", "SyncReport", "TestProcesses", "TestSupport",
                "Usage",
                "UserStore",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            resources: [.copy("Corpora")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "UserStoreTests",
            dependencies: ["Identity", "UserStore", "diycloud-bridge", crypto, grdb],
            swiftSettings: settings
        ),

        .testTarget(
            name: "UserSyncTests",
            dependencies: [
                "PortainerClient", "TestProcesses",
                "DockerCertificates",
                "DiskQuotas", "Identity", "JupyterHubClient", "LinuxAccounts", "Slices", "SyncReport", "TestSupport",
                "UserStore", "UserSync",
            ],
            swiftSettings: settings
        ),

        // Real processes under test, and what starts and watches them.
        .target(name: "TestProcesses", path: "Tests/TestProcesses", swiftSettings: settings),
        .executableTarget(
            name: "worker-host",
            dependencies: [
                "Identity", "PAMClient", "PAMWorker", "Privileges", "QuotaProtocol", "QuotaWorker",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/WorkerHost",
            swiftSettings: settings
        ),
        .testTarget(
            name: "DockerEngineTests",
            dependencies: ["DockerEngine", "DockerPolicy", "Identity"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "guard-host",
            dependencies: [
                "DockerGuard", "DockerPolicy", "Identity",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Tests/GuardHost",
            swiftSettings: settings
        ),
        .testTarget(
            name: "DockerGuardTests",
            dependencies: [
                "DockerEngine", "DockerGuard", "DockerPolicy", "Identity", "TestProcesses", "TestSupport", "guard-host",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PortainerClientTests",
            dependencies: [
                "PortainerClient", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PortainerSignInTests",
            dependencies: ["Identity", "PortainerSignIn"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DockerPolicyTests",
            dependencies: ["DockerPolicy", "Identity", "TestSupport"],
            exclude: ["Corpora"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DockerCertificatesTests",
            dependencies: [
                "DockerCertificates", "TestProcesses", "TestSupport",
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ContainerFirewallTests",
            dependencies: ["ContainerFirewall", "HostPrograms"],
            swiftSettings: settings
        ),
        .testTarget(name: "HostProgramsTests", dependencies: ["HostPrograms"], swiftSettings: settings),
        .executableTarget(
            name: "accounts-host",
            dependencies: ["HostPrograms", "Identity", "LinuxAccounts"],
            path: "Tests/AccountsHost",
            swiftSettings: settings
        ),
        .testTarget(
            name: "LinuxAccountsTests",
            dependencies: ["HostPrograms", "Identity", "LinuxAccounts", "TestProcesses", "accounts-host"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "slice-trial",
            dependencies: ["HostPrograms", "Identity", "Slices"],
            path: "Tests/SliceTrial",
            swiftSettings: settings
        ),
        .testTarget(
            name: "SlicesTests",
            dependencies: ["HostPrograms", "Identity", "Slices", "TestProcesses"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "disk-quota-check",
            dependencies: ["DiskQuotas", "HostPrograms", "Identity"],
            path: "Tests/DiskQuotaCheck",
            swiftSettings: settings
        ),
        .testTarget(
            name: "DiskQuotasTests",
            dependencies: [
                "DiskQuotas", "HostPrograms", "Identity", "TestProcesses", "TestSupport", "disk-quota-check",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "JupyterHubClientTests",
            dependencies: [
                "JupyterHubClient", "TestProcesses",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            exclude: ["Support"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PAMProtocolTests",
            dependencies: ["Identity", "PAMProtocol", "WorkerFrames"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "QuotaProtocolTests",
            dependencies: ["Identity", "QuotaProtocol", "TestSupport", "WorkerFrames"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "QuotaWorkerTests",
            dependencies: [
                "Identity", "QuotaClient", "QuotaProtocol", "QuotaWorker", "TestProcesses", "TestSupport",
                "WorkerFrames",
                "diycloud-bridge", "worker-host",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "StoreProtocolTests",
            dependencies: ["Identity", "StoreProtocol", "TestSupport", "WorkerFrames"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "StoreWorkerTests",
            dependencies: [
                "BridgeDatabase", "Identity", "Sessions", "StoreClient", "StoreProtocol", "StoreWorker",
                "TestProcesses", "TestSupport", "UserStore", "WorkerFrames", "diycloud-bridge",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "UsageTests",
            dependencies: ["Identity", "QuotaProtocol", "Slices", "SyncReport", "TestSupport", "Usage"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PAMWorkerTests",
            dependencies: [
                "Identity", "PAMClient", "PAMProtocol", "PAMWorker", "TestProcesses", "diycloud-bridge", "worker-host",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PrivilegesTests",
            dependencies: ["CPrivilege", "Privileges", "TestProcesses", "worker-host"],
            swiftSettings: settings
        ),
    ]
)

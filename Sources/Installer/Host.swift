public import Distributions
public import HostChanges
public import HostPrograms
public import ManagedFiles
public import PackageManagers
public import ServiceUnits

/// The host that is installed on, and all that a recipe may ask.
public struct Host: Sendable {
    public let distribution: Distribution
    public let facts: HostFacts
    public let programs: any HostPrograms
    public let packages: any PackageManager
    public let files: ManagedFiles
    public let units: ServiceUnits
    public let payload: Payload
    public let options: InstallOptions

    public init(
        distribution: Distribution,
        facts: HostFacts,
        programs: any HostPrograms,
        packages: any PackageManager,
        files: ManagedFiles,
        payload: Payload,
        options: InstallOptions
    ) {
        self.distribution = distribution
        self.facts = facts
        self.programs = programs
        self.packages = packages
        self.files = files
        units = ServiceUnits(programs: programs)
        self.payload = payload
        self.options = options
    }

    public var record: InstallationRecord { files.record }
}

import HostPrograms

/// The volume that Portainer's data is in, and its container.
struct PortainerVolume: Equatable {
    let container: String
    /// Where the engine keeps the volume.
    let directory: String
    let isRunning: Bool

    /// nil without Docker, or without that volume.
    static func find(_ place: BackupPlaces.Portainer?, programs: any HostPrograms) async -> PortainerVolume? {
        guard let place, programs.has("docker") else { return nil }
        guard let directory = await ask(programs, ["volume", "inspect", "--format", "{{.Mountpoint}}", place.volume]),
            directory.hasPrefix("/")
        else { return nil }
        let state = await ask(programs, ["container", "inspect", "--format", "{{.State.Running}}", place.container])
        return PortainerVolume(container: place.container, directory: directory, isRunning: state == "true")
    }

    private static func ask(_ programs: any HostPrograms, _ words: [String]) async -> String? {
        guard let result = try? await programs.run("docker", words), result.status == 0 else { return nil }
        return result.output.split(whereSeparator: \.isNewline).first.map(String.init)
    }

    /// Pauses the container, saves, and lets it go on, in one shell: it ends as it should even when its caller was killed.
    ///
    /// Portainer's database survives being stopped at any moment (bbolt writes its pages before the meta page that names
    /// them), so a frozen process has left a consistent file.
    private static let script = """
        if [ -n "$1" ]; then
            paused=$(docker container inspect --format '{{.State.Paused}}' "$1")
            [ "$paused" = true ] || docker pause "$1" >/dev/null || exit 3
        fi
        cd "$2" && find . -xdev \\( -type f -o -type d -o -type l \\) -print0 |
            tar --create --acls --xattrs --hard-dereference --no-recursion --null --verbatim-files-from -T - -I "$3" -f "$4"
        status=$?
        if [ -n "$1" ]; then docker unpause "$1" >/dev/null || exit 4; fi
        exit "$status"
        """

    func save(to file: String, compression: TreeArchive.Compression, programs: any HostPrograms)
        async throws(BackupError)
    {
        let words = ["-c", "umask 077; " + Self.script, "sh", isRunning ? container : "", directory]
        let result: ProgramResult
        do {
            result = try await programs.run(
                "sh",
                words + [compression.rawValue, file],
                input: "",
                timeLimit: TreeArchive.timeLimit
            )
        } catch {
            throw .program("docker", complaint: error.description)
        }
        switch result.status {
        case 0: return
        case 3: throw .service("the container \(container)", reason: "it cannot be paused: \(result.complaint)")
        case 4:
            throw .service(
                "the container \(container)",
                reason: "it is still paused (docker unpause \(container)): \(result.complaint)"
            )
        default: throw .program("tar", complaint: result.complaint)
        }
    }
}

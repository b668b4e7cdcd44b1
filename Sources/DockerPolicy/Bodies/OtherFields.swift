// The smaller bodies. See ContainerFields.swift for how to read a table.

extension FieldTable {
    static let exec = FieldTable(
        subject: "the exec",
        rows: [
            Row("User", .bounded("any; with the home bound uid:gid of the person")),
            Row("Privileged", .refused("A privileged exec is not allowed here: it is root on the host.")),
            Row("Tty", .kept(.flag)),
            Row("ConsoleSize", .kept(.integers)),
            Row("AttachStdin", .kept(.flag)),
            Row("AttachStdout", .kept(.flag)),
            Row("AttachStderr", .kept(.flag)),
            Row("Detach", .kept(.flag)),
            Row("DetachKeys", .kept(.text)),
            Row("Env", .kept(.texts)),
            Row("WorkingDir", .kept(.text)),
            Row("Cmd", .kept(.texts)),
            Row("Container", .set("left out: it is in the path")),
        ]
    )

    static let execStart = FieldTable(
        subject: "the start of an exec",
        rows: [
            Row("Detach", .kept(.flag)),
            Row("Tty", .kept(.flag)),
            Row("ConsoleSize", .kept(.integers)),
        ]
    )

    static let volume = FieldTable(
        subject: "the volume",
        rows: [
            Row("Name", .bounded("letters, digits, _ . and -")),
            Row("Driver", .kept(.oneOf(["", "local"]))),
            Row("DriverOpts", .refused(VolumeCreation.noOptions)),
            Row("Labels", .bounded("as for containers")),
            Row("ClusterVolumeSpec", .refused("Cluster volumes belong to a swarm, which is not offered here.")),
        ]
    )
}

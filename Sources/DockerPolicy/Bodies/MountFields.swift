// One element of HostConfig.Mounts, by its type. See ContainerFields.swift for how to read a table.

extension FieldTable {
    static let mount = FieldTable(
        subject: "the mount",
        rows: [
            Row("Type", .bounded("bind, volume or tmpfs")),
            Row("Source", .bounded("an own volume, nothing, or the person's home")),
            Row("Target", .bounded("an absolute path outside of /proc and /sys")),
            Row("ReadOnly", .kept(.flag)),
            Row("Consistency", .kept(.oneOf(["", "default", "consistent", "cached", "delegated"]))),
            Row("BindOptions", .bounded("for a bind: the table bindOptions")),
            Row("VolumeOptions", .bounded("for a volume: the table volumeOptions")),
            Row("TmpfsOptions", .bounded("for a tmpfs: the table tmpfsOptions")),
            Row("ImageOptions", .refused("Mounts of type image are not allowed here.")),
            Row("ClusterOptions", .refused("Mounts of type cluster are not allowed here.")),
        ]
    )

    static let bindOptions = FieldTable(
        subject: "BindOptions",
        rows: [
            Row("Propagation", .kept(.oneOf(["", "private", "rprivate"]))),
            Row("NonRecursive", .kept(.flag)),
            Row("CreateMountpoint", .set("left out: the home exists")),
            Row("ReadOnlyNonRecursive", .kept(.flag)),
            Row("ReadOnlyForceRecursive", .kept(.flag)),
        ]
    )

    static let volumeOptions = FieldTable(
        subject: "VolumeOptions",
        rows: [
            Row("NoCopy", .kept(.flag)),
            Row("Labels", .bounded("as the labels of a volume")),
            Row("Subpath", .bounded("a path inside of the volume without \"..\"")),
            Row("DriverConfig", .bounded("the driver local without options; left out")),
        ]
    )

    static let tmpfsOptions = FieldTable(
        subject: "TmpfsOptions",
        rows: [
            Row("SizeBytes", .bounded("0 to the memory quota")),
            Row("Mode", .bounded("0 to 01777")),
            Row("Options", .bounded("exec or noexec")),
        ]
    )

    static let driverConfig = FieldTable(
        subject: "DriverConfig",
        rows: [
            Row("Name", .kept(.oneOf(["", "local"]))),
            Row("Options", .refused(VolumeCreation.noOptions)),
        ]
    )
}

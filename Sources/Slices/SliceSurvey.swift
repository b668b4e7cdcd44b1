/// What is the same for all people: found out once when many are looked at, and good for as long as that takes.
struct SliceSurvey: Sendable {
    /// The directories that hold those of the people.
    let parents: [CgroupController: OpenDirectory]
    /// The directory that holds the drop-ins; nil where systemd has none.
    let dropIns: OpenDirectory?
    let impossible: [SliceLimit: String]
    let moot: Set<SliceLimit>

    init(_ layout: CgroupLayout, dropIns: SystemdDropIns) {
        parents = layout.parents.compactMapValues { OpenDirectory($0) }
        self.dropIns = layout.isSystemd ? OpenDirectory(dropIns.directory) : nil
        impossible = layout.impossible()
        moot = CgroupLayout.moot()
    }
}

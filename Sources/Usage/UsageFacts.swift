public import Identity
public import QuotaProtocol
public import Slices
public import SyncReport

/// All that is known of one person at one moment, gathered from the kernel, the store and the last reconciliation.
public struct UsageFacts: Sendable {
    public var name: UserName
    public var quota: Quota
    /// The limits that the quota asks for.
    public var limits: SliceLimits
    /// `nil` when there is no Linux account, so that nothing of the person can run.
    public var slice: Slice?
    /// `nil` when nobody was asked.
    public var disk: DiskUse?
    /// The person's findings of the last reconciliation, and those of the whole host.
    public var findings: [SyncFinding]

    /// What the person's slice says.
    public struct Slice: Sendable {
        /// What it uses; `nil` when nothing runs.
        public var usage: SliceUsage?
        public var standing: LimitStanding
        public var rate: CPURate

        public init(usage: SliceUsage?, standing: LimitStanding, rate: CPURate) {
            self.usage = usage
            self.standing = standing
            self.rate = rate
        }
    }

    public init(
        name: UserName,
        quota: Quota,
        policy: SlicePolicy,
        slice: Slice?,
        disk: DiskUse?,
        findings: [SyncFinding]
    ) {
        self.name = name
        self.quota = quota
        self.limits = SliceLimits(quota: quota, policy: policy)
        self.slice = slice
        self.disk = disk
        self.findings = findings
    }
}

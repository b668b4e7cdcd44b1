public import QuotaProtocol

/// Who knows what people's files take: the host (``HostQuotaSource``), or a test.
public protocol QuotaSource: Sendable {
    /// What each account's files take and may take; an entry for every uid that was asked for.
    func use(of uids: [UInt32]) -> [UInt32: DiskUse]
}

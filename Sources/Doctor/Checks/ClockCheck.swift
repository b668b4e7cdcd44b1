import HostPrograms

/// The clock: one-time codes, certificates and sessions all hang on it.
struct ClockCheck: Check {
    let id = "clock"
    let title = "The clock is kept right"
    let programs: any HostPrograms

    func look() async throws -> [Finding] {
        let result = try await programs.run("timedatectl", ["show", "--property=NTPSynchronized,NTP,CanNTP"])
        guard result.status == 0 else { throw Unchecked("timedatectl: \(result.complaint)") }
        let lines = Set(result.output.split(separator: "\n"))
        if lines.contains("NTPSynchronized=yes") { return [] }
        return [
            Finding(
                .notice,
                lines.contains("NTP=yes") ? "the clock is not synchronised yet" : "nothing synchronises the clock",
                why: "One-time codes fail when it is off by a minute, certificates when it is off by days.",
                remedy: lines.contains("CanNTP=yes")
                    ? "timedatectl set-ntp true" : "install chrony or systemd-timesyncd"
            )
        ]
    }
}

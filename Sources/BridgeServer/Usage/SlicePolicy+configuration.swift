import BridgeConfiguration
import Slices

extension SlicePolicy {
    init(_ limits: Configuration.Limits) {
        self.init(memoryHighPercent: limits.memoryHigh, swapPercent: limits.swap, tasks: limits.tasks)
    }
}

extension CgroupLayout {
    /// How this host keeps processes together, as the configuration wants it. The service only reads.
    static func detect(_ limits: Configuration.Limits) -> CgroupLayout {
        let choice = Choice(rawValue: limits.controller.rawValue) ?? .auto
        return detect(controller: choice, treeName: limits.cgroup, forReading: true)
    }
}

import BridgeConfiguration
import Slices

extension SlicePolicy {
    init(_ limits: Configuration.Limits) {
        self.init(memoryHighPercent: limits.memoryHigh, swapPercent: limits.swap, tasks: limits.tasks)
    }
}

extension CgroupLayout {
    /// How this host keeps processes together, as the configuration wants it.
    static func detect(_ limits: Configuration.Limits) -> CgroupLayout {
        detect(controller: Choice(rawValue: limits.controller.rawValue) ?? .auto, treeName: limits.cgroup)
    }
}

import SyncReport

extension Reconciler {
    /// What takes access away from people who are switched off, and nothing else. It is planned, applied and looked at
    /// without a look at any home, so that no file system that hangs stands between a row of the store and its effect.
    public func planSwitchOff(_ desired: DesiredState, scope: SyncScope) async -> SyncPlan {
        let look = Look(parts: parts, desired: desired, scope: scope, isForecast: true)
        var stages: [SyncStage: StagePlan] = [:]
        var troubles: [SyncArea: String] = [:]
        for stage in [SyncStage.hubSwitchOff, .lock, .stop] where scope.areas.contains(stage.area) {
            do throws(SyncTrouble) {
                stages[stage] = try await look.plan(stage)
            } catch {
                troubles[stage.area] = error.reason
            }
        }
        return SyncPlan(desired: desired, scope: scope, stages: stages, troubles: troubles)
    }
}

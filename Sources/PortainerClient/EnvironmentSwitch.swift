/// What people who are no administrators may do in an environment, as Portainer itself judges it. It is a convenience (its pages
/// hide what is off) and no boundary: that is the Docker guard.
public enum EnvironmentSwitch: String, Sendable, Hashable, CaseIterable {
    case bindMounts = "allowBindMountsForRegularUsers"
    case privilegedMode = "allowPrivilegedModeForRegularUsers"
    case volumeBrowser = "allowVolumeBrowserForRegularUsers"
    case hostNamespace = "allowHostNamespaceForRegularUsers"
    case deviceMapping = "allowDeviceMappingForRegularUsers"
    case stackManagement = "allowStackManagementForRegularUsers"
    case containerCapabilities = "allowContainerCapabilitiesForRegularUsers"
    case sysctlSettings = "allowSysctlSettingForRegularUsers"
    /// From 2.4x on.
    case securityOptions = "allowSecurityOptForRegularUsers"
    case hostManagement = "enableHostManagementFeatures"
}

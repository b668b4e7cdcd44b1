/// What a call of the Docker Engine API does. The raw values are stable: the log names them.
public enum DockerOperation: String, CaseIterable, Sendable {
    // The engine.
    case ping, version, info, diskUsage, events, registryLogin
    // Containers.
    case containerList, containerCreate, containerInspect, containerTop, containerLogs, containerChanges,
        containerExport
    case containerStats, containerResize, containerStart, containerStop, containerRestart, containerKill,
        containerUpdate
    case containerRename, containerPause, containerUnpause, containerAttach, containerAttachWebsocket, containerWait
    case containerRemove, containerArchiveHead, containerArchiveGet, containerArchivePut, containerPrune, checkpoint
    // Programs in containers.
    case execCreate, execStart, execResize, execInspect
    // Images.
    case imageList, imageBuild, buildCancel, buildPrune, imagePull, imageInspect, imageHistory, imagePush, imageTag
    case imageRemove, imageSearch, imagePrune, imageCommit, imageSave, imageLoad, distribution
    // Networks.
    case networkList, networkInspect, networkCreate, networkConnect, networkDisconnect, networkRemove, networkPrune
    // Volumes.
    case volumeList, volumeInspect, volumeCreate, volumeUpdate, volumeRemove, volumePrune
    // What is the host's.
    case session, grpc, swarm, node, service, task, secret, config, plugin
}

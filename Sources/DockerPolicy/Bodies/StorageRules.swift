/// `StorageOpt`: the size of the container's own layer, where the storage driver can hold one.
struct StorageRules {
    let caller: Caller
    let settings: GuardSettings

    func judged(_ value: JSONValue?) throws(DockerRefusal) -> JSONValue? {
        let asked = try ContainerCreation.object(value, "StorageOpt")
        var size: Int64?
        for member in asked.members {
            guard member.key == "size", let text = member.value.string, let bytes = Amounts.bytes(text), bytes > 0
            else {
                throw .forbidden(
                    "The storage option \"\(member.key)\" is not allowed here; only size is, as in size=10g.",
                    reason: "storage-opt"
                )
            }
            size = bytes
        }
        guard settings.canLimitStorage else {
            guard size == nil else {
                throw .forbidden(
                    "This server's storage driver cannot limit the size of a container. Leave out --storage-opt.",
                    reason: "storage-opt"
                )
            }
            return nil
        }
        let quota = caller.quota.disk.bytes
        return .object(["size": .string(String(min(size ?? quota, quota)))])
    }
}

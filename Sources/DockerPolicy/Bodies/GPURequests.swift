/// `DeviceRequests` (`docker run --gpus`): for people with GPU access, GPUs of nvidia's driver and nothing else.
enum GPURequests {
    static let refusal = DockerRefusal.forbidden(
        "GPUs (--gpus) need GPU access, which you do not have. Ask an administrator for it.",
        reason: "device-requests"
    )

    private static let table = FieldTable(
        subject: "DeviceRequests",
        rows: [
            .init("Driver", .kept(.oneOf(["", "nvidia"]))),
            .init("Count", .kept(.integer)),
            .init("DeviceIDs", .kept(.texts)),
            .init("Capabilities", .bounded("gpu, with what nvidia's runtime calls compute, utility and so on")),
            .init("Options", .refused("Options of GPU requests are not allowed here.")),
        ]
    )

    private static let capabilities: Set<String> = [
        "gpu", "nvidia", "compute", "compat32", "graphics", "utility", "video", "display", "ngx",
    ]

    static func judged(_ value: JSONValue?, allowed: Bool) throws(DockerRefusal) -> JSONValue? {
        guard let value, !value.isZero else { return nil }
        guard allowed else { throw refusal }
        guard let requests = value.array else { throw .malformed("DeviceRequests must be a list.") }
        var granted: [JSONValue] = []
        for request in requests {
            guard let object = request.object else { throw .malformed("DeviceRequests must hold objects.") }
            var screened = try table.screened(object)
            let alternatives = screened.asked["Capabilities"]?.array ?? []
            let areGPUs = alternatives.allSatisfy { alternative in
                let words = (alternative.array ?? []).map { $0.string ?? "?" }
                return words.contains("gpu") && words.allSatisfy(capabilities.contains)
            }
            guard areGPUs, !alternatives.isEmpty else {
                throw .forbidden("Only GPUs can be asked for (--gpus), no other devices.", reason: "device-requests")
            }
            screened.kept.set("Capabilities", .array(alternatives))
            granted.append(.object(screened.kept))
        }
        return .array(granted)
    }
}

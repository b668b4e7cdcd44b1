import NIOCore
import NIOHTTP1

/// A hijacked connection: attach, exec.
extension Exchange {
    func openRaw(_ head: HTTPResponseHead) {
        var headers = AnswerHeaders.passed(head.headers)
        if status == 101 {
            headers.add(name: "Connection", value: "Upgrade")
            headers.add(name: "Upgrade", value: "tcp")
        } else {
            headers.add(name: "Connection", value: "close")
        }
        stage = .opening(held: [])
        engine.becomeRaw()
        client.becomeRaw(HTTPResponseHead(version: .http1_1, status: head.status, headers: headers)) { [weak self] in
            self?.headWasSent()
        }
        regulateEngine()
    }

    private func headWasSent() {
        guard case .opening(let held) = stage else { return }
        stage = .raw
        for bytes in held { client.write(raw: bytes) }
        client.flush()
        if isEngineGone { return end() }
        if isEngineSilent { tellSilence() }
        regulateEngine()
    }

    func engineSent(_ bytes: ByteBuffer) {
        switch stage {
        case .opening(var held):
            held.append(bytes)
            stage = .opening(held: held)
        case .raw: client.write(raw: bytes)
        default: break
        }
    }

    func clientSent(_ bytes: ByteBuffer) { engine.write(raw: bytes) }

    func fallSilent() {
        isEngineSilent = true
        if case .raw = stage { tellSilence() }
    }

    private func tellSilence() {
        client.flush()
        if isClientSilent { end() } else { client.closeOutput() }
    }

    func rawEngineGone() {
        if case .raw = stage { end() }
    }
}

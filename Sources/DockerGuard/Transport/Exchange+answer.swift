import DockerPolicy
import NIOCore
import NIOHTTP1

extension Exchange {
    func engineAnswered(_ part: HTTPClientResponsePart) {
        guard !isOver else { return }
        answerParts.append(part)
        pump()
    }

    func engineReadComplete() {
        client.flush()
        regulateEngine()
    }

    func clientBecameWritable() { regulateEngine() }

    /// The engine may say more only when there is somewhere to put it.
    func regulateEngine() {
        var isOpening = false
        if case .opening = stage { isOpening = true }
        if isBusy || isOpening || !answerParts.isEmpty || !client.isWritable { engine.pause() } else { engine.resume() }
    }

    func engineFellSilent() {
        guard isRaw else {
            // The decoder has heard it first: an answer that is not whole by now will never be.
            engine.close()
            return
        }
        fallSilent()
    }

    func engineGone() {
        guard !isOver else { return }
        isEngineGone = true
        if case .connecting = stage { return }
        if isRaw { return rawEngineGone() }
        pump()
        breakOffIfCut()
    }

    private func breakOffIfCut() {
        guard isEngineGone, !isBusy, !isOver, answerParts.isEmpty, !isRaw else { return }
        if case .awaitingHead = stage { fail(Self.engineSilent) } else { breakOff() }
    }

    /// Takes what the engine said, one piece after the other.
    private func pump() {
        while !isBusy, !isOver, let part = answerParts.popFirst() {
            switch part {
            case .head(let head): take(head)
            case .body(let bytes): take(bytes)
            case .end: takeEnd()
            }
        }
    }

    // MARK: Head

    private func take(_ head: HTTPResponseHead) {
        guard case .awaitingHead = stage else { return }
        status = Int(head.status.code)
        if isHijack, head.status == .switchingProtocols, request.switchesToRawStream {
            return openRaw(head)
        }
        guard head.status != .switchingProtocols else { return fail(Self.engineSilent) }
        if isHijack, AnswerHeaders.isRawStream(head) { return openRaw(head) }
        switch plan.answer {
        case .whole: stage = .gathering(head, ByteBuffer())
        case .lines(let limit, _) where status < 400:
            stage = .splitting(LineSplitter(limit: limit))
            writeHead(head, length: nil)
        case .lines, .stream, .hijack:
            stage = .streaming
            writeHead(head, length: head.headers.first(name: "content-length"))
        }
    }

    private var canHaveBody: Bool { request.method != "HEAD" && status != 204 && status != 304 }

    /// Whether the client sees where the answer ends only by the end of the connection.
    private var endsByClosing: Bool { request.version != .http1_1 }

    private func writeHead(_ head: HTTPResponseHead, length: String?) {
        var headers = AnswerHeaders.passed(head.headers)
        if let length {
            if status != 204 { headers.add(name: "Content-Length", value: length) }
        } else if canHaveBody, !endsByClosing {
            headers.add(name: "Transfer-Encoding", value: "chunked")
        }
        if !request.isKeptAlive || client.isDraining || (endsByClosing && length == nil) {
            headers.add(name: "Connection", value: "close")
        }
        isDelimited = length != nil || !canHaveBody || !endsByClosing
        client.write(.head(HTTPResponseHead(version: .http1_1, status: head.status, headers: headers)))
    }

    // MARK: Body

    private func take(_ bytes: ByteBuffer) {
        switch stage {
        case .streaming: client.write(.body(.byteBuffer(bytes)))
        case .gathering(let head, let gathered): gather(bytes, head, gathered)
        case .splitting(let splitter): split(bytes, splitter)
        case .opening, .raw: engineSent(bytes)
        case .connecting, .awaitingHead, .over: break
        }
    }

    private func takeEnd() {
        switch stage {
        case .streaming:
            client.write(.end(nil))
            finish(keepsConnection: isDelimited)
        case .gathering(let head, let gathered): rewrite(head, gathered)
        case .splitting(var splitter): finishLines(splitter.finish())
        case .opening, .raw:
            // A switch has an end of its own; that of a stream that is a body is the engine's silence.
            if status == 101 { engine.stopDecoding() } else { fallSilent() }
        case .connecting, .awaitingHead, .over: break
        }
    }

    // MARK: As a whole

    private func gather(_ bytes: ByteBuffer, _ head: HTTPResponseHead, _ gathered: ByteBuffer) {
        guard case .whole(let limit, _) = plan.answer else { return }
        guard gathered.readableBytes + bytes.readableBytes <= limit else { return fail(Self.answerTooLarge(limit)) }
        var gathered = gathered
        // The other reference must be gone, or each piece copies all that came before it.
        stage = .awaitingHead
        gathered.writeImmutableBuffer(bytes)
        stage = .gathering(head, gathered)
    }

    private func rewrite(_ head: HTTPResponseHead, _ gathered: ByteBuffer) {
        guard case .whole(_, let transform) = plan.answer else { return }
        let before = status
        work {
            await transform(before, gathered)
        } then: { [self] answer in
            status = answer.0
            var head = head
            head.status = HTTPResponseStatus(statusCode: answer.0)
            let length = canHaveBody ? "\(answer.1.readableBytes)" : head.headers.first(name: "content-length")
            writeHead(head, length: length)
            if canHaveBody, answer.1.readableBytes > 0 { client.write(.body(.byteBuffer(answer.1))) }
            client.write(.end(nil))
            finish(keepsConnection: isDelimited)
        }
    }

    private static func answerTooLarge(_ limit: Int) -> DockerRefusal {
        DockerRefusal(
            status: 502,
            message: "The Docker engine's answer is larger than \(limit) bytes; ask for less, by a filter.",
            reason: "answer-too-large"
        )
    }

    // MARK: Line by line

    private func split(_ bytes: ByteBuffer, _ splitter: LineSplitter) {
        var splitter = splitter
        var bytes = bytes
        stage = .awaitingHead
        let lines = splitter.append(&bytes)
        stage = .splitting(splitter)
        if !lines.isEmpty { pass(lines) }
    }

    private func pass(_ lines: [ByteBuffer], then next: (() -> Void)? = nil) {
        guard case .lines(_, let transform) = plan.answer else { return }
        work {
            var kept = ByteBuffer()
            for line in lines {
                guard let passed = await transform(line) else { continue }
                kept.writeImmutableBuffer(passed)
                kept.writeInteger(UInt8(ascii: "\n"))
            }
            return kept
        } then: { [self] kept in
            if kept.readableBytes > 0 { client.write(.body(.byteBuffer(kept))) }
            client.flush()
            next?()
        }
    }

    private func finishLines(_ rest: ByteBuffer?) {
        let last: () -> Void = { [self] in
            client.write(.end(nil))
            finish(keepsConnection: isDelimited)
        }
        if let rest { pass([rest], then: last) } else { last() }
    }

    /// Has something done elsewhere; the rest of the answer waits for it.
    private func work<Value: Sendable>(
        _ job: @escaping @Sendable () async -> Value,
        then use: @escaping (Value) -> Void
    ) {
        guard let loop = client.context?.eventLoop else { return }
        isBusy = true
        loop.makeFutureWithTask(job).assumeIsolated().whenSuccess { [self] value in
            isBusy = false
            guard !isOver else { return }
            use(value)
            pump()
            breakOffIfCut()
            regulateEngine()
        }
    }
}

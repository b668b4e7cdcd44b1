public import PAMProtocol

/// A conversation in which PAM waits for a person. Letting go of it ends it.
public actor PAMConversation {
    private enum State {
        /// A module waits for `answers` answers until `deadline`.
        case waiting(WorkerConnection, answers: Int, deadline: ContinuousClock.Instant)
        case working(WorkerConnection)
        case ended(PAMClientError)
    }

    private let client: PAMClient
    /// Where the person comes from, as failed sign-ins are counted.
    let network: String
    private var state: State

    init(
        client: PAMClient,
        network: String,
        connection: WorkerConnection,
        answers: Int,
        deadline: ContinuousClock.Instant
    ) {
        self.client = client
        self.network = network
        self.state = .waiting(connection, answers: answers, deadline: deadline)
    }

    /// Passes answers on, one for each question that wants one, in order.
    /// - Parameter answers: each at most 511 bytes of UTF-8 without NUL; may be empty.
    /// - Returns: more questions, or the end.
    /// - Throws: ``PAMClientError``. After ``PAMClientError/invalidPassword(_:)`` and ``PAMClientError/wrongNumberOfAnswers(expected:)``
    ///   nothing was sent and the person may try again; after any other the conversation is over.
    public func answer(_ answers: [String]) async throws(PAMClientError) -> ConversationStep {
        guard case .waiting(let connection, let expected, let deadline) = state else {
            if case .ended(let error) = state { throw error }
            throw .conversationEnded
        }
        guard answers.count == expected else { throw .wrongNumberOfAnswers(expected: expected) }
        guard ContinuousClock.now < deadline else {
            end(.timedOut)
            throw .timedOut
        }
        var secrets: [Secret] = []
        for answer in answers {
            do { secrets.append(try Secret(answer)) } catch { throw .invalidPassword(error) }
        }
        state = .working(connection)
        client.isBusy(self)
        let step: ConversationStep
        do throws(PAMClientError) {
            step = try await client.step(.answers(secrets), on: connection)
        } catch {
            end(error)
            throw error
        }
        guard case .working = state else { throw .conversationEnded }
        switch step {
        case .questions(let questions, _):
            state = .waiting(connection, answers: questions.count(where: \.wantsAnswer), deadline: deadline)
            client.waits(self)
        case .finished: end(.conversationEnded)
        }
        return step
    }

    /// Ends the conversation. The worker sees its connection close, lets the modules clean up, and ends.
    public func cancel() { end(.conversationEnded) }

    func end(_ error: PAMClientError) {
        switch state {
        case .waiting(let connection, _, _), .working(let connection): connection.hangUp()
        case .ended: return
        }
        state = .ended(error)
        client.isBusy(self)
    }
}

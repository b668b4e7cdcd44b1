import WorkerFrames

extension FrameWriter {
    mutating func questions(_ questions: [Question]) {
        let kept = questions.suffix(PAMResponse.maximumQuestions)
        count(kept.count)
        for question in kept {
            byte(question.kind.rawValue)
            text(question.text, atMost: Question.maximumLength)
        }
    }

    mutating func verdict(_ verdict: PAMVerdict) {
        switch verdict {
        case .accepted: byte(1)
        case .refused(let code, let phase):
            byte(2)
            integer(UInt32(bitPattern: code))
            byte(phase.rawValue)
        case .unavailable(let reason):
            byte(3)
            text(reason, atMost: PAMResponse.maximumText)
        }
    }

    mutating func account(_ state: AccountState) {
        flag(state.exists)
        integer(state.uid)
        flag(state.locked)
        flag(state.neverHadPassword)
        flag(state.expired)
        flag(state.expiryDay != nil)
        integer(UInt64(bitPattern: state.expiryDay ?? 0))
        flag(state.hasShadow)
    }

    mutating func firstPassword(_ verdict: FirstPasswordVerdict) {
        switch verdict {
        case .set: byte(1)
        case .notWanted(let reason):
            byte(2)
            text(reason, atMost: PAMResponse.maximumText)
        case .refused(let reason):
            byte(3)
            text(reason, atMost: PAMResponse.maximumText)
        case .unavailable(let reason):
            byte(4)
            text(reason, atMost: PAMResponse.maximumText)
        }
    }

    mutating func service(_ state: ServiceFileState) {
        switch state {
        case .present(let path):
            byte(1)
            text(path, atMost: PAMResponse.maximumText)
        case .missing(let path):
            byte(2)
            text(path, atMost: PAMResponse.maximumText)
        case .unsafe(let path, let reason):
            byte(3)
            text(path, atMost: PAMResponse.maximumText)
            text(reason, atMost: PAMResponse.maximumText)
        case .unknown(let reason):
            byte(4)
            text(reason, atMost: PAMResponse.maximumText)
        }
    }
}

extension FrameReader {
    mutating func questions() throws(FrameError) -> [Question] {
        var questions: [Question] = []
        for _ in 0..<(try count(atMost: PAMResponse.maximumQuestions, "questions")) {
            guard let kind = Question.Kind(rawValue: try byte()) else { throw .badValue(field: "question") }
            questions.append(Question(kind: kind, text: try text(atMost: Question.maximumLength, "question")))
        }
        return questions
    }

    mutating func verdict() throws(FrameError) -> PAMVerdict {
        switch try byte() {
        case 1: return .accepted
        case 2:
            let code = Int32(bitPattern: try integer(UInt32.self))
            guard let phase = PAMPhase(rawValue: try byte()) else { throw .badValue(field: "phase") }
            return .refused(code: code, phase: phase)
        case 3: return .unavailable(reason: try text(atMost: PAMResponse.maximumText, "reason"))
        default: throw .badValue(field: "verdict")
        }
    }

    mutating func account() throws(FrameError) -> AccountState {
        let exists = try flag("exists")
        let uid = try integer(UInt32.self)
        let locked = try flag("locked")
        let neverHadPassword = try flag("neverHadPassword")
        let expired = try flag("expired")
        let hasExpiryDay = try flag("expiryDay")
        let expiryDay = Int64(bitPattern: try integer(UInt64.self))
        return AccountState(
            exists: exists,
            uid: uid,
            locked: locked,
            neverHadPassword: neverHadPassword,
            expired: expired,
            expiryDay: hasExpiryDay ? expiryDay : nil,
            hasShadow: try flag("hasShadow")
        )
    }

    mutating func firstPassword() throws(FrameError) -> FirstPasswordVerdict {
        let limit = PAMResponse.maximumText
        switch try byte() {
        case 1: return .set
        case 2: return .notWanted(reason: try text(atMost: limit, "reason"))
        case 3: return .refused(reason: try text(atMost: limit, "reason"))
        case 4: return .unavailable(reason: try text(atMost: limit, "reason"))
        default: throw .badValue(field: "verdict")
        }
    }

    mutating func service() throws(FrameError) -> ServiceFileState {
        let limit = PAMResponse.maximumText
        switch try byte() {
        case 1: return .present(path: try text(atMost: limit, "path"))
        case 2: return .missing(path: try text(atMost: limit, "path"))
        case 3:
            let path = try text(atMost: limit, "path")
            return .unsafe(path: path, reason: try text(atMost: limit, "reason"))
        case 4: return .unknown(reason: try text(atMost: limit, "reason"))
        default: throw .badValue(field: "service")
        }
    }
}

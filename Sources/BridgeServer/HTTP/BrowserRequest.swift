import HTTPTypes
import Hummingbird
import Identity

/// What a request of a browser says of itself, read from headers that nginx sets.
///
/// Only for requests that came in over the proxy listener with its credential; from anybody else these headers are hearsay.
struct BrowserRequest: Sendable {
    /// Where the browser is; nil when nginx did not say, or not plainly.
    let client: ClientAddress?
    /// Scheme, host and port of the site as the browser sees it, such as `https://cloud.example.org`; nil when unknown.
    let origin: String?
    /// Whether the browser came over TLS.
    let isSecure: Bool
    let userAgent: String
    private let headers: HTTPFields

    init(_ request: Request) {
        headers = request.headers
        client = request.headers[.realIP].flatMap { ClientAddress($0) }
        let scheme = request.headers[.forwardedProto]
        isSecure = scheme == "https"
        let host = request.headers[.forwardedHost]
        if let scheme, let host, scheme == "http" || scheme == "https", Self.isHost(host) {
            origin = "\(scheme)://\(host)"
        } else {
            origin = nil
        }
        userAgent = String((request.headers[.userAgent] ?? "").prefix(256))
    }

    /// Whether a browser shows the answer as a page of its own, not a script or a frame that may read it.
    ///
    /// Pages of notebook servers have our origin, so their scripts could read our pages and act in them; Fetch Metadata tells
    /// them from a person's own navigation. Browsers send it to secure origins only: without TLS nothing can be told.
    var isNavigation: Bool {
        guard let mode = headers[.secFetchMode] else { return !isSecure }
        return mode == "navigate" && (headers[.secFetchDest] ?? "document") == "document"
    }

    /// - Throws: ``Problem`` of kind `cross-site-request` for everything but ``isNavigation``, with a sentence of its own for a browser that is
    ///   too old to tell.
    func requireNavigation() throws {
        guard !isNavigation else { return }
        throw Problem(
            .forbidden,
            .crossSite,
            headers[.secFetchMode] == nil ? SignInSentence.oldBrowser : SignInSentence.notAPerson
        )
    }

    /// Whether a form was sent by a page of this site (Fetch Metadata, and the Origin header of RFC 6454 §7).
    ///
    /// Where the browser says `same-origin` by itself the scheme of its Origin is not compared: TLS may end in front of nginx,
    /// which then believes in http.
    var isSameOriginForm: Bool {
        switch (headers[.secFetchSite], headers[.origin]) {
        case ("same-origin", let sent?):
            Self.authority(sent) != nil && Self.authority(sent) == origin.flatMap(Self.authority)
        case ("same-origin", nil), (nil, nil): true
        case (nil, let sent?): sent == origin
        default: false
        }
    }

    /// Whether a call that another application answers, and that may change something there, is no doing of another site.
    ///
    /// Browsers name the Origin with everything but GET and HEAD, and with websockets; new ones say Sec-Fetch-Site too. A call with
    /// neither is of a program, or of a very old browser: it may only look.
    /// - Parameters:
    ///   - method: as it stood in the request line.
    ///   - isUpgrade: a websocket may do anything, and no browser asks the other site first.
    func isOwnAct(method: String, isUpgrade: Bool) -> Bool {
        let isSafe = ["GET", "HEAD", "OPTIONS"].contains(method)
        guard isUpgrade || !isSafe else { return true }
        switch (headers[.secFetchSite], headers[.origin]) {
        case ("same-origin", nil), ("none", nil): return true
        case ("same-origin", let sent?), ("none", let sent?):
            return Self.authority(sent) != nil && Self.authority(sent) == origin.flatMap(Self.authority)
        case (nil, let sent?): return sent == origin
        case (nil, nil): return isSafe
        default: return false
        }
    }

    /// Host and port of an origin.
    private static func authority(_ origin: String) -> Substring? {
        origin.firstRange(of: "://").map { origin[$0.upperBound...] }
    }

    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.utf8.allSatisfy { byte in
                (byte >= 48 && byte <= 58) || (byte | 32 >= 97 && byte | 32 <= 122) || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
            }
    }
}

import Testing

@testable import BridgeServer

@Suite("Tokens of services")
struct ServiceTokensTests {
    private let tokens = ServiceTokens(["hub": "aaaa", "tool": "bbbb"])

    @Test("each service is known by its own token")
    func known() {
        #expect(tokens.service(authorization: "Bearer aaaa") == "hub")
        #expect(tokens.service(authorization: "bearer bbbb") == "tool")
    }

    @Test(
        "everything else is nobody",
        arguments: [
            "", "Bearer", "Bearer ", "aaaa", "Bearer aaa", "Bearer aaaaa", "Bearer AAAA", "Bearer aaaa ",
            "Bearer aaaa bbbb",
            "Basic aaaa", "token aaaa", "Bearer\taaaa", "Bearer aaaa,Bearer bbbb", "Bearer aaaa\0",
        ]
    )
    func unknown(authorization: String) {
        #expect(tokens.service(authorization: authorization) == nil)
    }

    @Test("without tokens nobody is known")
    func none() { #expect(ServiceTokens([:]).service(authorization: "Bearer ") == nil) }
}

/// How sign-ins are checked.
public struct SignInConfiguration: Sendable {
    /// Whether accounts of the host are asked through PAM.
    public var usesPAM: Bool
    /// Whether people without an account of the host may use the password of the user store.
    public var usesStore: Bool
    /// Accounts with a smaller user id belong to the system and are refused (`UID_MIN` in login.defs(5)).
    public var minimumUID: UInt32
    /// Every refusal is answered this long after the attempt came in, whatever its reason, so that time tells nothing.
    public var failureDelay: Duration
    /// How long a conversation stays open for the answer of a person.
    public var conversationLimit: Duration

    public init(
        usesPAM: Bool = true,
        usesStore: Bool = true,
        minimumUID: UInt32 = 1000,
        failureDelay: Duration = .seconds(2),
        conversationLimit: Duration = .seconds(120)
    ) {
        self.usesPAM = usesPAM
        self.usesStore = usesStore
        self.minimumUID = minimumUID
        self.failureDelay = failureDelay
        self.conversationLimit = conversationLimit
    }
}

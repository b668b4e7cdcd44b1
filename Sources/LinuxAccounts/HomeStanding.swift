/// What is so of a home.
public enum HomeStanding: Sendable, Hashable {
    /// The home, `notebooks/` and `data/` are there.
    case whole
    /// There is no home yet.
    case missing
    /// `notebooks/` or `data/` is missing.
    case incomplete
    /// Something is missing or hidden that is not for root to mend, for this reason: a sentence with the way out.
    case obstructed(reason: String)
}

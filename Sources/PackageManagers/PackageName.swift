/// Names that go to a package manager as arguments: none may be an option, a pattern, a path or a version.
enum PackageName {
    static func isValid(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, isAlphanumeric(first), name.utf8.count <= 200 else { return false }
        return name.unicodeScalars.allSatisfy { isAlphanumeric($0) || "+-._".unicodeScalars.contains($0) }
    }

    /// - Throws: ``PackageError/unknownPackage(_:)`` with those that no package can be called.
    static func check(_ names: [String]) throws(PackageError) {
        let wrong = names.filter { !isValid($0) }
        guard wrong.isEmpty else { throw .unknownPackage(wrong) }
    }

    private static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
    }
}

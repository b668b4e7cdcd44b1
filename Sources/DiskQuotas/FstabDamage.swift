/// Lines of fstab(5) that the platform's former `sed` broke (`errors,usrquota=remount-ro`): their file systems do not mount at
/// the next boot.
public enum FstabDamage {
    /// Each broken line, with the mended one.
    /// - Parameters:
    ///   - path: what the edits call the file.
    ///   - bytes: the whole file.
    public static func edits(in path: String, bytes: [UInt8]) -> [FstabEdit] { Fstab(path: path, bytes: bytes).damages }

    /// The whole file with all its broken lines mended; every other byte as it was.
    public static func mended(_ bytes: [UInt8]) -> [UInt8] {
        let damages = Fstab(path: "", bytes: bytes).damages
        return damages.reduce(bytes) { bytes, edit in Fstab(path: "", bytes: bytes).applying(edit) ?? bytes }
    }
}

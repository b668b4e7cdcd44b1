import Identity

extension ByteCount {
    /// The size as the platform's scripts read it, which know `M` and `G` and whole numbers only: `2G`, `1536M`.
    var storeText: String {
        let mebibytes = bytes >> 20
        return mebibytes % 1024 == 0 ? "\(mebibytes / 1024)G" : "\(mebibytes)M"
    }
}

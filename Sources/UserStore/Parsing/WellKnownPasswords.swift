/// Passwords that everybody tries first, by the platform's hash of them.
///
/// `adminpassword` is what the platform's own test sets for the administrator of a live store (fault F-3), the empty one what its
/// scripts store when no password is given.
public enum WellKnownPasswords {
    /// - Parameter hash: 64 lower-case hexadecimal digits.
    /// - Returns: the password for an administrator to recognise, or `nil` when it is none of these.
    public static func passwordName(ofHash hash: String) -> String? { names[hash] }

    /// SHA-256 of the UTF-8 text, in hexadecimal. A test computes each again.
    static let names: [String: String] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": "(empty)",
        "749f09bade8aca755660eeb17792da880218d4fbdc4e25fbec279d7fe9f65d70": "adminpassword",
        "8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918": "admin",
        "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8": "password",
        "8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92": "123456",
        "ef797c8118f02dfb649607dd5d3f8c7623048c9c063d532cc95c5ed7a898a64f": "12345678",
        "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225": "123456789",
        "057ba03d6c44104863dc7361fe4578965d1887360f90a0895882e58a6248fc86": "changeme",
        "1a36e175dba3d241566af5a68ea67d7cab7c6053dbc6cf3a5eb15acee81d68d0": "diycloud",
        "240be518fabd2724ddb6f04eeb1da5967448d7e831c08c8fa822809f74c720a9": "admin123",
        "ef92b778bafe771e89245b89ecbc08a44a4e166c06659911881f383d4473e94f": "password123",
        "65e84be33532fb784c48129675f9eff3a682b27168c0ea744b2cf58ee02337c5": "qwerty",
        "4813494d137e1631bba301d5acab6e7bb7aa74ce1185d456565ef51d737677b2": "root",
        "ce5ca673d13b36118d54a7cf13aeb0ca012383bf771e713421b4d1fd841f539a": "toor",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08": "test",
        "84983c60f7daadc1cb8698621f802c0d9f9a3c3c295c810748fb048115c186ec": "guest",
        "04f8996da763b7a969b1028ee3007569eaf3a635486ddab211d512c85b9df8fb": "user",
        "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b": "secret",
        "1c8bfe8f801d79745c4631d09fff36c82aa37fc4cce4fc946683d7b336b63032": "letmein",
        "280d44ab1e9f79b5cce2dd4f58f5fe91f0fbacdac9f7447dffc318ceb79f2d02": "welcome",
        "03ac674216f3e15c761ee1a5e255f067953623c8b388b4459e13f978d7c846f4": "1234",
        "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5": "12345",
        "0b14d501a594442a01c6859541bcb3e8164d183d32937b851835442f69d5c94e": "password1",
        "37a8eec1ce19687d132fe29051dca629d164e2c4958ba141d5f4133a33f0688f": "default",
        "00810cf8b94d6fcb9c5de484d3bec4187620b3e2876e59aab90d852fe0f18fb6": "changeit",
        "e4ad93ca07acb8d908a3aa41e920ea4f4ef4f26e7f86cf8291c5db289780a5ae": "iloveyou",
        "bcb15f821479b4d5772bd0ca866c00ad5f926e3580720659cc80d39c9d09802a": "111111",
        "6ca13d52ca70c883e0f0bb101e425a89e8624de51db2d2392593af6a84118090": "abc123",
        "2a97516c354b68848cdbd8f54a226a0a55b21ed138e207ad6c5cbb9c00aa5aea": "demo",
        "83acce8cff053ecb1dd5f36bf2fad7bc51ee4720e1d17b0c43afa1b029264ec3": "PLACEHOLDER",
    ]
}

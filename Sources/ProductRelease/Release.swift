/// This release. Both programs say it with `--version`, and packages are named by what they say (`config/packaging/stage.sh`).
public enum Release {
    public static let version = "1.0.0"
}

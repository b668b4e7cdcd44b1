/// Lends four C strings at once; `nil` stays `NULL`.
func withCStrings<Value>(
    _ first: String,
    _ second: String?,
    _ third: String,
    _ fourth: String?,
    _ body: (UnsafePointer<CChar>, UnsafePointer<CChar>?, UnsafePointer<CChar>, UnsafePointer<CChar>?) -> Value
) -> Value {
    func optionally(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Value) -> Value {
        guard let text else { return body(nil) }
        return text.withCString { body($0) }
    }
    return first.withCString { first in
        optionally(second) { second in
            third.withCString { third in
                optionally(fourth) { fourth in body(first, second, third, fourth) }
            }
        }
    }
}

import Sessions

extension SessionID {
  /// 32 hexadecimal digits (SEMANTICS 15).
  var hexadecimal: String {
    [high, low].map { half in
      let digits = String(half, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

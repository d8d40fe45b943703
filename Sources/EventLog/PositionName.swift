/// How a position is written in the name of a file: with so many digits that names and positions have
/// the same order.
enum PositionName {
  private static let digits = 20

  static func text(_ position: UInt64) -> String {
    let text = String(position)
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }

  /// nil if the name is not such a number.
  static func position(_ text: some StringProtocol) -> UInt64? {
    text.utf8.count == digits && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
      ? UInt64(text) : nil
  }
}

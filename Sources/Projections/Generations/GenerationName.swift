/// The name of a generation in the directory of its projection: `v<version>-<number>`.
struct GenerationName: Hashable, Sendable {
  /// Of the projection.
  var version: Int
  /// The number of the build; it grows.
  var number: UInt32
}

extension GenerationName: CustomStringConvertible {
  var description: String { "v\(version)-\(number)" }

  /// The name of the directory while it is built.
  var underWay: String { Self.prefixUnderWay + description }

  private static let prefixUnderWay = "building-"

  /// Reads a name; nil for any other text. What a file says is used as a name only if it is one,
  /// because generations are removed.
  init?(_ text: String) {
    let parts = text.dropFirst().split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let version = Int(parts[0]), let number = UInt32(parts[1]) else {
      return nil
    }
    self.init(version: version, number: number)
    guard description == text else { return nil }
  }

  /// Reads the name of a directory in which a build is under way; nil for any other text.
  init?(underWay text: String) {
    guard text.hasPrefix(Self.prefixUnderWay) else { return nil }
    self.init(String(text.dropFirst(Self.prefixUnderWay.count)))
  }
}

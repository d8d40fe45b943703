import Quantities

extension Instant {
  /// The time that the option `name` gives; nil if it was not given.
  static func read(_ text: String?, _ name: String) throws -> Instant? {
    guard let text else { return nil }
    guard let instant = Instant(rfc3339: text) else {
      throw Failure.input("\(name) \(text): write an RFC 3339 time with an offset")
    }
    return instant
  }
}

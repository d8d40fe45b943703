import Quantities

/// A column by its name in the header, or by its place, from 1. In rows of JSON the name is a key;
/// `a.b` is the key `b` of the object `a`.
public enum TableColumn: Hashable, Sendable {
  case named(String)
  case numbered(Int)
}

/// How the times of a table are written.
public struct TableTimeLayout: Hashable, Sendable {
  public enum Reading: Hashable, Sendable {
    case rfc3339
    case pattern(TimestampLayout)
    /// Counted since 1970, in units of 10^`power` seconds.
    case sinceEpoch(power: Int)
  }

  /// As a person writes it: `rfc3339`, `unix-seconds`, `dd.MM.yyyy HH:mm`.
  public let text: String
  public let reading: Reading

  public static let rfc3339 = TableTimeLayout(text: "rfc3339", reading: .rfc3339)

  private init(text: String, reading: Reading) {
    self.text = text
    self.reading = reading
  }

  /// - Throws: why the text is no layout.
  public init(_ text: String) throws(TimestampLayout.PatternError) {
    switch text {
    case "rfc3339": self = .rfc3339
    case "unix-seconds": self.init(text: text, reading: .sinceEpoch(power: 0))
    case "unix-milliseconds": self.init(text: text, reading: .sinceEpoch(power: -3))
    case "unix-microseconds": self.init(text: text, reading: .sinceEpoch(power: -6))
    default: self.init(text: text, reading: .pattern(try TimestampLayout(pattern: text)))
    }
  }

  /// Reads a time that takes all of `text`; nil if it is not written so.
  public func parse(_ text: UnsafeRawBufferPointer) -> Instant.Parsed? {
    switch reading {
    case .rfc3339:
      return Instant.parse(rfc3339: text)
    case .pattern(let layout):
      guard let found = layout.scan(text), found.byteCount == text.count else { return nil }
      return found.fields.parsed()
    case .sinceEpoch(let power):
      let number = DecimalNumber(utf8: text)
      return number.flatMap { Instant(sinceEpoch: $0, unit: power) }.map { .instant($0) }
    }
  }
}

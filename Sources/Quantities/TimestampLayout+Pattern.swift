extension TimestampLayout {
  /// A pattern that cannot be read, and why.
  public struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
    public var pattern: String
    public var problem: String

    public var description: String { "the time layout \"\(pattern)\" \(problem)" }
  }

  /// Reads a pattern such as `dd.MM.yyyy HH:mm:ss[.SSS]`.
  ///
  /// - Throws: ``PatternError`` if it holds a letter that has no meaning, or lacks the month, the
  ///   day, the hour or the minute.
  public init(pattern: String) throws(PatternError) {
    func error(_ problem: String) -> PatternError {
      PatternError(pattern: pattern, problem: problem)
    }
    var parts: [Part] = []
    var rest = Substring(pattern).utf8
    while let byte = rest.first {
      switch byte {
      case UInt8(ascii: "'"):
        let quoted = rest.dropFirst().prefix { $0 != byte }
        parts += quoted.map { .literal($0) }
        rest = rest.dropFirst(quoted.count + 2)
      case UInt8(ascii: "["):
        let inside = rest.dropFirst().prefix { $0 != UInt8(ascii: "]") }
        guard let part = Self.optionalPart(inside) else {
          throw error("has a part in brackets that is not [.SSS], [,SSS] or [X]")
        }
        parts.append(part)
        rest = rest.dropFirst(inside.count + 2)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
        let run = rest.prefix { $0 == byte }
        guard let part = Self.part(byte, count: run.count) else {
          throw error("has the letters \"\(Substring(run))\", which mean nothing")
        }
        parts.append(part)
        rest = rest.dropFirst(run.count)
      case 0x20, 0x09:
        parts.append(.blanks)
        rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
      default:
        parts.append(.literal(byte))
        rest = rest.dropFirst()
      }
    }
    let hasMonth = parts.contains(.month) || parts.contains(.monthName)
    guard hasMonth, parts.contains(.day), parts.contains(.minute),
      parts.contains(.hour) || (parts.contains(.hourOfHalfDay) && parts.contains(.halfDay))
    else { throw error("must have month, day, hour (with a for h) and minute") }
    self.init(parts: parts)
  }

  private static func part(_ letter: UInt8, count: Int) -> Part? {
    switch (letter, count) {
    case (UInt8(ascii: "y"), 4): .year
    case (UInt8(ascii: "M"), 1...2): .month
    case (UInt8(ascii: "M"), 3): .monthName
    case (UInt8(ascii: "d"), 1...2): .day
    case (UInt8(ascii: "H"), 1...2): .hour
    case (UInt8(ascii: "h"), 1...2): .hourOfHalfDay
    case (UInt8(ascii: "m"), 1...2): .minute
    case (UInt8(ascii: "s"), 1...2): .second
    case (UInt8(ascii: "S"), _): .fraction
    case (UInt8(ascii: "a"), 1): .halfDay
    case (UInt8(ascii: "X"), 1...3): .offset
    default: nil
    }
  }

  private static func optionalPart(_ inside: Substring.UTF8View.SubSequence) -> Part? {
    if inside.elementsEqual("X".utf8) { return .optionalOffset }
    guard let first = inside.first, first == UInt8(ascii: ".") || first == UInt8(ascii: ","),
      inside.count > 1, inside.dropFirst().allSatisfy({ $0 == UInt8(ascii: "S") })
    else { return nil }
    return .optionalFraction
  }
}

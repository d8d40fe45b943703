import JSON
import Quantities

/// How a table writes numbers.
public struct TableNumberStyle: Hashable, Sendable {
  public enum DecimalPoint: String, Hashable, Sendable, CaseIterable {
    case point = "."
    case comma = ","
  }

  public enum ThousandsSeparator: String, Hashable, Sendable, CaseIterable {
    case point = "."
    case comma = ","
    case apostrophe = "'"
    /// Also one that does not break, or a narrow one.
    case blank = " "

    fileprivate func matches(_ character: Unicode.Scalar) -> Bool {
      switch self {
      case .point: character == "."
      case .comma: character == ","
      case .apostrophe: character == "'" || character == "\u{2019}"
      case .blank: character == " " || character == "\u{A0}" || character == "\u{202F}"
      }
    }
  }

  public var decimalPoint: DecimalPoint
  /// What may stand between groups of three digits; nil: nothing.
  public var thousandsSeparator: ThousandsSeparator?

  public init(
    decimalPoint: DecimalPoint = .point, thousandsSeparator: ThousandsSeparator? = nil
  ) {
    self.decimalPoint = decimalPoint
    self.thousandsSeparator = thousandsSeparator
  }

  init(_ reader: JSONReader) throws(JSONPathError) {
    self.init()
    if let point = try reader.optional("decimal_point") {
      decimalPoint = try point.choice(DecimalPoint.allCases.map { ($0.rawValue, $0) })
    }
    guard let separator = try reader.optional("thousands_separator") else { return }
    thousandsSeparator = try separator.choice(
      ThousandsSeparator.allCases.map { ($0.rawValue, $0) })
    guard thousandsSeparator?.rawValue != decimalPoint.rawValue else {
      throw separator.error("it cannot be the decimal point as well")
    }
  }

  /// Reads a number, exactly, and what stands behind it, such as a unit; nil if `text` does not
  /// begin with a number that is written so.
  ///
  /// Separators must stand between groups of three digits: `1.5` is no number where the separator
  /// is a point, rather than 15.
  public func number(in text: String) -> (number: DecimalNumber, rest: Substring)? {
    var digits = ""
    var groups: [Int] = [0]
    var hasPoint = false
    var end = text.unicodeScalars.startIndex
    for index in text.unicodeScalars.indices {
      let character = text.unicodeScalars[index]
      if character.isASCIIDigit {
        digits.unicodeScalars.append(character)
        if !hasPoint { groups[groups.count - 1] += 1 }
      } else if digits.isEmpty, character == "-" || character == "+" {
        digits.unicodeScalars.append(character)
      } else if !hasPoint, String(character) == decimalPoint.rawValue {
        hasPoint = true
        digits += "."
      } else if !hasPoint, groups != [0], thousandsSeparator?.matches(character) == true,
        text.unicodeScalars[index...].dropFirst().first?.isASCIIDigit == true
      {
        groups.append(0)
      } else {
        break
      }
      end = text.unicodeScalars.index(after: index)
    }
    guard groups.count == 1 || (1...3 ~= groups[0] && groups.dropFirst().allSatisfy { $0 == 3 }),
      let number = DecimalNumber(digits, grammar: .meter)
    else { return nil }
    return (number, Substring(text.unicodeScalars[end...]))
  }
}

extension Unicode.Scalar {
  fileprivate var isASCIIDigit: Bool { "0"..."9" ~= self }
}

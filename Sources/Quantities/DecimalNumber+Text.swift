extension DecimalNumber {
  /// How strictly a number's text is read.
  public enum Grammar: Sendable {
    /// RFC 8259, section 6: what a JSON number is, and nothing else.
    case json
    /// What meters write into strings: also blanks around the number, a leading `+`, leading
    /// zeros, and no digit before or after the point (`.5`, `5.`). A comma is never a point.
    case meter
  }

  /// Reads a number exactly; nil if `text` is not a number of that grammar, or if it has more
  /// digits (38 after leading zeros) or a greater exponent (32 bits) than fit.
  ///
  /// - Complexity: linear in the text; no allocation.
  public init?(utf8 text: UnsafeRawBufferPointer, grammar: Grammar = .json) {
    var scanner = DecimalScanner(text: text, grammar: grammar)
    guard let number = scanner.number() else { return nil }
    self = number
  }

  /// Reads a number exactly, as ``init(utf8:grammar:)`` does.
  public init?(_ text: String, grammar: Grammar = .json) {
    guard let number = text.withUTF8Bytes({ DecimalNumber(utf8: $0, grammar: grammar) }) else {
      return nil
    }
    self = number
  }
}

extension DecimalNumber: CustomStringConvertible {
  /// A JSON number with all digits: `-0.0420`, or `1e99` where plain notation would need more than
  /// 38 digits.
  public var description: String {
    let sign = coefficient < 0 ? "-" : ""
    let digits = String(coefficient.magnitude)
    if exponent == 0 { return sign + digits }
    guard -38...38 ~= exponent, digits.count + max(0, Int(exponent)) <= 38 else {
      return "\(sign)\(digits)e\(exponent)"
    }
    if exponent > 0 {
      return sign + (coefficient == 0 ? "0" : digits + String(repeating: "0", count: Int(exponent)))
    }
    return sign + decimalText(digits: digits, decimals: -Int(exponent))
  }
}

/// `digits` with a decimal point before the last `decimals` of them.
func decimalText(digits: String, decimals: Int) -> String {
  guard decimals > 0 else { return digits }
  let zeros = String(repeating: "0", count: max(0, decimals + 1 - digits.count))
  let padded = zeros + digits
  return "\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
}

/// Reads one number, part by part.
private struct DecimalScanner {
  let text: UnsafeRawBufferPointer
  let grammar: DecimalNumber.Grammar
  private var offset = 0
  /// The digits so far: the first 18 in a register, and only more than that in 128 bits.
  private var coefficient: UInt64 = 0
  private var wideCoefficient: Int128 = 0
  private var significantDigits = 0

  init(text: UnsafeRawBufferPointer, grammar: DecimalNumber.Grammar) {
    self.text = text
    self.grammar = grammar
  }

  mutating func number() -> DecimalNumber? {
    if grammar == .meter { skipBlanks() }
    let isNegative = skip("-")
    if grammar == .meter, !isNegative { _ = skip("+") }
    let integerStart = offset
    guard digits() else { return nil }
    let integerDigits = offset - integerStart
    if grammar == .json {
      let hasLeadingZero = integerDigits > 1 && text[integerStart] == UInt8(ascii: "0")
      guard integerDigits > 0, !hasLeadingZero else { return nil }
    }
    var decimals = 0
    if skip(".") {
      let fractionStart = offset
      guard digits() else { return nil }
      decimals = offset - fractionStart
      guard decimals > 0 || (grammar == .meter && integerDigits > 0) else { return nil }
    }
    guard integerDigits + decimals > 0, let written = exponent() else { return nil }
    if grammar == .meter { skipBlanks() }
    guard offset == text.count, let exponent = Int32(exactly: written - decimals) else {
      return nil
    }
    let magnitude = significantDigits > 18 ? wideCoefficient : Int128(coefficient)
    return DecimalNumber(coefficient: isNegative ? -magnitude : magnitude, exponent: exponent)
  }

  /// Any number of digits into the coefficient; false if they do not fit.
  private mutating func digits() -> Bool {
    while offset < text.count {
      let digit = text[offset] &- UInt8(ascii: "0")
      guard digit < 10 else { return true }
      offset += 1
      if significantDigits == 0 && digit == 0 { continue }
      significantDigits += 1
      guard significantDigits <= 38 else { return false }
      if significantDigits <= 18 {
        coefficient = coefficient * 10 + UInt64(digit)
      } else {
        if significantDigits == 19 { wideCoefficient = Int128(coefficient) }
        wideCoefficient = wideCoefficient * 10 + Int128(digit)
      }
    }
    return true
  }

  /// The exponent as written, 0 without one; nil if it is broken or absurd.
  private mutating func exponent() -> Int? {
    guard skip("e") || skip("E") else { return 0 }
    let isNegative = skip("-")
    if !isNegative { _ = skip("+") }
    let start = offset
    var value = 0
    while offset < text.count, text[offset] &- UInt8(ascii: "0") < 10 {
      value = value * 10 + Int(text[offset] &- UInt8(ascii: "0"))
      guard value <= Int(Int32.max) else { return nil }
      offset += 1
    }
    guard offset > start else { return nil }
    return isNegative ? -value : value
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard offset < text.count, text[offset] == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func skipBlanks() {
    while skip(" ") || skip("\t") || skip("\r") || skip("\n") {}
  }
}

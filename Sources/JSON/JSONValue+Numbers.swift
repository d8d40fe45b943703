import CSimdJSON
import Quantities

extension JSONValue {
  /// The bytes of a number as they were written; they follow JSON's grammar of numbers.
  @inlinable
  public var numberText: UnsafeRawBufferPointer? {
    kind == .number ? rawText : nil
  }

  /// A number that is written without fraction and exponent and fits 64 bits.
  public var int64: Int64? {
    guard kind == .number, node.pointee.flags & UInt8(CSIMDJSON_FLAG_INTEGER) != 0 else {
      return nil
    }
    return Int64(decimalDigits: rawText)
  }

  /// A number exactly as it was written; nil if it has more digits than a decimal number holds.
  /// Its text is still there as ``numberText``.
  public var decimal: DecimalNumber? {
    numberText.flatMap { DecimalNumber(utf8: $0) }
  }
}

extension Int64 {
  /// Reads an optional minus sign and decimal digits; nil for anything else and beyond 64 bits.
  public init?(decimalDigits bytes: UnsafeRawBufferPointer) {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let digits = isNegative ? bytes.dropFirst() : bytes[...]
    guard !digits.isEmpty else { return nil }
    var value: Int64 = 0
    for byte in digits {
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
      // Built downwards, because the smallest Int64 has no positive twin.
      let (sum, overflowOfSum) = shifted.subtractingReportingOverflow(Int64(digit))
      guard !overflow, !overflowOfSum else { return nil }
      value = sum
    }
    if isNegative {
      self = value
    } else {
      guard value != .min else { return nil }
      self = -value
    }
  }
}

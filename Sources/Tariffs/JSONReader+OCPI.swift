import JSON
import Quantities

extension JSONReader {
  /// A number in whole units of 10^-`decimals`.
  ///
  /// - Throws: if it is no number, has more decimals, or is out of `range` (in those units).
  func decimal(
    _ decimals: Int, in range: ClosedRange<Int64> = .min ... .max
  ) throws(JSONPathError) -> Int64 {
    let number = try decimal()
    guard let units = number.scaled(toPowerOfTen: -decimals) else {
      if number.scaled(toPowerOfTen: -decimals, rounding: .halfToEven) != nil {
        throw error(
          decimals == 0
            ? "\(number) is not a whole number"
            : "\(number) has more than \(decimals) decimals; finer numbers are refused so that "
              + "every amount stays exact")
      }
      throw error("\(number) is too large")
    }
    guard range.contains(units) else {
      throw error(
        units < range.lowerBound ? "\(number) is too small" : "\(number) is too large")
    }
    return units
  }

  /// An amount of money per unit.
  func unitPrice() throws(JSONPathError) -> UnitPrice {
    UnitPrice(millionths: try decimal(6))
  }

  /// A DateTime of OCPI: RFC 3339, in UTC where no offset is written (types, "DateTime type").
  func instant() throws(JSONPathError) -> Instant {
    let text = try string()
    var copy = text
    switch copy.withUTF8({ Instant.parse(rfc3339: UnsafeRawBufferPointer($0)) }) {
    case .instant(let instant): return instant
    case .local(let local): return TimeZoneTable.utc.instants(forLocal: local).first
    case nil:
      throw error("\"\(text)\" is not a time; write it as 2024-01-15T10:00:00Z")
    }
  }

  /// One of the strings of an enumeration.
  func enumeration<Value>(_: Value.Type) throws(JSONPathError) -> Value
  where Value: RawRepresentable<String> & CaseIterable {
    try choice(Value.allCases.map { ($0.rawValue, $0) })
  }

  /// The elements of an array member; none if it is missing or null.
  func optionalElements(_ key: String) throws(JSONPathError) -> [JSONReader] {
    guard let member = try optional(key) else { return [] }
    return try member.elements()
  }

  /// Notes for the keys of this object that are not in `known`.
  func notesOnUnknownKeys(besides known: Set<String>) -> [PricingNote] {
    unknownKeys(besides: known).map {
      PricingNote(.unknownKey, "\($0): this key is not known and was not read")
    }
  }
}

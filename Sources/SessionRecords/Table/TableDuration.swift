import Quantities

/// Reads durations as tables write them.
enum TableDuration {
  /// `90`, `1,5` in the map's unit; `1:30`, `1:30:00` as hours, minutes and seconds; nil if it is none
  /// of these, or negative, or longer than a century.
  static func milliseconds(
    _ text: String, numbers: TableNumberStyle, unit: SessionTableMap.DurationUnit
  ) -> Int64? {
    if text.contains(":") { return clock(text) }
    guard let (number, rest) = numbers.number(in: text),
      let unit = self.unit(rest) ?? (rest.isEmpty ? unit : nil),
      let micros = number.scaled(toPowerOfTen: -6, rounding: .halfToEven), micros >= 0
    else { return nil }
    let milliseconds = (Int128(micros) * Int128(unit.milliseconds))
      .dividedHalfToEven(by: 1_000_000)
    return milliseconds <= Int128(greatest) ? Int64(milliseconds) : nil
  }

  /// A century: no session lasts that long, and sums stay within 64 bits.
  static let greatest: Int64 = 100 * 366 * 86_400_000

  private static func unit(_ text: Substring) -> SessionTableMap.DurationUnit? {
    let word = text.filter { !$0.isWhitespace }
    return SessionTableMap.DurationUnit.allCases.first { $0.rawValue == word }
  }

  private static func clock(_ text: String) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { part in
      part.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int64(part) : nil
    }
    guard 2...3 ~= parts.count, let hours = parts[0], let minutes = parts[1], minutes < 60,
      hours <= greatest / 3_600_000
    else { return nil }
    guard parts.count == 3 else { return (hours * 60 + minutes) * 60_000 }
    guard let seconds = parts[2], seconds < 60 else { return nil }
    return ((hours * 60 + minutes) * 60 + seconds) * 1000
  }
}

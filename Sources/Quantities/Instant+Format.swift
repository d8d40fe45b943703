extension Instant: CustomStringConvertible {
  /// The instants that have a four-digit year: 0001-01-01 up to the end of 9999.
  public static let formattableRange: ClosedRange<Instant> = {
    let first = Instant(millisecondsSinceEpoch: -62_135_596_800_000)
    return first...Instant(millisecondsSinceEpoch: 253_402_300_799_999)
  }()

  /// UTC with exactly three decimals, `2024-01-15T10:00:00.000Z`: always 24 characters, so that
  /// text order is time order.
  ///
  /// Instants outside ``formattableRange`` are shown as its nearest end.
  public var rfc3339: String {
    String(unsafeUninitializedCapacity: 24) { buffer in
      writeRFC3339(to: UnsafeMutableRawBufferPointer(buffer))
      return 24
    }
  }

  /// Same as ``rfc3339``.
  public var description: String { rfc3339 }

  /// Writes the 24 bytes of ``rfc3339`` at the start of `buffer`, which must have room for them.
  public func writeRFC3339(to buffer: UnsafeMutableRawBufferPointer) {
    let range = Instant.formattableRange
    let shown = min(max(self, range.lowerBound), range.upperBound)
    let local = LocalTime(millisecondsSinceLocalEpoch: shown.millisecondsSinceEpoch)
    let (year, month, day) = local.date.components
    let seconds = local.secondsOfDay
    buffer.writeDigits(year, count: 4, at: 0, then: "-")
    buffer.writeDigits(month, count: 2, at: 5, then: "-")
    buffer.writeDigits(day, count: 2, at: 8, then: "T")
    buffer.writeDigits(seconds / 3600, count: 2, at: 11, then: ":")
    buffer.writeDigits(seconds / 60 % 60, count: 2, at: 14, then: ":")
    buffer.writeDigits(seconds % 60, count: 2, at: 17, then: ".")
    buffer.writeDigits(local.millisecondsOfDay % 1000, count: 3, at: 20, then: "Z")
  }
}

extension UnsafeMutableRawBufferPointer {
  fileprivate func writeDigits(
    _ number: Int, count: Int, at offset: Int, then separator: Unicode.Scalar
  ) {
    var rest = number
    for place in (offset..<offset + count).reversed() {
      self[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    self[offset + count] = UInt8(ascii: separator)
  }
}

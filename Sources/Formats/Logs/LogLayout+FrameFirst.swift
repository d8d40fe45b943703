import Quantities

extension LogLayout {
  /// The frame, then numbers: `[2,…],1768204800,1`. The first number that is a time in seconds,
  /// milliseconds or microseconds since 1970 is the time; a line without one cannot be placed.
  static let frameFirst = LogLayout(.frameFirst, recorder: nil) { line in
    guard line.offsetOfFrame() == 0 else { return nil }
    // A frame that is cut off is still a line of this layout.
    guard case .closed(let end) = FrameExtent.end(in: line) else {
      return LogLine(way: .unknown, frame: line)
    }
    guard let numbers = line.view(end...).droppingBlanks().after(",") else { return nil }
    var row = LogLine(way: .unknown, frame: line.view(..<end))
    for number in numbers.split(separator: UInt8(ascii: ",")) {
      let text = UnsafeRawBufferPointer(rebasing: number).trimmingBlanks()
      guard let value = DecimalNumber(utf8: text) else { return nil }
      if row.time == nil { row.time = LogTime(sinceEpoch: value, text: text) }
    }
    return row
  }
}

extension LogTime {
  /// A time between 2001 and 2100 in one of the usual units since 1970.
  fileprivate init?(sinceEpoch number: DecimalNumber, text: UnsafeRawBufferPointer) {
    let plausible: Range<Int64> = 1_000_000_000_000..<4_102_444_800_000
    for unit in [0, -3, -6] {
      guard let instant = Instant(sinceEpoch: number, unit: unit),
        plausible.contains(instant.millisecondsSinceEpoch)
      else { continue }
      self.init(instant, text: text)
      return
    }
    return nil
  }
}

import Quantities

extension LogLayout {
  /// A back end's table, copied: action, call, answer and date, with tabs or `|` between them:
  /// `Heartbeat<TAB>[2,…]<TAB>[3,…]<TAB>1/12/2026 8:00:00 AM`. Both frames have the row's time.
  static let callTable = LogLayout(.callTable, recorder: nil) { line in
    guard let start = line.offsetOfFrame(), hasSeparator(line.view(..<start)) else { return nil }
    let text = line.view(start...)
    guard case .closed(let end) = FrameExtent.end(in: text),
      let behind = afterSeparator(text.view(end...))
    else { return nil }
    var row = LogLine(way: .unknown, frame: text.view(..<end))
    var rest = behind
    if rest.beginsFrame, case .closed(let end) = FrameExtent.end(in: rest) {
      row.answer = rest.view(..<end)
      rest = rest.view(end...)
      rest = afterSeparator(rest) ?? rest
    }
    // An empty field stands where there was no answer.
    rest = afterSeparator(rest) ?? rest
    row.time = dateLayouts.lazy.compactMap { LogTime(at: rest, $0) }.first
    return row.time == nil ? nil : row
  }

  private static let dateLayouts: [TimestampLayout] = [
    .iso8601, .slashes, .dayMonthYear, .monthDayYear,
  ]

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 0x09 || byte == UInt8(ascii: "|")
  }

  private static func hasSeparator(_ text: UnsafeRawBufferPointer) -> Bool {
    text.contains(where: isSeparator)
  }

  /// What follows the separator at the front; nil if there is none.
  private static func afterSeparator(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard let first = text.firstIndex(where: { $0 != 0x20 }), isSeparator(text[first]) else {
      return nil
    }
    return text.view((first + 1)...).droppingBlanks()
  }
}

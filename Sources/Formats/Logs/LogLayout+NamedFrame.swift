import Quantities

extension LogLayout {
  /// A name, a colon and the frame, perhaps with a time in front: `charger1 : [2,…]`.
  static let namedFrame = LogLayout(.namedFrame, recorder: nil) { line in
    guard let start = line.offsetOfFrame() else { return nil }
    let head = line.view(..<start).trimmingBlanks()
    guard head.last == UInt8(ascii: ":") else { return nil }
    let words = head.view(..<(head.count - 1)).trimmingBlanks()
    let name = words.lastWord()
    guard !name.isEmpty else { return nil }
    let front = words.view(..<(words.count - name.count))
    return LogLine(
      time: LogTime.first(in: front, .iso8601) ?? LogTime.first(in: front, .slashes),
      station: name, way: .unknown, frame: line.view(start...))
  }
}

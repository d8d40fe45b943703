import Quantities

extension LogLayout {
  /// A name, a colon and the frame, perhaps with a time in front: `charger1 : [2,…]`.
  static let namedFrame = LogLayout(.namedFrame, recorder: nil) { line in
    guard let start = line.offsetOfFrame() else { return nil }
    let head = line.view(..<start).trimmingBlanks()
    guard head.last == UInt8(ascii: ":") else { return nil }
    let name = head.view(..<(head.count - 1)).trimmingBlanks().lastWord()
    guard !name.isEmpty else { return nil }
    let front = head.view(..<(name.baseAddress.flatMap { place in
      head.baseAddress.map { place - $0 }
    } ?? 0))
    return LogLine(
      time: LogTime.first(in: front, .iso8601) ?? LogTime.first(in: front, .slashes),
      station: name, way: .unknown, frame: line.view(start...))
  }
}

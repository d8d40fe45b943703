import Quantities

extension LogLayout {
  /// The test tool of the Open Charge Alliance: `[2026-01-12T08:00:00:120] [msg-in] [2,…]`. It names
  /// no station, and plays either side, so the frames tell whose log it is.
  static let octt = LogLayout(.octt, recorder: nil) { line in
    guard line.first == UInt8(ascii: "["), let end = line.offset(of: UInt8(ascii: "]")) else {
      return nil
    }
    let time = LogTime(at: line.view(1..<end), .iso8601)
    let words = line.view((end + 1)...).droppingBlanks()
    if let frame = words.after("[msg-in]") {
      return LogLine(time: time, way: .received, frame: frame)
    }
    return words.after("[msg-out]").map { LogLine(time: time, way: .sent, frame: $0) }
  }
}

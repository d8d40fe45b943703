import Quantities

extension LogLayout {
  /// SteVe's WebSocketLogger:
  /// `[INFO ] 2026-01-12 08:00:00,120 …WebSocketLogger (qtp1-19) - [chargeBoxId=CP-1, sessionId=…]
  /// Received: [2,…]`, with blanks or, where it went through a table, with tabs.
  static let steve = LogLayout(.steve, recorder: .backEnd) { line in
    guard let start = line.head.offset(of: "[chargeBoxId=") else { return nil }
    let identity = line.view((start + 13)...)
    guard let session = identity.offset(of: "sessionId="),
      let end = identity.offset(of: UInt8(ascii: "]"), from: session)
    else { return nil }
    var station = identity.view(..<session).trimmingBlanks()
    if station.last == UInt8(ascii: ",") { station = station.view(..<(station.count - 1)) }
    let words = identity.view((end + 1)...).droppingBlanks()
    let time = LogTime.first(in: line.view(..<start), .iso8601)
    if let frame = words.after("Received:") {
      return LogLine(time: time, station: station, way: .received, frame: frame)
    }
    guard let frame = words.after("Sending:") else { return nil }
    return LogLine(time: time, station: station, way: .sent, frame: frame)
  }
}

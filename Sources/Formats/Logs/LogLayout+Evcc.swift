import Quantities

extension LogLayout {
  /// evcc at log level trace: `[ocpp  ] TRACE 2026/01/12 08:00:00 recv CP-1: [2,…]`, and
  /// `received JSON message from CP-1: […]` of older releases.
  static let evcc = LogLayout(.evcc, recorder: .backEnd) { line in
    guard let area = line.head.offset(of: "[ocpp"),
      var rest = line.view((area + 5)...).droppingBlanks().after("]")?.droppingBlanks()
    else { return nil }
    // The level.
    rest = rest.view(rest.firstWord().count...).droppingBlanks()
    // Home Assistant writes [ocpp] too, but no such time behind it.
    guard let time = LogTime(at: rest, .slashes),
      let (way, named) = evccWay(rest.view(time.text.count...).droppingBlanks()),
      let end = named.offset(of: ": ")
    else { return nil }
    return LogLine(
      time: time, station: named.view(..<end), way: way, frame: named.view((end + 2)...))
  }

  private static func evccWay(
    _ text: UnsafeRawBufferPointer
  ) -> (LogLine.Way, UnsafeRawBufferPointer)? {
    if let rest = text.after("recv ") { return (.received, rest) }
    if let rest = text.after("send ") { return (.sent, rest) }
    if let rest = text.after("received JSON message from ") { return (.received, rest) }
    if let rest = text.after("sent JSON message to ") { return (.sent, rest) }
    return text.after("sent ").map { (.sent, $0) }
  }
}

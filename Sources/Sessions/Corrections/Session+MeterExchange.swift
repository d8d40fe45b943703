import Quantities

extension Session {
  /// Whether an exchange fell into the session, on its connector.
  public func spans(_ exchange: MeterExchange) -> Bool {
    guard connector == exchange.connector, exchange.evse == nil || evse == exchange.evse,
      exchange.at > startedAt
    else { return false }
    return endedAt.map { exchange.at <= $0 } ?? true
  }

  /// Counts the registers that the new meter showed on from those of the old one, and concludes
  /// again. Exchanges add up, so their order does not matter.
  mutating func exchangeMeter(_ exchange: MeterExchange, correctedAt position: UInt64) {
    let step =
      SessionPolicy.clamped(exchange.registerBefore.milliwattHours)
      - SessionPolicy.clamped(exchange.registerAfter.milliwattHours)
    func shift(_ register: inout Energy?) {
      guard let shown = register else { return }
      register = Energy(milliwattHours: SessionPolicy.clamped(shown.milliwattHours) + step)
    }
    for index in readings.indices where readings[index].at >= exchange.at {
      shift(&readings[index].register)
    }
    for index in setAside.indices where setAside[index].at >= exchange.at {
      shift(&setAside[index].register)
    }
    if closing == .stop { shift(&meterStop) }
    conclude()
    findings.note(once: .correctedByHand, at: position)
  }
}

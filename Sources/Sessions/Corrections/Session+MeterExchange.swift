import Quantities

extension Session {
  /// Whether an exchange changes what is concluded of the session: it fell into it, or between it
  /// and the one before.
  public func isChanged(by exchange: MeterExchange) -> Bool {
    spans(exchange) || follows(exchange)
  }

  /// Whether an exchange fell into the session, on its connector.
  public func spans(_ exchange: MeterExchange) -> Bool {
    guard exchange.isOf(evse: evse, connector: connector), exchange.at > startedAt else {
      return false
    }
    return endedAt.map { exchange.at <= $0 } ?? true
  }

  /// Whether an exchange fell between the session and the register of the one before it.
  public func follows(_ exchange: MeterExchange) -> Bool {
    guard let predecessor, exchange.isOf(evse: evse, connector: connector) else { return false }
    return predecessor.registerAt < exchange.at && exchange.at <= startedAt
  }

  /// Counts the registers that the new meter showed on from those of the old one, and concludes
  /// again. Exchanges add up, so their order does not matter.
  mutating func exchangeMeter(_ exchange: MeterExchange, correctedAt position: UInt64) {
    if spans(exchange) { countOn(after: exchange) } else { judgeGap(across: exchange) }
    conclude()
    findings.note(once: .correctedByHand, at: position)
  }

  private mutating func countOn(after exchange: MeterExchange) {
    let step = exchange.stepMilliwattHours
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
  }

  /// What the session before left on the old meter is told as the new one would have shown it: an
  /// exchange is no gap, and what flowed beside it still is.
  private mutating func judgeGap(across exchange: MeterExchange) {
    guard let register = predecessor?.register else { return }
    predecessor?.register = Energy(
      milliwattHours: SessionPolicy.clamped(register.milliwattHours) - exchange.stepMilliwattHours)
  }
}

extension MeterExchange {
  /// Whether it is about the meter of this connector.
  public func isOf(evse: Int32?, connector: Int32?) -> Bool {
    connector == self.connector && (self.evse == nil || evse == self.evse)
  }

  /// How much more the old meter showed than the new one.
  var stepMilliwattHours: Int64 {
    SessionPolicy.clamped(registerBefore.milliwattHours)
      - SessionPolicy.clamped(registerAfter.milliwattHours)
  }
}

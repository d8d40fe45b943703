import ChargerEvents
import Quantities

extension Session {
  /// What closes the session if nothing more is heard of it, and when. After the last attempt a
  /// station discards what it could not deliver (OCPP 1.6, section 3.7), so a lost stop is normal.
  var silenceTimer: (closing: Closing, dueAt: Instant) {
    if startAnswer == .refused, readings.count <= 1 {
      return (.refused, after(lastReceivedAt, SessionPolicy.silenceAfterRefusalMilliseconds))
    }
    if let freedAt {
      let since = max(lastReceivedAt, freedAt)
      return (.connectorFreed, after(since, SessionPolicy.silenceOfFreeConnectorMilliseconds))
    }
    return (.silence, after(lastReceivedAt, SessionPolicy.silenceBeforeClosingMilliseconds))
  }

  private func after(_ time: Instant, _ milliseconds: Int64) -> Instant {
    time.advanced(byMilliseconds: milliseconds)
  }

  /// When the ledger received that the session's connector is available, if it still is. A connector
  /// with a transaction cannot be available for a new user (OCPP 1.6, section 4.9).
  private var freedAt: Instant? {
    guard dialect == .ocpp16, let last = messages.last(where: { $0.state != nil }),
      last.kind == .updated, last.state == .idle
    else { return nil }
    return last.receivedAt
  }
}

extension Session.Closing {
  /// Nobody said that the transaction ended, and nothing took its place: a message of it opens the
  /// session again.
  var isProvisional: Bool {
    switch self {
    case .silence, .connectorFreed, .refused: true
    case .stop, .nextTransaction: false
    }
  }

  /// The end was not reported but concluded.
  var isEstimate: Bool {
    switch self {
    case .silence, .connectorFreed, .nextTransaction: true
    case .stop, .refused: false
    }
  }
}

import ChargerEvents

extension ConnectorStatus {
  /// Whether a 1.6 connector may go from this status to `next`: the table of OCPP 1.6 edition 2,
  /// section 4.9. What is no status of 1.6 may follow anything.
  func mayBecome(_ next: ConnectorStatus) -> Bool {
    if next == self || next == .occupied || next == .unknown { return true }
    switch self {
    case .available: return next != .finishing
    case .preparing: return next != .reserved && next != .unavailable
    case .charging, .suspendedEV, .suspendedEVSE: return next != .preparing && next != .reserved
    case .finishing, .reserved:
      return [.available, .preparing, .unavailable, .faulted].contains(next)
    case .unavailable: return next != .finishing && next != .reserved
    case .faulted, .occupied, .unknown: return true
    }
  }
}

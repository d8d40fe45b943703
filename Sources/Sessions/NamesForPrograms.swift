import ChargerEvents

// The words by which JSON, CSV and SQL tell values of sessions. Never change one.

extension Session.State {
  /// As programs read it.
  public var name: String {
    switch self {
    case .open: "open"
    case .closed: "closed"
    }
  }
}

extension Session.Closing {
  /// As programs read it.
  public var name: String {
    switch self {
    case .stop: "stop"
    case .silence: "silence"
    case .nextTransaction: "next_transaction"
    case .connectorFreed: "connector_freed"
    case .refused: "refused"
    }
  }
}

extension SessionInterval.Activity {
  /// As programs read it.
  public var name: String {
    switch self {
    case .charging: "charging"
    case .suspendedEV: "suspended_ev"
    case .suspendedEVSE: "suspended_evse"
    }
  }
}

extension MeterReading.Context {
  /// As programs read it.
  public var name: String {
    switch self {
    case .periodic: "periodic"
    case .clock: "clock"
    case .transactionBegin: "transaction_begin"
    case .transactionEnd: "transaction_end"
    case .interruptionBegin: "interruption_begin"
    case .interruptionEnd: "interruption_end"
    case .trigger: "trigger"
    case .other: "other"
    }
  }
}

extension Finding.Severity {
  /// As programs read it.
  public var name: String {
    switch self {
    case .info: "info"
    case .warning: "warning"
    case .error: "error"
    }
  }
}

extension Session.EnergyPoint.Role {
  /// As programs read it.
  public var name: String {
    switch self {
    case .begin: "begin"
    case .end: "end"
    case .beforeBreak: "before_break"
    case .afterBreak: "after_break"
    }
  }
}

extension Session.EnergyEvidence {
  /// As programs read it.
  public var name: String {
    switch self {
    case .startAndStop: "start_and_stop"
    case .beginAndEnd: "begin_and_end"
    case .samples: "samples"
    case .none: "none"
    case .importedTotal: "imported_total"
    }
  }
}

extension Session.Grain {
  /// As programs read it.
  public var name: String {
    switch self {
    case .frames: "frames"
    case .periods: "periods"
    case .total: "total"
    }
  }
}

extension ChargingState {
  /// As OCPP 2.x writes it.
  public var name: String {
    switch self {
    case .idle: "Idle"
    case .evConnected: "EVConnected"
    case .charging: "Charging"
    case .suspendedEV: "SuspendedEV"
    case .suspendedEVSE: "SuspendedEVSE"
    }
  }
}

extension TransactionEvent.Kind {
  /// As programs read it.
  public var name: String {
    switch self {
    case .started: "started"
    case .updated: "updated"
    case .ended: "ended"
    }
  }
}

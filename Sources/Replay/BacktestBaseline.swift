/// What candidates are compared with.
public enum BacktestBaseline: String, Hashable, Sendable, CaseIterable {
  /// What each session costs under the tariff in force at its start.
  case computed
  /// What was billed for each session, as imported CDRs and tables say.
  case billed
}

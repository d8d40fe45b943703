/// A version of OCPP-J, as a log names it. The raw values are those of the log's kinds of events.
public enum OCPPVersion: UInt8, Sendable, CaseIterable {
  case v16 = 1
  case v201, v21
  case unknown

  /// The number: `2.0.1`.
  public var name: String {
    switch self {
    case .v16: "1.6"
    case .v201: "2.0.1"
    case .v21: "2.1"
    case .unknown: "unknown"
    }
  }

  /// What an action of the version must be defined by; nothing if the version is not known.
  var definitions: StandardAction.Versions {
    switch self {
    case .v16: .v16
    case .v201: .v201
    case .v21: .v21
    case .unknown: []
    }
  }
}

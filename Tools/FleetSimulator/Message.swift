/// One request on the wire, from either side, before it is written out.
struct Message: Sendable {
  enum Body: Sendable {
    case boot
    case heartbeat
    case status(connector: Int, ConnectorState)
    case authorize(token: UInt32)
    /// The one request that the management system makes.
    case remoteStart(connector: Int, token: UInt32, number: Int64)
    /// StartTransaction, or TransactionEvent Started.
    case begin(Transaction, MeterSample)
    /// MeterValues, or TransactionEvent Updated.
    case reading(Transaction, MeterSample, isSuspended: Bool)
    /// 2.0.1 only: TransactionEvent Updated for a change of the charging state.
    case stateChange(Transaction, MeterSample, isSuspended: Bool)
    /// StopTransaction, or TransactionEvent Ended.
    case end(Transaction, begin: MeterSample, end: MeterSample, StopReason)
    /// A DataTransfer of the station's vendor that nobody else knows.
    case vendorData(temperature: Int64)
  }

  /// The station's own time of what is told, in milliseconds since 1970.
  var at: Int64
  var body: Body
  /// It happened while the station was offline.
  var isOffline = false
  /// The answer will not come, and the station will send the message once more.
  var losesAnswer = false

  /// Whether an offline station keeps the message until it is online again.
  var isQueuedOffline: Bool {
    switch body {
    case .begin, .reading, .stateChange, .end: true
    case .boot, .heartbeat, .status, .authorize, .remoteStart, .vendorData: false
    }
  }

  /// Whether the management system is the one that asks.
  var isFromSystem: Bool {
    if case .remoteStart = body { true } else { false }
  }
}

/// The states of a connector that are reported: those of 1.6, and what 2.0.1 makes of them.
enum ConnectorState: Sendable, Hashable {
  case available, preparing, charging, suspendedEV, finishing
}

/// Why a transaction ended.
enum StopReason: Sendable {
  /// The driver stopped it at the station.
  case local
  /// The driver pulled the plug.
  case unplugged
  case powerLoss
}

/// What every message of a transaction repeats.
struct Transaction: Sendable {
  let connector: Int
  /// The id in 1.6, and of the remote start if there was one.
  let number: Int64
  /// The id in 2.0.1, as the two halves of a UUID.
  let uuid: (high: UInt64, low: UInt64)
  let token: UInt32
  let isRemote: Bool
  /// Milliseconds since 1970.
  let startedAt: Int64
  /// `seqNo` of 2.0.1, for the next message.
  var sequence = 0
}

/// What the meter and the car say at one moment.
struct MeterSample: Sendable {
  /// Milliseconds since 1970.
  let at: Int64
  /// The import register in millijoules.
  let register: Int64
  var powerWatts: Int64
  let chargePermille: Int64
  /// How many phases the car uses; 0 for direct current.
  let phases: Int64
}

/// The id of a message: a UUID, or a number of the station's own.
enum MessageID: Sendable {
  case number(UInt64)
  case uuid(high: UInt64, low: UInt64)
}

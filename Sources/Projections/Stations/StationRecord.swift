import ChargerEvents
public import Quantities

/// What the log knows of one station.
public struct StationRecord: Sendable, Hashable {
  /// What the station said of itself when it last started; nil where it said nothing. The serial
  /// number is that of the station, else of its box (1.6).
  public var vendor: String?
  public var model: String?
  public var serialNumber: String?
  public var firmwareVersion: String?

  /// How often it started. One that repeats its BootNotification because it was not accepted yet has
  /// started once.
  public var boots: UInt64 = 0
  public var lastBootAt: Instant?
  /// Why it started, in the words of 2.x: `PowerUp`, `Watchdog`.
  public var lastBootReason: String?
  /// The last BootNotification was answered by something else than `Accepted`.
  var isBootRefused = false

  /// When its first and its last frame were received.
  public var firstHeardAt: Instant?
  public var lastHeardAt: Instant?

  public var framesFromStation: UInt64 = 0
  public var framesToStation: UInt64 = 0
  /// How many of them are not OCPP-J.
  public var unreadableFrames: UInt64 = 0
  /// Records of whole sessions, from those who have no frames.
  public var sessionRecords: UInt64 = 0

  /// What the connectors said last, by EVSE and number.
  public var connectors: [Connector] = []
  /// How often a connector, or the station, became faulty or named another error.
  public var faults: UInt64 = 0
  public var lastFault: Fault?

  /// The last status of a connector.
  public struct Connector: Sendable, Hashable {
    /// 2.x: the EVSE.
    public var evse: Int32?
    /// 0 is the whole station (1.6).
    public var connector: Int32?
    public var status: ConnectorStatus
    /// When it was so: the station's time if it can be right, else when it was received.
    public var at: Instant
    /// 1.6: the error that it named, if any.
    public var errorCode: String?
    /// The record that says so.
    public var position: UInt64
  }

  /// An error that the station reported.
  public struct Fault: Sendable, Hashable {
    public var at: Instant
    public var evse: Int32?
    public var connector: Int32?
    /// 1.6: the error code; 2.x: the technical code, or the component that has a problem. `Faulted`
    /// if only the status says it.
    public var code: String
    /// The vendor's own code.
    public var vendorCode: String?
    public var info: String?
    /// The record that says so.
    public var position: UInt64
  }

  public init() {}

  /// Where a record is, and when it was received.
  struct Stamp {
    var position: UInt64
    var receivedAt: Instant

    /// The station's own time if it can be right (SEMANTICS 4), else that of the receipt.
    func time(_ own: Instant?) -> Instant {
      let latest = receivedAt.advanced(byMilliseconds: StationRecord.clockToleranceMilliseconds)
      guard let own, own >= StationRecord.earliestTime, own <= latest else { return receivedAt }
      return own
    }
  }
}

// MARK: - Bounds

extension StationRecord {
  /// How far a station's clock may be ahead: 5 min.
  static let clockToleranceMilliseconds: Int64 = 300_000
  /// No OCPP station existed before 2010.
  static let earliestTime = Instant(millisecondsSinceEpoch: 1_262_304_000_000)
  /// No station has more connectors; what numbers beyond that say is not kept.
  static let greatestConnectors = 256
  /// OCPP allows 50 characters in most texts, and no text here is read by a program.
  static let greatestCharacters = 255

  /// A text as it is kept; nil for an empty one.
  static func text(_ text: FrameText?) -> String? {
    guard let text, !text.utf8.isEmpty else { return nil }
    return String(text.string.prefix(greatestCharacters))
  }
}

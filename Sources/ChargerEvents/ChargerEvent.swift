import Quantities

/// What one frame says, in the ledger's words: the vocabulary that decoders write and folds read.
///
/// Text and readings are views into the decoder and live only until the next frame is decoded.
/// A frame that says nothing a fold needs is `.other`; nothing is ever an error here, because the
/// log keeps every frame and a better decoder may read it tomorrow.
public enum ChargerEvent {
  /// OCPP 1.6 StartTransaction.req.
  case transactionStarted(TransactionStarted)
  /// The answer to a StartTransaction: it carries the 1.6 transaction id.
  case transactionStartAnswered(TransactionStartAnswered)
  /// OCPP 1.6 StopTransaction.req. Readings in `transactionData` are in the decoder's readings.
  case transactionStopped(TransactionStopped)
  /// OCPP 2.x TransactionEvent request. Its meter values are in the decoder's readings.
  case transactionEvent(TransactionEvent)
  /// MeterValues of either version. The samples are in the decoder's readings.
  case meterValues(MeterValues)
  /// StatusNotification of either version.
  case statusNotification(StatusNotification)
  /// BootNotification request: the station has restarted.
  case bootNotification(Message)
  /// A request, an answer or a refusal that says something else: see ``Message``.
  case message(Message)
  /// A frame of which nothing is read, and its action if that is one of a standard: one without
  /// fields, such as Heartbeat, a vendor's own, or an answer to a call that nobody knows.
  case other(OCPPAction?)
  /// A frame that could not be read as OCPP-J; the reason is for people.
  case unreadable(reason: StaticString)
}

/// OCPP 1.6 StartTransaction.req (section 4.8 of OCPP 1.6).
public struct TransactionStarted {
  /// The connector; 0 if the message does not say.
  public var connector: Int32
  public var token: FrameText?
  /// The charger's own time of the start; nil if missing or unreadable.
  public var at: Instant?
  /// The register at the start.
  public var meterStart: Energy?
  /// Correlates the answer with this request.
  public var messageID: FrameText
  /// The reservation that this start uses up.
  public var reservation: Int64?

  public init(
    connector: Int32, token: FrameText?, at: Instant?, meterStart: Energy?, messageID: FrameText,
    reservation: Int64? = nil
  ) {
    self.connector = connector
    self.token = token
    self.at = at
    self.meterStart = meterStart
    self.messageID = messageID
    self.reservation = reservation
  }
}

/// OCPP 1.6 StartTransaction.conf, or its refusal.
public struct TransactionStartAnswered {
  public var transactionID: Int64?
  public var isAccepted: Bool
  public var messageID: FrameText
  /// What the answer says of the token, or why the call was refused.
  public var fields: FieldList

  public init(
    transactionID: Int64?, isAccepted: Bool, messageID: FrameText, fields: FieldList = FieldList()
  ) {
    self.transactionID = transactionID
    self.isAccepted = isAccepted
    self.messageID = messageID
    self.fields = fields
  }
}

/// OCPP 1.6 StopTransaction.req (section 4.10 of OCPP 1.6).
public struct TransactionStopped {
  public var transactionID: Int64?
  public var at: Instant?
  public var meterStop: Energy?
  public var token: FrameText?
  /// The reason as sent; nil means the default, `Local`.
  public var reason: FrameText?

  public init(
    transactionID: Int64?, at: Instant?, meterStop: Energy?, token: FrameText?, reason: FrameText?
  ) {
    self.transactionID = transactionID
    self.at = at
    self.meterStop = meterStop
    self.token = token
    self.reason = reason
  }
}

/// OCPP 2.x TransactionEventRequest (E of OCPP 2.0.1 part 2).
public struct TransactionEvent {
  public enum Kind: UInt8, Sendable { case started, updated, ended }

  public var kind: Kind
  public var transactionID: FrameText
  public var sequenceNumber: Int64?
  public var at: Instant?
  public var isOffline: Bool
  public var evse: Int32?
  public var connector: Int32?
  public var token: FrameText?
  public var chargingState: ChargingState?
  public var triggerReason: FrameText?
  public var stoppedReason: FrameText?
  /// What only few events carry: a reservation, the remote start, the time spent charging; in 2.1
  /// the operation mode, limits, the tariff, and what the station itself calculated as the cost.
  public var details = FieldList()

  public init(kind: Kind, transactionID: FrameText) {
    self.kind = kind
    self.transactionID = transactionID
    self.isOffline = false
  }
}

/// MeterValues.req of 1.6 (with a transaction id) or 2.x (with an EVSE).
public struct MeterValues {
  /// 1.6: the connector. 0 is the station's main meter.
  public var connector: Int32?
  /// 2.x: the EVSE.
  public var evse: Int32?
  /// 1.6: the transaction, if the message names one.
  public var transactionID: Int64?
  /// The same frame again while the station's first copy was under way: it counts once.
  public var isRetry: Bool

  public init(
    connector: Int32?, evse: Int32?, transactionID: Int64?, isRetry: Bool = false
  ) {
    self.connector = connector
    self.evse = evse
    self.transactionID = transactionID
    self.isRetry = isRetry
  }
}

/// StatusNotification of either version.
public struct StatusNotification {
  public var evse: Int32?
  public var connector: Int32?
  public var at: Instant?
  public var status: ConnectorStatus
  /// 1.6 `errorCode`, when it is not `NoError`.
  public var errorCode: FrameText?
  /// 1.6: the vendor's own code, whose it is, and what else it says.
  public var vendorErrorCode: FrameText?
  public var vendor: FrameText?
  public var info: FrameText?
  /// The same frame again while the station's first copy was under way: it counts once.
  public var isRetry: Bool

  public init(
    evse: Int32?, connector: Int32?, at: Instant?, status: ConnectorStatus, errorCode: FrameText?,
    isRetry: Bool = false
  ) {
    self.evse = evse
    self.connector = connector
    self.at = at
    self.status = status
    self.errorCode = errorCode
    self.isRetry = isRetry
  }
}

/// What the vehicle and the station are doing in a transaction (2.x ChargingStateEnumType; 1.6
/// says the same through the connector's status).
public enum ChargingState: UInt8, Sendable, CaseIterable {
  case idle, evConnected, charging, suspendedEV, suspendedEVSE
}

/// The state of a connector: the nine of 1.6, which include the five of 2.x.
public enum ConnectorStatus: UInt8, Sendable, CaseIterable {
  case available, occupied, preparing, charging, suspendedEV, suspendedEVSE, finishing, reserved
  case unavailable, faulted, unknown

  /// As OCPP writes it: `SuspendedEV`.
  public var name: String {
    let name = "\(self)"
    return name.prefix(1).uppercased() + name.dropFirst()
  }
}

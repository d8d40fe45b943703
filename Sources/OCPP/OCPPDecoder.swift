import Bytes
import ChargerEvents
import JSON

/// Reads the frames of one station, in their order, as charger events.
///
/// It is the same decoder for OCPP 1.6, 2.0.1 and 2.1: an action and the shape of its payload say
/// which version it is, so frames whose log names the wrong version are read all the same. What is
/// read from which action stands in `docs/ocpp-actions.md`; a new action gets a case in
/// `request(_:isRetry:)`, and a file of its own when it is more than a few lines.
///
/// The state is the calls that wait for an answer. It is small, a value, and goes into checkpoints
/// with ``encode(into:)``. In the steady state decoding allocates nothing.
public struct OCPPDecoder: Sendable {
  private var pending = PendingCalls()
  var meter = MeterReadingCollector()

  public init() {}

  /// Decodes the next frame and passes what it says to `use`, with the meter readings that it
  /// carries. Both are valid only inside `use`.
  ///
  /// Every frame gives exactly one event. A frame that cannot be read is
  /// ``ChargerEvent/unreadable(reason:)``; nothing but `use` throws.
  ///
  /// - Parameter fromStation: the direction of the frame.
  /// - Parameter parser: the thread's parser.
  public mutating func decode<Failure>(
    _ body: UnsafeRawBufferPointer, fromStation: Bool, parser: JSONParser,
    _ use: (borrowing ChargerEvent, UnsafeBufferPointer<MeterReading>) throws(Failure) -> Void
  ) throws(Failure) {
    meter.removeAll()
    let event = event(body, fromStation: fromStation, parser: parser)
    try meter.withReadings { (readings) throws(Failure) in try use(event, readings) }
  }

  private mutating func event(
    _ body: UnsafeRawBufferPointer, fromStation: Bool, parser: JSONParser
  ) -> ChargerEvent {
    let header: FrameHeader
    do {
      header = try FrameHeader(body, parser: parser)
    } catch {
      return .unreadable(reason: error.reason)
    }
    switch header.messageType {
    case .call:
      let action: PendingCalls.Action =
        "StartTransaction" ~= header.action?.utf8 ? .startTransaction : .other
      let isRetry = pending.insert(
        messageID: header.messageID, action: action, fromStation: fromStation, frame: body)
      return fromStation ? request(header, isRetry: isRetry) : .other
    case .send:
      return fromStation ? request(header, isRetry: false) : .other
    case .callResult, .callError:
      let answered = pending.answer(messageID: header.messageID, fromStation: fromStation)
      return answered == .startTransaction && !fromStation ? startAnswer(header) : .other
    case .callResultError:
      return .other
    }
  }

  /// What a station tells or asks.
  private mutating func request(_ header: FrameHeader, isRetry: Bool) -> ChargerEvent {
    guard let payload = header.payload, payload.kind == .object else {
      return "BootNotification" ~= header.action?.utf8 ? .bootNotification : .other
    }
    switch header.action?.utf8 {
    case "MeterValues": return meterValues(payload, isRetry: isRetry)
    case "TransactionEvent": return transactionEvent(payload)
    case "StatusNotification": return statusNotification(payload, isRetry: isRetry)
    case "StartTransaction": return startTransaction(payload, messageID: header.messageID)
    case "StopTransaction": return stopTransaction(payload)
    case "BootNotification": return .bootNotification
    default: return .other
    }
  }
}

extension OCPPDecoder {
  /// Writes the state for a checkpoint. Equal states give equal bytes.
  public func encode(into writer: inout ByteWriter) { pending.encode(into: &writer) }

  /// Reads what ``encode(into:)`` wrote.
  public init(decoding reader: inout ByteReader) throws(ByteReaderError) {
    pending = try PendingCalls(decoding: &reader)
  }
}

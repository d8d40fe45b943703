import Bytes
import ChargerEvents
import JSON

/// Reads the frames of one station, in their order, as charger events.
///
/// It is the same decoder for OCPP 1.6, 2.0.1 and 2.1: an action and the shape of its payload say
/// which version it is, so frames whose log names the wrong version are read all the same. What is
/// read from which action stands in `docs/ocpp-actions.md`. An action whose frames come by the
/// thousand has an event of its own; the others are ``Message``s, whose fields stand in a table.
///
/// The state is the calls that wait for an answer. It is small, a value, and goes into checkpoints
/// with ``encode(into:)``. In the steady state decoding allocates nothing.
public struct OCPPDecoder: Sendable {
  private var pending = PendingCalls()

  public init() {}

  /// Decodes the next frame and passes what it says to `use`, with the meter readings that it
  /// carries. Both are valid only inside `use`.
  ///
  /// Every frame gives exactly one event. A frame that cannot be read is
  /// ``ChargerEvent/unreadable(reason:)``; nothing but `use` throws.
  ///
  /// - Parameter fromStation: the direction of the frame.
  /// - Parameter reader: the thread's reader.
  public mutating func decode<Failure>(
    _ body: UnsafeRawBufferPointer, fromStation: Bool, reader: FrameReader,
    _ use: (borrowing ChargerEvent, UnsafeBufferPointer<MeterReading>) throws(Failure) -> Void
  ) throws(Failure) {
    reader.forgetFrame()
    let event = event(body, fromStation: fromStation, reader)
    try use(event, reader.buffers.pointee.meter.readings.elements)
  }

  private mutating func event(
    _ body: UnsafeRawBufferPointer, fromStation: Bool, _ reader: FrameReader
  ) -> ChargerEvent {
    let header: FrameHeader
    do {
      header = try FrameHeader(body, parser: reader.parser)
    } catch {
      return .unreadable(reason: error.reason)
    }
    switch header.messageType {
    case .call, .send:
      let action = header.action.flatMap { OCPPAction(name: $0.utf8) }
      let isRetry =
        header.messageType == .call
        && pending.insert(
          messageID: header.messageID, action: action, fromStation: fromStation, frame: body)
      guard let action else { return .other(nil) }
      if fromStation, let event = stationEvent(action, header, isRetry: isRetry, reader) {
        return event
      }
      return message(action, .request, header, fromStation: fromStation, reader)
    case .callResult, .callError:
      guard
        let call = pending.answer(messageID: header.messageID, fromStation: fromStation)
      else { return .other(nil) }
      if call.action == .startTransaction, !fromStation { return startAnswer(header, reader) }
      let role: Message.Role = header.messageType == .callResult ? .answer : .refusal
      return message(call.action, role, header, fromStation: fromStation, reader)
    case .callResultError:
      return message(nil, .answerRefusal, header, fromStation: fromStation, reader)
    }
  }

  /// The requests of a station that sessions are made of.
  private func stationEvent(
    _ action: OCPPAction, _ header: FrameHeader, isRetry: Bool, _ reader: FrameReader
  ) -> ChargerEvent? {
    if action == .bootNotification {
      return .bootNotification(message(of: header, action, .request, fromStation: true, reader))
    }
    guard let payload = header.payload, payload.kind == .object else { return nil }
    switch action {
    case .meterValues: return meterValues(payload, isRetry: isRetry, reader)
    case .transactionEvent: return transactionEvent(payload, reader)
    case .statusNotification: return statusNotification(payload, isRetry: isRetry)
    case .startTransaction: return startTransaction(payload, messageID: header.messageID)
    case .stopTransaction: return stopTransaction(payload, reader)
    default: return nil
    }
  }

  /// Any other frame; one that says nothing is of no more use than its action.
  private func message(
    _ action: OCPPAction?, _ role: Message.Role, _ header: FrameHeader, fromStation: Bool,
    _ reader: FrameReader
  ) -> ChargerEvent {
    let message = message(of: header, action, role, fromStation: fromStation, reader)
    return message.fields.isEmpty ? .other(action) : .message(message)
  }

  private func message(
    of header: FrameHeader, _ action: OCPPAction?, _ role: Message.Role, fromStation: Bool,
    _ reader: FrameReader
  ) -> Message {
    Message(
      action: action, role: role, isFromStation: fromStation, messageID: header.messageID,
      fields: reader.fields(of: action, role, header))
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

/// Puts frames together from the columns of a table that holds no text of them.
struct CSVFrameBuilder: ~Copyable {
  private var frame = ScratchBuffer()

  private enum MessageType {
    case call, result, error
  }

  /// `[2,"id","action",payload]` or an answer, as OCPP-J writes frames. Valid until the next call.
  ///
  /// - Parameters:
  ///   - type: what the table calls the kind of message; nil if it has no such column.
  ///   - action: nil or blank in a row that is an answer.
  ///   - payload: JSON; taken as it is, and as `{}` where it is blank.
  /// - Throws: ``RejectReason/noFrame`` without a message id, or with a kind that is none.
  mutating func frame(
    id: UnsafeRawBufferPointer, type: UnsafeRawBufferPointer?, action: UnsafeRawBufferPointer?,
    payload: UnsafeRawBufferPointer
  ) throws(RejectReason) -> UnsafeRawBufferPointer {
    let id = id.trimmingBlanks()
    let action = action?.trimmingBlanks()
    guard !id.isEmpty,
      let kind = Self.kind(type?.trimmingBlanks(), isAnswer: action?.isEmpty ?? true)
    else { throw .noFrame }
    frame.removeAll()
    switch kind {
    case .call: frame.append("[2,")
    case .result: frame.append("[3,")
    case .error: frame.append("[4,")
    }
    append(quoted: id)
    frame.append(UInt8(ascii: ","))
    if kind == .call {
      append(quoted: action ?? UnsafeRawBufferPointer(start: nil, count: 0))
      frame.append(UInt8(ascii: ","))
    }
    // A table has no columns for the code and the description of an error.
    if kind == .error { frame.append(#""GenericError","","#) }
    let payload = payload.trimmingBlanks()
    if payload.isEmpty { frame.append("{}") } else { frame.append(payload) }
    frame.append(UInt8(ascii: "]"))
    return frame.bytes
  }

  private static func kind(_ type: UnsafeRawBufferPointer?, isAnswer: Bool) -> MessageType? {
    guard let type else { return isAnswer ? .result : .call }
    if type.isAny(of: ["2", "call", "request", "req"]) { return .call }
    if type.isAny(of: ["3", "callresult", "response", "result", "confirmation", "conf"]) {
      return .result
    }
    return type.isAny(of: ["4", "callerror", "error"]) ? .error : nil
  }

  private mutating func append(quoted text: UnsafeRawBufferPointer) {
    frame.append(UInt8(ascii: "\""))
    for byte in text {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        frame.append(UInt8(ascii: "\\"))
      }
      // JSON strings hold no control characters, and ids and actions need none.
      frame.append(byte < 0x20 ? 0x20 : byte)
    }
    frame.append(UInt8(ascii: "\""))
  }
}

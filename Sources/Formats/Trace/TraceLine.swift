import JSON

/// The members of one line of the Open OCPP Trace Format that matter here. Of repeated members the
/// first one counts; unknown ones are ignored.
struct TraceLine {
  var timestamp: JSONValue?
  var ocppVersion: JSONValue?
  var chargePointID: JSONValue?
  var direction: JSONValue?
  var messageType: JSONValue?
  var messageID: JSONValue?
  var action: JSONValue?
  var payload: JSONValue?
  var raw: JSONValue?
  var error: JSONValue?
  /// Not of the format: what makes a line harmless to repeat.
  var eventID: JSONValue?

  init(_ object: JSONValue) {
    for member in object.members { take(member) }
  }

  private mutating func take(_ member: JSONValue.Member) {
    func set(_ key: StaticString, _ field: inout JSONValue?) -> Bool {
      guard member.isNamed(key) else { return false }
      if field == nil { field = member.value }
      return true
    }
    _ =
      set("timestamp", &timestamp) || set("ocppVersion", &ocppVersion)
      || set("chargePointId", &chargePointID) || set("direction", &direction)
      || set("messageType", &messageType) || set("messageId", &messageID)
      || set("action", &action) || set("payload", &payload) || set("raw", &raw)
      || set("error", &error) || set("eventId", &eventID)
  }
}

extension TraceLine {
  /// Whether the line has anything that only a record has. What else is missing is for its reader
  /// to say.
  var isRecord: Bool {
    timestamp != nil || chargePointID != nil || direction != nil || raw != nil
  }

  /// Writes the frame that the line describes, from its parts, as OCPP-J writes frames. False if
  /// the line lacks a part that no frame can be without.
  ///
  /// A payload that is not there is written as `{}`, because a frame without one cannot be.
  func rebuildFrame(into frame: inout ScratchBuffer) -> Bool {
    guard let type = messageType?.text, let id = messageID, id.kind == .string else {
      return false
    }
    frame.removeAll()
    if type.isEqual(to: "CALL"), let action, action.kind == .string {
      frame.append("[2,")
      frame.append(id.rawText)
      frame.append(UInt8(ascii: ","))
      frame.append(action.rawText)
      appendPayload(to: &frame)
      return true
    }
    if type.isEqual(to: "CALLRESULT") {
      frame.append("[3,")
      frame.append(id.rawText)
      appendPayload(to: &frame)
      return true
    }
    if type.isEqual(to: "CALLERROR"), let error {
      frame.append("[4,")
      frame.append(id.rawText)
      append(error["code"], else: "\"\"", to: &frame)
      append(error["description"], else: "\"\"", to: &frame)
      append(error["details"], else: "{}", to: &frame)
      frame.append(UInt8(ascii: "]"))
      return true
    }
    return false
  }

  private func appendPayload(to frame: inout ScratchBuffer) {
    append(payload, else: "{}", to: &frame)
    frame.append(UInt8(ascii: "]"))
  }

  private func append(
    _ value: JSONValue?, else replacement: StaticString, to frame: inout ScratchBuffer
  ) {
    frame.append(UInt8(ascii: ","))
    if let value { frame.append(value.rawText) } else { frame.append(replacement) }
  }
}

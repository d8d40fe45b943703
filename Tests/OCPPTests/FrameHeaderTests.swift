import ChargerEvents
import JSON
import OCPP
import Testing

@Suite("Frame headers and correlation")
struct FrameHeaderTests {
  @Test(
    "the header of every message type is read",
    arguments: [
      (#"[2,"a","Reset",{"type":"Hard"}]"#, .call, "Reset", nil, true),
      (#"[3,"a",{}]"#, .callResult, nil, nil, true),
      (#"[4,"a","GenericError","text",{}]"#, .callError, nil, "GenericError", false),
      (#"[5,"a","FormatViolation","",{}]"#, .callResultError, nil, "FormatViolation", false),
      (#"[6,"a","NotifyPeriodicEventStream",{}]"#, .send, "NotifyPeriodicEventStream", nil, true),
    ] as [(String, FrameHeader.MessageType, String?, String?, Bool)])
  func header(
    frame: String, type: FrameHeader.MessageType, action: String?, code: String?, hasPayload: Bool
  ) throws {
    let parser = JSONParser()
    try Array(frame.utf8).withUnsafeBytes { body in
      let header = try FrameHeader(body, parser: parser)
      #expect(header.messageType == type && header.messageID.string == "a")
      #expect(header.action?.string == action && header.errorCode?.string == code)
      #expect((header.payload != nil) == hasPayload)
    }
  }

  @Test("an answer belongs to the latest open call from the other side; the rest is listed")
  func correlator() {
    var correlator = FrameCorrelator()
    var found: [FrameCorrelator.Call?] = []
    let frames: [(FrameHeader.MessageType, String, String?, Bool)] = [
      (.call, "1", "BootNotification", true), (.call, "1", "Heartbeat", true),
      (.callResult, "1", nil, true), (.callResult, "1", nil, false), (.callError, "1", nil, false),
      (.callResult, "1", nil, false), (.send, "1", "NotifyPeriodicEventStream", true),
      (.call, "2", "Reset", false), (.callResultError, "2", nil, true), (.call, "0", "X", true),
    ]
    for (index, frame) in frames.enumerated() {
      found.append(
        correlator.observe(
          frame.0, messageID: frame.1, action: frame.2, fromStation: frame.3, index: index))
    }
    #expect(
      found.compactMap { $0 } == [
        .init(index: 1, action: "Heartbeat"), .init(index: 0, action: "BootNotification"),
      ])
    #expect(found[3] != nil && found[4] != nil)
    #expect(correlator.orphanResponses == [2, 5])
    #expect(correlator.unansweredCalls == [7, 9])
  }
}

import ChargerEvents
import JSON
import OCPP
import Testing

@Suite("Frame headers, correlation and counts")
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

  @Test("actions are counted by name, and those of no standard stand out")
  func counter() {
    var counter = ActionCounter()
    for name in ["Heartbeat", "VendorThing", "Heartbeat", "heartbeat"] {
      Array(name.utf8).withUnsafeBytes { counter.count(FrameText(utf8: $0)) }
    }
    #expect(counter.entries.map(\.name) == ["Heartbeat", "VendorThing", "heartbeat"])
    #expect(counter.entries.map(\.count) == [2, 1, 1])
    #expect(counter.unknown.map(\.name) == ["VendorThing", "heartbeat"])
  }

  @Test("made-up names do not fill the memory")
  func endlessNames() {
    var counter = ActionCounter()
    for number in 0..<1200 {
      Array("Action\(number)".utf8).withUnsafeBytes { counter.count(FrameText(utf8: $0)) }
    }
    #expect(counter.entries.count == 1000 && counter.uncounted == 200)
  }

  @Test("the standard actions know who calls them and since when")
  func standardActions() {
    let all = StandardAction.all
    #expect(all["StartTransaction"]?.versions == .v16)
    #expect(all["StartTransaction"]?.initiator == .station)
    #expect(all["TransactionEvent"]?.versions == [.v201, .v21])
    #expect(all["Reset"]?.initiator == .csms)
    #expect(all["Reset"]?.versions == [.v16, .v201, .v21])
    #expect(all["DataTransfer"]?.initiator == .either)
    #expect(all["SetDefaultTariff"]?.versions == .v21)
    // 28 of the standard and 11 of the security extension; 64; 27 more.
    for (version, count) in [(StandardAction.Versions.v16, 39), (.v201, 64), (.v21, 91)] {
      #expect(all.values.count { $0.versions.contains(version) } == count)
    }
  }
}

import Bytes
import ChargerEvents
import JSON
import OCPP
import TestSupport
import Testing

@Suite("Frames")
struct FrameTests {
  @Test("MeterValues of either version name their place")
  func meterValues() {
    var station = Station()
    let frame16 = #"[2,"a","MeterValues",{"connectorId":1,"transactionId":"9","meterValue":[]}]"#
    for (frame, connector, evse, transaction) in [
      (frame16, 1, nil, 9), (#"[2,"b","MeterValues",{"evseId":2,"meterValue":[]}]"#, nil, 2, nil),
    ] as [(String, Int32?, Int32?, Int64?)] {
      station.decode(frame) { event, _ in
        guard case .meterValues(let values) = event else {
          Issue.record("no meter values")
          return
        }
        #expect(values.connector == connector && values.evse == evse)
        #expect(values.transactionID == transaction)
      }
    }
  }

  @Test(
    "StatusNotification of either version is read",
    arguments: [
      (
        #"{"connectorId":1,"errorCode":"NoError","status":"SuspendedEVSE"}"#, nil, 1,
        .suspendedEVSE, nil
      ),
      (
        #"{"connectorId":0,"errorCode":"GroundFailure","status":"Faulted"}"#, nil, 0, .faulted,
        "GroundFailure"
      ),
      (#"{"evseId":2,"connectorId":1,"connectorStatus":"Occupied"}"#, 2, 1, .occupied, nil),
      (#"{"connectorId":1,"status":"Dancing"}"#, nil, 1, .unknown, nil),
    ] as [(String, Int32?, Int32?, ConnectorStatus, String?)])
  func status(
    payload: String, evse: Int32?, connector: Int32?, status: ConnectorStatus, error: String?
  ) {
    var station = Station()
    station.decode(#"[2,"a","StatusNotification",\#(payload)]"#) { event, _ in
      guard case .statusNotification(let notification) = event else {
        Issue.record("no status")
        return
      }
      #expect(notification.evse == evse && notification.connector == connector)
      #expect(notification.status == status && notification.errorCode?.string == error)
    }
  }

  @Test(
    "what is no OCPP frame is unreadable with its reason",
    arguments: [
      ("", "the text is empty"), ("[2,", "a value was expected"),
      ("{}", "the frame is not an array"),
      ("[7,\"a\",\"b\",{}]", "the frame does not begin with a message type from 2 to 6"),
      ("[\"2\",\"a\"]", "the frame does not begin with a message type from 2 to 6"),
      ("[2]", "the frame has no message id"), ("[2,null,\"a\"]", "the frame has no message id"),
      ("[2,\"a\"]", "the call names no action"), ("[2,\"a\",5,{}]", "the call names no action"),
    ])
  func unreadable(frame: String, reason: String) {
    var station = Station()
    #expect(station.kind(frame) == "unreadable: \(reason)")
  }

  @Test("other actions, answers and payloads of the wrong kind say nothing")
  func other() {
    var station = Station()
    for frame in [
      #"[2,"a","Heartbeat",{}]"#, #"[2,"a","Heartbeat"]"#, #"[2,"a","VendorThing",{"x":1}]"#,
      #"[3,"zzz",{}]"#, #"[4,"zzz","NotSupported","",{}]"#,
      #"[6,"a","NotifyPeriodicEventStream",{}]"#, #"[2,"a","MeterValues",[]]"#,
    ] {
      #expect(station.kind(frame) == "other", "\(frame)")
    }
    #expect(station.kind(#"[2,5,"BootNotification"]"#) == "bootNotification")
  }

  @Test("a frame is a retry only while its earlier copy is the station's newest, unanswered call")
  func retries() {
    var station = Station()
    let frame = meterValues16(#"{"value":"1"}"#)
    #expect(station.kind(frame) == "meterValues")
    #expect(station.kind(frame) == "meterValues again")
    #expect(station.kind(#"[3,"m",{}]"#, fromStation: false) == "other")
    #expect(station.kind(frame) == "meterValues")
    #expect(station.kind(#"[2,"h","Heartbeat",{}]"#) == "other")
    #expect(station.kind(#"[3,"h",{}]"#, fromStation: false) == "other")
    #expect(station.kind(frame) == "meterValues")
    #expect(station.kind(meterValues16(#"{"value":"2"}"#)) == "meterValues")
    let status = #"[2,"n","StatusNotification",{"connectorId":1,"status":"Available"}]"#
    #expect(station.kind(status) == "statusNotification")
    #expect(station.kind(status) == "statusNotification again")
  }

  @Test("calls that wait for an answer survive a checkpoint, and only the latest 64 are kept")
  func checkpoint() throws {
    var station = Station()
    _ = station.kind(Transactions16Tests.start)
    for call in 0..<63 { _ = station.kind(#"[2,"h\#(call)","Heartbeat",{}]"#) }
    var writer = ByteWriter()
    station.decoder.encode(into: &writer)
    var restored = Station()
    restored.decoder = try writer.bytes.withUnsafeBytes {
      var reader = ByteReader($0)
      let decoder = try OCPPDecoder(decoding: &reader)
      #expect(reader.isAtEnd)
      return decoder
    }
    var again = ByteWriter()
    restored.decoder.encode(into: &again)
    #expect(again.bytes == writer.bytes)

    let answer = #"[3,"s1",{"transactionId":77,"idTagInfo":{"status":"Accepted"}}]"#
    #expect(restored.kind(answer, fromStation: false) == "transactionStartAnswered")
    _ = station.kind(#"[2,"h64","Heartbeat",{}]"#)
    #expect(station.kind(answer, fromStation: false) == "other")
  }

  @Test("a damaged checkpoint is an error")
  func damagedCheckpoint() {
    #expect(throws: ByteReaderError.self) {
      try [UInt8]([200, 1, 2]).withUnsafeBytes {
        var reader = ByteReader($0)
        _ = try OCPPDecoder(decoding: &reader)
      }
    }
  }

  @Test("survives random damage to frames of every action", arguments: [1, 2, 3] as [UInt64])
  func damage(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let valid = [
      Transactions16Tests.start, TransactionEventTests.ended,
      meterValues16(#"{"value":"1.5","unit":"kWh","phase":"L1","context":"Trigger"}"#),
      #"[3,"s1",{"transactionId":77,"idTagInfo":{"status":"Accepted"}}]"#,
      #"[2,"n","StatusNotification",{"connectorId":1,"status":"Available"}]"#,
    ].map { Array($0.utf8) }
    var station = Station()
    var unreadable = 0
    for round in 0..<3000 {
      var bytes = valid[round % valid.count]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0x20...0x7E, using: &random)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(UInt8.random(in: 0x30...0x39, using: &random), at: index)
        default: bytes.swapAt(index, Int.random(in: bytes.indices, using: &random))
        }
      }
      let frame = String(decoding: bytes, as: UTF8.self)
      if station.kind(frame, fromStation: round % 7 != 3).hasPrefix("unreadable") {
        unreadable += 1
      }
    }
    #expect(unreadable > 0 && unreadable < 3000, "seed \(seed)")
  }
}

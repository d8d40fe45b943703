import EventLog
import JSON
import Quantities
import TestSupport
import Testing

@testable import Formats

@Suite struct TraceReaderTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// A line with the members that every record needs, and others.
  private func line(
    time: String = "\"2024-01-15T10:00:00.000Z\"", station: String? = "\"CS-1\"",
    direction: String? = "\"cp-to-csms\"", _ others: String
  ) -> String {
    let envelope = [
      "\"timestamp\":\(time)", station.map { "\"chargePointId\":\($0)" },
      direction.map { "\"direction\":\($0)" }, "\"ocppVersion\":\"1.6\"",
    ]
    return "{" + (envelope.compactMap(\.self) + [others]).joined(separator: ",") + "}"
  }

  private let heartbeat = #""raw":"[2,\"m1\",\"Heartbeat\",{}]""#

  private func read(
    _ text: some Sequence<UInt8>, _ options: ImportOptions = ImportOptions()
  ) throws -> [ReadRecord] {
    let input = try ByteInput(path: try directory.write("trace.jsonl", text))
    return try TraceReader(input, options: options).all()
  }

  private func read(_ text: String, _ options: ImportOptions = ImportOptions()) throws
    -> [ReadRecord]
  { try read(text.utf8, options) }

  @Test("raw is the body, byte for byte, with its escapes resolved")
  func verbatim() throws {
    let found = try read(line(#""payload":{},"raw":"[2, \"\u00e9\",\t\"A\",{}] ""#) + "\r\n")
    #expect(
      found == [
        .record(
          line: 1, station: "CS-1", at: "2024-01-15T10:00:00.000Z", .fromStation, .ocpp16, [],
          body: Array("[2, \"é\",\t\"A\",{}] ".utf8))
      ])
  }

  @Test("without raw the frame is put together from the other members and flagged")
  func rebuilt() throws {
    let found = try read(
      [
        line(#""messageType":"CALL","messageId":"a","action":"Reset","payload":{"x": 1.50}"#),
        line(#""messageType":"CALLRESULT","messageId":"\"","payload":{}"#),
        line(#""messageType":"CALLERROR","messageId":"c","error":{"code":"X","details":{"y":2}}"#),
        line(#""messageType":"CALL","messageId":"d","action":"Heartbeat""#),
        line(#""raw":[2,"e","Heartbeat", {}]"#),
      ].joined(separator: "\n"))
    #expect(
      found.map(\.body) == [
        #"[2,"a","Reset",{"x": 1.50}]"#, #"[3,"\"",{}]"#, #"[4,"c","X","",{"y":2}]"#,
        #"[2,"d","Heartbeat",{}]"#, #"[2,"e","Heartbeat", {}]"#,
      ])
    for item in found {
      guard case .record(_, _, _, _, .ocpp16, .rebuiltFromPayload, _) = item else {
        Issue.record("not flagged: \(item)")
        return
      }
    }
  }

  @Test("an event id is read where it is asked for, as a UUID too, and ignored elsewhere")
  func eventIDs() throws {
    let texts = [
      #""000102030405060708090a0B0c0D0e0F""#, #""00010203-0405-0607-0809-0a0b0c0d0e0f""#, "null",
      #""00010203-0405-0607-0809-0a0b0c0d0e0""#, #""000102030405060708090a0b0c0d0e0f0""#,
      #""000102030405060708090a0b0c0d0e0g""#, #""""#, "7",
    ]
    let text = texts.map { line(heartbeat + #","eventId":\#($0)"#) }.joined(separator: "\n")
    let path = try directory.write("ids.jsonl", text.utf8)
    let reader = TraceReader(try ByteInput(path: path), options: .init(readsEventIDs: true))
    for _ in 0..<2 {
      guard case .record(let record)? = try reader.next() else {
        Issue.record("a good id was rejected")
        return
      }
      #expect(record.eventID == EventID(low: 0x0706_0504_0302_0100, high: 0x0F0E_0D0C_0B0A_0908))
    }
    #expect(
      try reader.all().map(\.rejection) == [nil] + Array(repeating: .unreadableEventID, count: 5))
    #expect(try read(text).compactMap(\.rejection).isEmpty)
  }

  @Test("a line from which no frame can be made is kept whole, as an unknown frame")
  func wholeLine() throws {
    let text = line(#""messageType":"CALL","payload":{}"#)
    #expect(
      try read(text) == [
        .record(
          line: 1, station: "CS-1", at: "2024-01-15T10:00:00.000Z", .fromStation, .ocppUnknown,
          .rebuiltFromPayload, body: Array(text.utf8))
      ])
  }

  @Test("only what has no readable station, time or direction is rejected, with its line")
  func rejections() throws {
    let found = try read(
      [
        line(heartbeat), "", line(station: nil, heartbeat), line(station: "7", heartbeat),
        line(time: "\"yesterday\"", heartbeat), line(time: "17", heartbeat),
        line(time: "\"2024-01-15T10:00:00\"", heartbeat), line(direction: nil, heartbeat),
        line(direction: "\"up\"", heartbeat), "[1]", "{\"a\":", line(heartbeat),
      ].joined(separator: "\n"))
    #expect(
      found.compactMap(\.rejection) == [
        .noStation, .noStation, .unreadableTime("yesterday"), .noTime,
        .timeWithoutOffset("2024-01-15T10:00:00"), .noDirection, .unreadableDirection("up"),
        .notAnObject, .notJSON(JSONError(offset: 5, reason: .expectedValue)),
      ])
    #expect(found.count == 11)
    #expect(found.last?.body == #"[2,"m1","Heartbeat",{}]"#)
    #expect(found[10].description.hasPrefix("12:"))
  }

  @Test("the options fill in what the file does not say")
  func defaults() throws {
    let berlin = try TimeZoneTable(
      name: "Europe/Berlin", tzdataVersion: "", offsetBeforeFirst: 3600, transitions: [])
    let options = ImportOptions(station: "CS-9", timeZone: berlin, kind: .ocpp201)
    let text =
      #"{"timestamp":"2024-01-15T10:00:00","direction":"CSMS-TO-CP","# + heartbeat + "}"
    #expect(
      try read(text, options) == [
        .record(
          line: 1, station: "CS-9", at: "2024-01-15T09:00:00.000Z", .toStation, .ocpp201, [],
          body: Array(#"[2,"m1","Heartbeat",{}]"#.utf8))
      ])
  }

  @Test(
    "the version is read in the ways that producers write it",
    arguments: [
      ("1.6", EventKind.ocpp16), ("1.6J", .ocpp16), ("OCPP1.6", .ocpp16), ("ocpp2.0.1", .ocpp201),
      ("2.0", .ocpp201), ("2.1", .ocpp21), ("1.5", .ocppUnknown), ("", .ocppUnknown),
    ])
  func versions(text: String, kind: EventKind) throws {
    let line =
      "{\"ocppVersion\":\"\(text)\",\"timestamp\":\"2024-01-15T10:00:00Z\","
      + "\"chargePointId\":\"CS-1\",\"direction\":\"cp-to-csms\",\(heartbeat)}"
    guard case .record(_, _, _, _, kind, _, _) = try read(line).first else {
      Issue.record("\(text) is not read as \(kind)")
      return
    }
  }

  @Test("a broken frame inside raw is a record like any other")
  func brokenFrame() throws {
    #expect(try read(line(#""raw":"[2,\"m1\",""#)).map(\.body) == ["[2,\"m1\","])
    #expect(try read(line(#""raw":"""#)).map(\.body) == [""])
  }

  @Test("bytes that are not UTF-8 are kept in the frame")
  func invalidUTF8InFrame() throws {
    let bytes: [UInt8] =
      Array(" {\"timestamp\":\"2024-01-15T10:00:00Z\",\"chargePointId\":\"CS-1\",".utf8)
      + Array("\"direction\":\"cp-to-csms\",\"payload\":{\"id\":\"".utf8) + [0xE9, 0xFF]
      + Array("\"},\"raw\":\"[2,\\\"m\\u00e9\\ud83d\\ude00\\\",\\\"".utf8) + [0xE9, 0xFF]
      + Array("\\\"]\"}".utf8)
    let body = Array("[2,\"mé😀\",\"".utf8) + [0xE9, 0xFF] + Array("\"]".utf8)
    #expect(
      try read(bytes) == [
        .record(
          line: 1, station: "CS-1", at: "2024-01-15T10:00:00.000Z", .fromStation, .ocppUnknown, [],
          body: body)
      ])
  }

  @Test("a line whose station is not UTF-8, or that holds no raw to keep, is rejected")
  func invalidUTF8Elsewhere() throws {
    let badStation =
      Array("{\"timestamp\":\"2024-01-15T10:00:00Z\",\"direction\":\"cp-to-csms\",".utf8)
      + Array("\"chargePointId\":\"".utf8) + [0xE9] + Array("\",\(heartbeat)}\n".utf8)
    let noRaw =
      Array("{\"timestamp\":\"2024-01-15T10:00:00Z\",\"direction\":\"cp-to-csms\",".utf8)
      + Array("\"chargePointId\":\"CS-1\",\"payload\":\"".utf8) + [0xE9] + Array("\"}".utf8)
    for rejection in try read(badStation + noRaw).map(\.rejection) {
      guard case .notJSON(let error) = rejection else {
        Issue.record("not rejected: \(String(describing: rejection))")
        continue
      }
      #expect(error.reason == .invalidUTF8)
    }
  }

  @Test("a line of 50 MB and a frame above 16 MiB are rejected with their sizes, the rest is read")
  func hugeLines() throws {
    let huge = String(repeating: "x", count: 50_000_000)
    let large = String(repeating: "y", count: 17 << 20)
    let text = [
      line("\"raw\":\"\(huge)\""), line("\"raw\":\"\(large)\""), line(heartbeat),
    ].joined(separator: "\n")
    let found = try read(text)
    #expect(
      found.map(\.rejection) == [
        .lineTooLong(byteCount: UInt64(line("\"raw\":\"\"").utf8.count + 50_000_000)),
        .bodyTooLarge(byteCount: 17 << 20), nil,
      ])
  }

  @Test("numbers beyond 64 bits and unknown members do no harm")
  func largeNumbers() throws {
    let text = line(
      #""schemaVersion":"9","meta":{"n":123456789012345678901234567890e999},"# + heartbeat)
    #expect(try read(text).map(\.body) == [#"[2,"m1","Heartbeat",{}]"#])
  }

  @Test(
    "a binary file is rejected line by line and crashes nothing", arguments: [11, 12] as [UInt64])
  func binary(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bytes = (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let found = try read(bytes)
    #expect(found.count > 100 && found.allSatisfy { $0.rejection != nil }, "seed \(seed)")
  }

  @Test("every record of the recorded traces is read")
  func fixtures() throws {
    let counts = [
      "ocpp16-kwwhat-14d/ocpp_1_6_synthetic_logs_14d.trace.jsonl.gz": 17_670,
      "ocpp201-inl-octt/tc_e_44_cs.trace.jsonl": 30,
    ]
    for (name, count) in counts {
      let found = try TraceReader(try ByteInput(path: Fixtures.path(name))).all()
      #expect(found.count == count, "\(name)")
      #expect(found.allSatisfy { $0.rejection == nil }, "\(name)")
    }
  }
}

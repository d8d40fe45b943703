import EventLog
import Quantities
import Testing

@testable import Formats

/// What is particular to the log of each program.
@Suite("Layouts of programs")
struct ProgramLayoutTests {
  let directory: TemporaryDirectory
  let options: ImportOptions

  init() throws {
    directory = try TemporaryDirectory()
    options = ImportOptions(timeZone: try TimeZoneTable.system(named: "UTC"))
  }

  private static let call = #"[2,"1","Heartbeat",{}]"#
  private static let answer = #"[3,"1",{}]"#

  @Test("SteVe: identities with odd characters, and messages that are no frames")
  func steve() throws {
    let head = "[INFO ] 2026-01-12 08:00:00,120 de.WebSocketLogger (q) - "
    let log = try directory.read(
      [
        head + "[chargeBoxId=CP 1, sessionId=a-1] Connection is established",
        head + "[chargeBoxId=CP,1, sessionId=a-1] Received: \(Self.call)",
        head + "[chargeBoxId=CP[2], sessionId=a-1] Sending: \(Self.answer)",
        head + "[chargeBoxId=CP 1, sessionId=a-1] Received pong message",
        head + "[chargeBoxId=CP 1, sessionId=a-1] Received: hello",
        head + "[chargeBoxId=CP 1, sessionId=a-1] Received: ",
        head + "[chargeBoxId=, sessionId=a-1] Received: \(Self.call)",
        "[chargeBoxId=CP 1, sessionId=a-1] Received: \(Self.call)",
      ], options)
    #expect(log.format == .steve && log.skipped == 2)
    #expect(
      log.summary == [
        "2: CP,1 fromStation 2026-01-12T08:00:00.120Z",
        "3: CP[2] toStation 2026-01-12T08:00:00.120Z",
        "5: CP 1 fromStation 2026-01-12T08:00:00.120Z", "6: \(RejectReason.noFrame)",
        "7: \(RejectReason.noStation)", "8: \(RejectReason.noTime)",
      ])
    // A strange message is kept as it came.
    #expect(log.bodies[2] == "hello")
  }

  @Test("evcc: all its words, and lines of its other areas")
  func evcc() throws {
    let log = try directory.read(
      [
        "[site  ] DEBUG 2026/01/12 08:00:00 site power: 5357W",
        "[ocpp  ] TRACE 2026/01/12 08:00:00 received JSON message from CP-1: \(Self.call)",
        "[ocpp ] TRACE 2026/01/12 08:00:01 sent JSON message to CP-1: \(Self.answer)",
        "[ocpp] TRACE 2026/01/12 08:00:02 recv CP 2: \(Self.call)",
        "[ocpp  ] TRACE 2026/01/12 08:00:03 sent CP 2: \(Self.answer)",
        "evcc  | [ocpp  ] TRACE 2026/01/12 08:00:04 send CP-1: \(Self.call)",
        "[ocpp  ] TRACE 2026/01/12 08:00:05 TriggerMessage Heartbeat for CP-1: Accepted",
        "[ocpp  ] TRACE 2026/01/12 08:00:06 recv CP-1",
      ], options)
    #expect(log.format == .evcc && log.skipped == 3)
    #expect(
      log.summary == [
        "2: CP-1 fromStation 2026-01-12T08:00:00.000Z",
        "3: CP-1 toStation 2026-01-12T08:00:01.000Z",
        "4: CP 2 fromStation 2026-01-12T08:00:02.000Z",
        "5: CP 2 toStation 2026-01-12T08:00:03.000Z",
        "6: CP-1 toStation 2026-01-12T08:00:04.000Z",
      ])
  }

  @Test("mobilityhouse/ocpp: with and without milliseconds, a frame on several lines, no name")
  func mobilityHouse() throws {
    let log = try directory.read(
      [
        "2026-01-12 08:00:00 INFO (MainThread) [ocpp] CP-1: receive message \(Self.call)",
        "2026-01-12 08:00:00.250 INFO (MainThread) [ocpp] CP-1: send \(Self.answer)",
        "2026-01-12 08:00:01 INFO (MainThread) [ocpp] CP-1: receive message [2,\"2\",\"MeterValues\",",
        "{", "\"connectorId\": 1", "}]",
        "2026-01-12 08:00:02 INFO (MainThread) [ocpp] : receive message \(Self.call)",
        "2026-01-12 08:00:03 DEBUG (MainThread) [mail] CP-1: send a mail",
        "2026-01-12T08:00:04+01:00 box INFO:ocpp:CP-1: receive message \(Self.call)",
        "CP-1: send \(Self.answer)",
      ], options)
    #expect(log.format == .mobilityHouse && log.skipped == 1)
    #expect(
      log.summary == [
        "1: CP-1 fromStation 2026-01-12T08:00:00.000Z",
        "2: CP-1 toStation 2026-01-12T08:00:00.250Z",
        "3: CP-1 fromStation 2026-01-12T08:00:01.000Z",
        "7: \(RejectReason.noStation)", "9: CP-1 fromStation 2026-01-12T07:00:04.000Z",
        "10: \(RejectReason.noTime)",
      ])
  }

  @Test("a frame that the station broke itself is kept")
  func brokenFrame() throws {
    let broken = #"[3,"a",{"configurationKey":],"unknownKey":["X"]}]"#
    let head = "2026-01-12 08:00:00 INFO (MainThread) [ocpp] CP-1: "
    let log = try directory.read(
      [head + "send \(Self.call)", head + "receive message " + broken], options)
    #expect(log.bodies == [Self.call, broken])
  }

  @Test("whose log it is, is told by the frames, or by the person")
  func recorder() throws {
    func directions(_ lines: [String], _ recorder: LogRecorder?) throws -> [String] {
      var options = options
      options.recorder = recorder
      options.station = "CP-1"
      return try directory.read(lines, options).summary.map { String($0.split(separator: " ")[2]) }
    }
    let head = "2026-01-12 08:00:00 INFO [ocpp] CP-1: "
    let neutral = head + #"send [2,"x","DataTransfer",{}]"#
    let ofStation = [neutral, head + "send \(Self.call)"]
    let ofBackEnd = [neutral, head + "receive message \(Self.call)"]
    #expect(try directions(ofStation, nil) == ["fromStation", "fromStation"])
    #expect(try directions(ofBackEnd, nil) == ["toStation", "fromStation"])
    #expect(try directions([neutral], nil) == ["toStation"])
    #expect(try directions([neutral], .station) == ["fromStation"])
    #expect(try directions(ofStation, .backEnd) == ["toStation", "toStation"])
    // The test tool plays either side.
    let tool = "[2026-01-12T08:00:00:120] "
    #expect(try directions([tool + "[msg-in] \(Self.call)"], nil) == ["fromStation"])
    #expect(try directions([tool + "[msg-out] \(Self.call)"], nil) == ["fromStation"])
  }

  @Test("the log of the OCA test tool holds the frames of the trace that was made of it")
  func octt() throws {
    let log = try RecordedHistory.open(
      path: Fixtures.path("ocpp201-inl-octt/example_log.log"),
      options: ImportOptions(
        station: "CS-SUT", timeZone: try TimeZoneTable.system(named: "UTC"), kind: .ocpp201))
    let trace = try RecordedHistory.open(
      path: Fixtures.path("ocpp201-inl-octt/tc_e_44_cs.trace.jsonl"))
    func withoutLines(_ source: any RecordSource) throws -> [String] {
      try source.all().map { String($0.description.drop { $0 != ":" }) }
    }
    #expect(try withoutLines(log) == withoutLines(trace))
    #expect(log.format == .octt && log.skippedLineCount == 111)
  }
}

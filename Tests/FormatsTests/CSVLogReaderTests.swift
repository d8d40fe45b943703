import EventLog
import Quantities
import Testing

@testable import Formats

@Suite struct CSVLogReaderTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func read(
    _ text: String, _ options: ImportOptions = ImportOptions()
  ) throws -> [ReadRecord] {
    let input = try ByteInput(path: try directory.write("log.csv", text))
    return try CSVLogReader(input, options: options).all()
  }

  /// Direction and flags of each frame of one station's log, without a direction column.
  private func directions(_ frames: [String]) throws -> [String] {
    let rows = frames.map { "2024-01-15T10:00:00Z,CS-1,\"\($0.replacing("\"", with: "\"\""))\"" }
    return try read((["time,station,frame"] + rows).joined(separator: "\n")).map { item in
      guard case .record(_, _, _, let direction, _, let flags, _) = item else { return "rejected" }
      return "\(direction)" + (flags.contains(.directionGuessed) ? "?" : "")
    }
  }

  @Test("the CSV log and the trace of the same recording hold the same records")
  func sameAsTrace() throws {
    let folder = "ocpp16-kwwhat-14d/ocpp_1_6_synthetic_logs_14d"
    let log = try CSVLogReader(
      try ByteInput(path: Fixtures.path("\(folder).csv.gz")),
      options: ImportOptions(kind: .ocpp16)
    ).all()
    let trace = try TraceReader(
      try ByteInput(path: Fixtures.path("\(folder).trace.jsonl.gz"))
    ).all()
    #expect(log.count == 17_670)
    // A CSV file has one line more, its header.
    let shifted = trace.map { item -> ReadRecord in
      guard case .record(let line, let id, let at, let way, let kind, let flags, let body) = item
      else { return item }
      return .record(line: line + 1, station: id, at: at, way, kind, flags, body: body)
    }
    #expect(log == shifted)
  }

  @Test("columns are found by many names, and others are ignored")
  func columnNames() throws {
    let headers = [
      "timestamp,id,action,msg", "TS,charge_point_id,x,message", "Time,device_ID,,raw",
      "receivedAt,Charging Station ID,x,frame",
    ]
    for header in headers {
      let found = try read(header + "\n2024-01-15T10:00:00Z,CS-1,Reset,\"[2,\"\"1\"\"]\"\n")
      #expect(found.map(\.body) == ["[2,\"1\"]"], "\(header)")
    }
  }

  @Test("a header without the needed columns is refused with what is missing")
  func missingColumns() throws {
    for (header, missing) in [
      ("id,msg", "time"), ("time,id", "frame"), ("time,msg", "station"), ("\u{1}\u{2}", "time"),
    ] {
      let error = #expect(throws: InputError.self) { try read(header + "\n1,2\n") }
      #expect(error?.description.contains("no column for the \(missing)") == true, "\(header)")
    }
    let one = try read(
      "time,msg\n2024-01-15T10:00:00Z,[]\n", ImportOptions(station: "CS-9"))
    #expect(one.map(\.body) == ["[]"])
    #expect(try read("") == [])
  }

  @Test("a call goes the way its action says, an answer the other way")
  func directionsOfCalls() throws {
    let found = try directions([
      #"[2,"1","BootNotification",{}]"#, #"[3,"1",{}]"#, #"[2,"2","RemoteStartTransaction",{}]"#,
      #"[3,"2",{}]"#, #"[2,"3","RequestStartTransaction",{}]"#, #"[4,"3","X","",{}]"#,
      #"[2,"4","TransactionEvent",{}]"#, #"[3,"4",{}]"#,
    ])
    #expect(
      found == [
        "fromStation", "toStation", "toStation", "fromStation", "toStation", "fromStation",
        "fromStation", "toStation",
      ])
  }

  @Test("what a frame does not settle is guessed and flagged")
  func guesses() throws {
    let found = try directions([
      #"[2,"1","DataTransfer",{}]"#, #"[3,"1",{}]"#, #"[2,"2","VendorThing",{}]"#,
      #"[3,"unseen",{}]"#, "[2,", "",
    ])
    #expect(
      found == [
        "fromStation?", "toStation", "fromStation?", "toStation?", "fromStation?", "fromStation?",
      ])
  }

  @Test("answers are matched within their station, and only once")
  func matching() throws {
    let rows = [
      "A,\"[2,\"\"1\"\",\"\"Reset\"\",{}]\"", "B,\"[2,\"\"1\"\",\"\"Heartbeat\"\",{}]\"",
      "A,\"[3,\"\"1\"\",{}]\"", "B,\"[3,\"\"1\"\",{}]\"", "A,\"[3,\"\"1\"\",{}]\"",
    ].map { "2024-01-15T10:00:00Z,\($0)" }
    let found = try read((["ts,id,msg"] + rows).joined(separator: "\n"))
    let ways = found.map { item -> Direction in
      guard case .record(_, _, _, let way, _, _, _) = item else { return .none }
      return way
    }
    #expect(ways == [.toStation, .fromStation, .fromStation, .toStation, .toStation])
  }

  @Test("a direction and a version that the log names count")
  func namedDirection() throws {
    let found = try read(
      """
      ts;id;direction;ocpp_version;msg
      2024-01-15T10:00:00Z;A;OUT;2.0.1;[2,"1","DataTransfer",{}]
      2024-01-15T10:00:01Z;A;in;1.6;[3,"1",{}]
      2024-01-15T10:00:02Z;A;sideways;1.6;[3,"1",{}]
      """)
    #expect(
      found == [
        .record(
          line: 2, station: "A", at: "2024-01-15T10:00:00.000Z", .toStation, .ocpp201, [],
          body: Array(#"[2,"1","DataTransfer",{}]"#.utf8)),
        .record(
          line: 3, station: "A", at: "2024-01-15T10:00:01.000Z", .fromStation, .ocpp16, [],
          body: Array(#"[3,"1",{}]"#.utf8)),
        .rejected(line: 4, .unreadableDirection("sideways")),
      ])
  }

  @Test("bad records are rejected with their line, the rest is read")
  func rejections() throws {
    let found = try read(
      """
      time,id,msg
      2024-01-15T10:00:00Z,A
      2024-01-15T10:00:00Z,A,[2,x]
      ,A,[]
      2024-01-15T10:00:00Z, ,[]
      2024-01-15 10:00,A,[]

      2024-01-15T10:00:00Z,A,"[
      2024-01-15T10:00:00Z,A,[]
      """)
    #expect(
      found.map(\.rejection) == [
        .wrongFieldCount(expected: 3, found: 2), .wrongFieldCount(expected: 3, found: 4), .noTime,
        .noStation, .timeWithoutOffset("2024-01-15 10:00"), .brokenCSV("a quote is never closed"),
        nil,
      ])
    #expect(found.last?.description.hasPrefix("9: A ") == true)
  }

  @Test("a frame that is not UTF-8 is kept, a station's name that is not is refused")
  func invalidUTF8() throws {
    let bytes =
      Array("time,id,msg\n2024-01-15T10:00:00Z,A,[".utf8) + [0xE9, 0xFF]
      + Array("]\n2024-01-15T10:00:00Z,".utf8) + [0xE9] + Array(",[]\n".utf8)
    let input = try ByteInput(path: try directory.write("bad.csv", bytes))
    #expect(
      try CSVLogReader(input).all() == [
        .record(
          line: 2, station: "A", at: "2024-01-15T10:00:00.000Z", .fromStation, .ocppUnknown,
          .directionGuessed, body: [0x5B, 0xE9, 0xFF, 0x5D]),
        .rejected(line: 3, .stationNotUTF8),
      ])
  }

  @Test("the format is told by the content")
  func detection() throws {
    let trace = try directory.write("a.csv", "\u{FEFF}\n {\"raw\":1}\n")
    let log = try directory.write("b.jsonl", "\u{FEFF}time,id,msg\n")
    let empty = try directory.write("c", "")
    #expect(try RecordedHistory.open(path: trace) is TraceReader)
    #expect(try RecordedHistory.open(path: log) is CSVLogReader)
    #expect(try RecordedHistory.open(path: empty) is TraceReader)
    let forced = try RecordedHistory.open(path: trace, options: ImportOptions(format: .csv))
    #expect(forced is CSVLogReader)
  }
}

import Quantities
import Testing

@testable import Formats

@Suite("Times in logs")
struct LogTimeTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func times(
    _ lines: [String], zone: String? = nil, year: Int? = nil
  ) throws -> [String] {
    let options = ImportOptions(
      format: .mobilityHouse, timeZone: try zone.map { try TimeZoneTable.system(named: $0) },
      year: year)
    return try directory.read(
      lines.map { "\($0) CP-1: receive message [2,\"1\",\"Heartbeat\",{}]" }, options
    ).items.map { item in
      switch item {
      case .record(_, _, let at, _, _, _, _): at
      case .rejected(_, let reason): "\(reason)"
      }
    }
  }

  @Test("a time without an offset needs a zone, and one with an offset does not")
  func zone() throws {
    let lines = ["2026-07-12 08:00:00,5", "2026-07-12T08:00:00.5+02:00"]
    #expect(
      try times(lines) == [
        "\(RejectReason.timeWithoutOffset("2026-07-12 08:00:00,5"))", "2026-07-12T06:00:00.500Z",
      ])
    #expect(
      try times(lines, zone: "America/New_York")
        == ["2026-07-12T12:00:00.500Z", "2026-07-12T06:00:00.500Z"])
  }

  @Test("a time of syslog needs the year, which turns with the months")
  func year() throws {
    let lines = [
      "Dec 30 23:59:59 pi app:", "Dez 31 23:59:59 pi app:", "Jan  1 00:00:00 pi app:",
      "Dec 31 23:59:59 pi late:", "<30>Feb 29 00:00:00 pi app:",
      "<134>1 2025-03-01T00:00:00Z pi a -",
    ]
    #expect(
      try times(lines, zone: "UTC", year: 2023) == [
        "2023-12-30T23:59:59.000Z", "2023-12-31T23:59:59.000Z", "2024-01-01T00:00:00.000Z",
        "2023-12-31T23:59:59.000Z", "2024-02-29T00:00:00.000Z", "2025-03-01T00:00:00.000Z",
      ])
    #expect(
      try times(lines, zone: "UTC").first
        == "\(RejectReason.timeWithoutYear("Dec 30 23:59:59"))")
    #expect(
      try times(["Feb 29 00:00:00 pi app:"], zone: "UTC", year: 2023)
        == ["\(RejectReason.unreadableTime("Feb 29 00:00:00"))"])
  }

  @Test("a time with an offset in front of the line counts before a local one in it")
  func outerTime() throws {
    let entry =
      #"{"__REALTIME_TIMESTAMP":"1768204800123456","MESSAGE":"2026-01-12 09:30:00 CP-1: receive message [2,\"1\",\"X\",{}]"}"#
    let docker =
      #"{"log":"2026-01-12 09:30:00 CP-1: send [2,\"1\",\"X\",{}]\n","stream":"stdout","time":"2026-01-12T08:00:01.5Z"}"#
    let log = try directory.read([entry, docker])
    #expect(
      log.summary == [
        "1: CP-1 fromStation 2026-01-12T08:00:00.123Z",
        "2: CP-1 toStation 2026-01-12T08:00:01.500Z",
      ])
    #expect(
      try times(["Jan 12 10:00:00 pi app: 2026-01-12 09:30:00"], zone: "UTC", year: 2020)
        == ["2026-01-12T09:30:00.000Z"])
  }

  @Test("numbers since 1970 are rounded down, and absurd ones are none")
  func sinceEpoch() {
    func instant(_ text: String, _ unit: Int) -> Int64? {
      var text = text
      let number = text.withUTF8 { DecimalNumber(utf8: UnsafeRawBufferPointer($0)) }
      return number.flatMap { Instant(sinceEpoch: $0, unit: unit)?.millisecondsSinceEpoch }
    }
    #expect(instant("1.9999", 0) == 1999 && instant("-0.0001", 0) == -1)
    #expect(instant("1999", -6) == 1 && instant("5", -3) == 5)
    #expect(instant("9e18", 0) == nil && instant("1e400", -3) == nil)
  }
}

@Suite("What is put around the lines of a log")
struct LogUnwrapperTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func unwrapped(_ line: String) -> String {
    var unwrapper = LogUnwrapper()
    var line = line
    return line.withUTF8 {
      String(decoding: unwrapper.unwrap(UnsafeRawBufferPointer($0)).text, as: UTF8.self)
    }
  }

  @Test("colours, and the prefix of Docker Compose, are taken off")
  func prefixes() {
    #expect(unwrapped("\u{1B}[1;32ma\u{1B}[0m b\u{1B}[K") == "a b")
    #expect(unwrapped("a\u{1B}") == "a" && unwrapped("a\u{1B}[12") == "a")
    #expect(unwrapped("evcc-1  | x | y") == "x | y" && unwrapped("a |b") == "a |b")
    #expect(unwrapped("[x] | y") == "[x] | y" && unwrapped("") == "")
  }

  @Test("journald's text, its bytes, and Docker's lines are taken out of their JSON")
  func json() {
    let stamp = #""__REALTIME_TIMESTAMP":"1768204800123456""#
    #expect(unwrapped(#"{\#(stamp),"MESSAGE":"a \"b\" \\ \u00fc"}"#) == #"a "b" \ ü"#)
    #expect(unwrapped(#"{\#(stamp),"MESSAGE":[97,27,91,51,50,109,98,255]}"#) == "ab\u{FFFD}")
    #expect(unwrapped(#"{"log":"a\r\n","time":"2026-01-12T08:00:00Z"}"#) == "a")
    for other in [
      #"{\#(stamp),"MESSAGE":null}"#, #"{\#(stamp),"MESSAGE":[300]}"#, #"{"log":1,"time":"x"}"#,
      "{",
    ] {
      #expect(unwrapped(other) == other)
    }
  }

  @Test("a frame ends where its bracket is closed, whatever its strings hold")
  func extent() throws {
    func frame(_ text: String) throws -> String {
      var text = text
      return try text.withUTF8 {
        String(decoding: try FrameExtent.frame(in: UnsafeRawBufferPointer($0)), as: UTF8.self)
      }
    }
    #expect(try frame(#" [2,"]\"]\\",{"a":[]}] took 5 ms "#) == #"[2,"]\"]\\",{"a":[]}]"#)
    #expect(try frame("pong") == "pong" && frame("{} x") == "{}")
    #expect(try frame("[3,{]] x") == "[3,{]]")
    for cut in ["[", "[2,\"1", "[2,{}", #"[2,"\"]"#, "{\"a\":[1]"] {
      #expect(throws: RejectReason.frameNotWhole, "\(cut)") { try frame(cut) }
    }
    #expect(throws: RejectReason.noFrame) { try frame(" \t") }
  }
}

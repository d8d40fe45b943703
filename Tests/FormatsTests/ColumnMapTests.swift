import EventLog
import Quantities
import SessionRecords
import Testing

@testable import Formats

@Suite("CSV logs whose columns a person maps")
struct ColumnMapTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func read(_ map: String, _ table: String) throws -> ReadLog {
    var options = ImportOptions()
    guard
      case .frames(let columns) = try ColumnMapFile.read(
        path: try directory.write("map.yaml", map))
    else { throw NoMapOfFrames() }
    options.columns = columns
    return try directory.read([table], options)
  }

  @Test("names, delimiter, layout of times, zone and words of directions are as the map says")
  func named() throws {
    let log = try read(
      """
      columns:
        time: Zeitpunkt
        station: Ladepunkt
        direction: Richtung
        frame: Inhalt
      directions: {Eingang: from_station, Ausgang: to_station}
      delimiter: "|"
      time_layout: dd.MM.yyyy HH:mm:ss[,SSS]
      time_zone: Europe/Berlin
      """,
      """
      Richtung|Zeitpunkt|Inhalt|Ladepunkt
      Eingang|12.01.2026 09:00:00|[2,"1","DataTransfer",{}]|CP-1
      ausgang|12.7.2026 09:00:00,25|[3,"1",{}]|CP-1
      quer|12.01.2026 09:00:00|[2,"1","Heartbeat",{}]|CP-1
      in|12.01.2026|[2,"1","Heartbeat",{}]|CP-1
      in|12.01.2026 09:00:00|[2,"1","Heartbeat",{}]|CP-1
      """)
    #expect(log.format == .csv)
    #expect(
      log.summary == [
        "2: CP-1 fromStation 2026-01-12T08:00:00.000Z",
        "3: CP-1 toStation 2026-07-12T07:00:00.250Z",
        "4: \(RejectReason.unreadableDirection("quer"))",
        "5: \(RejectReason.unreadableTime("12.01.2026"))",
        "6: CP-1 fromStation 2026-01-12T08:00:00.000Z",
      ])
  }

  @Test("frames are put together from their parts, and flagged")
  func parts() throws {
    let log = try read(
      """
      columns: {time: 1, station: 2, message_id: 3, action: 4, payload: 5, message_type: 6}
      header: false
      time_layout: unix-seconds
      delimiter: tab
      """,
      [
        ["1768204800.5", "CP-1", "1", "BootNotification", #"{"a":1}"#, "CALL"],
        ["1768204801", "CP-1", "1", "BootNotification", "", "response"],
        ["1768204802", "CP-1", #"a"b\"#, "Reset", "{}", "2"],
        ["1768204803", "CP-1", #"a"b\"#, "", "{}", "error"],
        ["1768204804", "CP-1", "", "Reset", "{}", "2"],
        ["1768204804", "CP-1", "9", "Reset", "{}", "shout"], ["soon", "CP-1", "9", "X", "{}", "2"],
      ].map { $0.joined(separator: "\t") }.joined(separator: "\n"))
    #expect(
      log.bodies == [
        #"[2,"1","BootNotification",{"a":1}]"#, #"[3,"1",{}]"#, #"[2,"a\"b\\","Reset",{}]"#,
        #"[4,"a\"b\\","GenericError","",{}]"#, nil, nil, nil,
      ])
    #expect(log.summary[0] == "1: CP-1 fromStation 2026-01-12T08:00:00.500Z")
    #expect(log.summary[3] == "4: CP-1 fromStation 2026-01-12T08:00:03.000Z")
    #expect(
      log.rejections.suffix(3) == [.noFrame, .noFrame, .unreadableTime("soon")])
    guard case .record(_, _, _, _, _, let flags, _) = log.items[0] else { return }
    #expect(flags == .rebuiltFromPayload)
  }

  @Test("without a column for the kind of message, a row without an action is an answer")
  func withoutType() throws {
    let log = try read(
      "columns: {time: t, station: s, message_id: i, action: a, payload: p}",
      "t,s,i,a,p\n2026-01-12T08:00:00Z,S,1,Reset,\n2026-01-12T08:00:01Z,S,1,,{}\n")
    #expect(log.bodies == [#"[2,"1","Reset",{}]"#, #"[3,"1",{}]"#])
  }

  @Test(
    "a mistake in a map is told with its place",
    arguments: [
      ("columns: {time: t}", "columns: name the column of the frame"),
      ("columns: {time: t, frame: f, tiem: x}", "columns.tiem: unknown key"),
      ("columns: {time: 0, frame: f}", "columns.time: "),
      ("columns: {time: t, frame: f}\ntime_layout: HH:mm", ":2: time_layout: must have month"),
      ("columns: {time: t, frame: f}\ntime_zone: Mars/Crater", "time_zone: "),
      ("columns: {time: t, frame: f}\ndelimiter: ab", "delimiter: expected one"),
      ("columns: {time: t, frame: f}\ndirections: {in: inwards}", "directions.in: "),
      ("columns: {time: t, message_id: i, payload: p}", "name the column of the action"),
    ])
  func mistakes(map: String, message: String) throws {
    let path = try directory.write("map.yaml", map)
    let error = #expect(throws: PublishedFileError.self) { try ColumnMapFile.read(path: path) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("the map in the documentation is one")
  func documented() throws {
    let page = String(
      decoding: try Fixtures.bytes("../../docs/importing.md"), as: UTF8.self)
    let blocks = page.split(separator: "```")
    let map = try #require(blocks.first { $0.hasPrefix("yaml\n") }).dropFirst(5)
    let path = try directory.write("documented.yaml", String(map))
    guard case .frames(let columns) = try ColumnMapFile.read(path: path) else {
      throw NoMapOfFrames()
    }
    #expect(columns.frame == .whole(.named("Nachricht")) && columns.delimiter == 0x3B)
    #expect(columns.timeZone?.name == "Europe/Berlin" && columns.directionWords.count == 2)
  }

  @Test("a column that the file does not have is told with those that it has")
  func unknownColumn() throws {
    let error = #expect(throws: InputError.self) {
      try read("columns: {time: when, frame: f, station: s}", "time,f,s\n1,2,3\n")
    }
    #expect(error?.description.contains("\"when\"") == true)
    #expect(error?.description.contains("there are: time, f, s") == true)
    let beyond = #expect(throws: InputError.self) {
      try read("columns: {time: 1, frame: 2, station: 4}", "time,f,s\n1,2,3\n")
    }
    #expect(beyond?.description.contains("no column 4") == true)
    for number in [0, -1, Int.max] {
      let map = ColumnMap(time: .numbered(number), frame: .whole(.numbered(1)))
      #expect(throws: CSVHeaderError.self) {
        try CSVColumns(map, header: ["a"], needsStation: false)
      }
    }
  }
}

/// A map of a table of sessions where one of frames was written.
private struct NoMapOfFrames: Error {}

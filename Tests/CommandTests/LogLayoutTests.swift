import Foundation
import Testing

/// Logs of real programs, from the file to the session.
@Suite("Logs of other programs")
struct LogLayoutTests {
  /// A call of a session and its answer, with the second of both.
  private static let session: [(second: Int, isFromStation: Bool, call: String, answer: String)] = [
    (0, true, #"[2,"1","BootNotification",{}]"#, #"[3,"1",{"status":"Accepted"}]"#),
    (
      10, true,
      #"[2,"2","StartTransaction",{"connectorId":1,"idTag":"T","meterStart":100,"timestamp":"2024-01-15T10:00:10Z"}]"#,
      #"[3,"2",{"transactionId":7,"idTagInfo":{"status":"Accepted"}}]"#
    ),
    (20, false, #"[2,"b","TriggerMessage",{}]"#, #"[3,"b",{"status":"Accepted"}]"#),
    (
      59, true,
      #"[2,"3","StopTransaction",{"transactionId":7,"meterStop":1700,"timestamp":"2024-01-15T10:00:59Z"}]"#,
      #"[3,"3",{}]"#
    ),
  ]

  /// A line of each frame in each layout: with the second of 10:00 in UTC, whether the station sent
  /// it, and the frame.
  private static let layouts: [String: @Sendable (Int, Bool, String) -> String] = [
    "steve": { second, isFromStation, frame in
      "[INFO ] 2024-01-15 11:00:\(two(second)),000 WebSocketLogger (q) - "
        + "[chargeBoxId=CP-7, sessionId=a] \(isFromStation ? "Received" : "Sending"): \(frame)"
    },
    "evcc": { second, isFromStation, frame in
      "[ocpp  ] TRACE 2024/01/15 11:00:\(two(second)) \(isFromStation ? "recv" : "send") CP-7: \(frame)"
    },
    "mobilityhouse": { second, isFromStation, frame in
      "2024-01-15 11:00:\(two(second)) INFO (MainThread) [ocpp] CP-7: "
        + "\(isFromStation ? "receive message" : "send") \(frame)"
    },
    "openwb": { second, isFromStation, frame in
      "2024-01-15 11:00:\(two(second)),000 - {ocpp:456} - {INFO:OCPP Client} - CP-7: "
        + "\(isFromStation ? "send" : "receive message") \(frame)"
    },
    "octt": { second, isFromStation, frame in
      "[2024-01-15T11:00:\(two(second)):000] [\(isFromStation ? "msg-in" : "msg-out")] \(frame)"
    },
    "frame-first": { second, _, frame in "\(frame),\(1_705_312_800 + second),0" },
    "named-frame": { second, _, frame in "Jan 15 11:00:\(two(second)) box log: CP-7 : \(frame)" },
  ]

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// The lines of the session in each layout, by its name.
  private static let logs: [(name: String, lines: [String])] = {
    let table = session.map { "x\t\($0.call)\t\($0.answer)\t1/15/2024 11:00:\(two($0.second)) AM" }
    return layouts.sorted { $0.key < $1.key }.map { name, line in
      let lines = session.flatMap {
        [
          line($0.second, $0.isFromStation, $0.call),
          line($0.second, !$0.isFromStation, $0.answer),
        ]
      }
      return (name, lines)
    } + [("call-table", table)]
  }()

  @Test("One history in every layout is one history: the first file adds it, the others nothing")
  func sameSession() throws {
    let workspace = try Workspace()
    let files = try Self.logs.map { name, lines in
      try workspace.write("\(name).log", lines.joined(separator: "\n"))
    }
    let options = ["--station", "CP-7", "--time-zone", "Europe/Berlin", "--year", "2024"]
    let ending = try workspace.start(["import", "--format", "json"] + options + files).wait()
    let reports = try #require(try ending.json["files"] as? [[String: Any]], "\(ending.errors)")
    #expect(reports.map { $0["format"] as? String } == Self.logs.map(\.name))
    #expect(reports.map { $0["added"] as? Int } == [8] + Array(repeating: 0, count: 7))
    #expect(reports.dropFirst().allSatisfy { $0["already_there"] as? Int == 8 })
    let sessions = try workspace.sessions()
    #expect(sessions.map { $0["energy_wh"] as? Int } == [1600])
  }

  @Test("A log is followed until SIGTERM, and goes on where it was left")
  func follow() throws {
    let workspace = try Workspace()
    let lines = try #require(Self.logs.first { $0.name == "evcc" }?.lines)
    let file = try workspace.write("evcc.log", lines[..<3].joined(separator: "\n") + "\n")
    let words = ["import", "--follow", file, "--time-zone", "Europe/Berlin", "--format", "json"]
    let program = try workspace.start(words)
    try waitUntil("the ledger is made") {
      FileManager.default.fileExists(atPath: workspace.ledger + "/ledger.json")
    }
    try Watcher(workspace.ledger).waitForEvents(3)
    let handle = try #require(FileHandle(forWritingAtPath: file))
    handle.seekToEndOfFile()
    handle.write(Data(lines[3...].joined(separator: "\n").utf8))
    // The last line is not ended yet.
    try Watcher(workspace.ledger).waitForEvents(7)
    kill(program.process, SIGTERM)
    let ending = try program.wait()
    let report = try #require((try ending.json["files"] as? [[String: Any]])?.first)
    #expect(ending.code == 0 && report["added"] as? Int == 7, "\(ending.errors)")
    let rest = try workspace.succeed("import", file, "--time-zone", "Europe/Berlin")
    #expect(rest.text.contains("1 events added, 7 were there already"), "\(rest.text)")
    #expect(try workspace.isSound())
  }

  @Test("What cannot be followed or mapped is wrong usage")
  func usage() throws {
    let workspace = try Workspace()
    let file = try workspace.write("x.log", "words")
    try workspace.fail(2, "import", "--follow", "--strict", file)
    try workspace.fail(2, "import", "--follow", "-")
    try workspace.fail(2, "import", "--follow", file, file)
    try workspace.fail(2, "import", "--from", "steve", "--columns", file, file)
    let message = try workspace.fail(2, "import", file)
    for name in Self.logs.map(\.name) { #expect(message.contains(name)) }
    #expect(try workspace.fail(2, "import", "--columns", file, file).contains("x.log"))
    #expect(!FileManager.default.fileExists(atPath: workspace.ledger))
  }
}

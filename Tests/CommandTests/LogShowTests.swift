import EventLog
import Foundation
import Quantities
import Testing

@Suite("Showing events of a station or a range of time")
struct LogShowTests {
  /// Two stations in turns, a second apart, from midnight on; 20 events and the tick of the import.
  private func imported() throws -> Workspace {
    let workspace = try Workspace()
    let lines = (0..<20).map { heartbeatLine($0, station: $0 % 2 == 0 ? "EVEN" : "ODD") }
    try workspace.succeed("import", try workspace.write("t.jsonl", lines.joined(separator: "\n")))
    return workspace
  }

  private func positions(_ ending: Ending) throws -> [Int] {
    try ending.lines.compactMap { $0["position"] as? Int }
  }

  @Test("A selection prints the lines that a look at all events would pick")
  func selection() throws {
    let workspace = try imported()
    let all = try workspace.succeed("log", "show", "1", "--count", "100").lines
    #expect(all.count == 21)
    let times = all.compactMap { $0["received_at"] as? String }
    let even = try workspace.succeed("log", "show", "--station", "EVEN").lines
    #expect(even as NSArray == all.filter { $0["station"] as? String == "EVEN" } as NSArray)

    // The first time counts, the last one no longer does.
    let range = try workspace.succeed("log", "show", "--from", times[4], "--to", times[8])
    try #expect(positions(range) == [5, 6, 7, 8])
    let both = try workspace.succeed(
      "log", "show", "--station", "ODD", "--from", times[4], "--limit", "2")
    try #expect(positions(both) == [6, 8])
    let unlimited = try workspace.succeed("log", "show", "--to", times[3], "--limit", "0")
    try #expect(positions(unlimited) == [1, 2, 3])
    let none = try workspace.succeed("log", "show", "--to", times[0])
    #expect(none.output.isEmpty && none.errors == "no event matches\n")
  }

  @Test("The tail of a station is its newest events")
  func tail() throws {
    let workspace = try imported()
    try #expect(
      positions(workspace.succeed("log", "tail", "--station", "ODD", "-n", "3")) == [16, 18, 20])
    try #expect(positions(workspace.succeed("log", "tail", "--station", "ODD", "-n", "0")) == [])
    let all = try workspace.succeed("log", "tail", "--station", "EVEN", "-n", "99")
    try #expect(positions(all) == Array(stride(from: 1, through: 19, by: 2)))
  }

  @Test(
    "A request that cannot be meant is wrong usage",
    arguments: [
      ["show"], ["show", "1", "--station", "ODD"], ["show", "--count", "2", "--station", "ODD"],
      ["show", "1", "--limit", "2"], ["show", "--limit", "2"], ["show", "--from", "yesterday"],
      ["show", "--station", "NOBODY"], ["tail", "--station", "NOBODY"],
    ])
  func wrongUsage(words: [String]) throws {
    let workspace = try imported()
    let ending = try workspace.start(["log"] + words).wait()
    #expect(ending.code == 2 && ending.output.isEmpty && !ending.errors.isEmpty)
  }

  @Test("In a long log an index is made, and found again; one that was deleted is no loss")
  func longLog() throws {
    let workspace = try Workspace()
    let rare = try fill(workspace.ledger)
    let index = workspace.ledger + "/index"
    for _ in 0..<2 {
      try #expect(positions(workspace.succeed("log", "show", "--station", "RARE")) == rare)
      #expect(FileManager.default.fileExists(atPath: index + "/positions/data.mdb"))
      try #expect(positions(workspace.succeed("log", "show", "--station", "RARE")) == rare)
      try FileManager.default.removeItem(atPath: index)
    }
  }

  /// A log a little longer than a block of the index.
  /// - Returns: the positions of the station RARE.
  private func fill(_ path: String) throws -> [Int] {
    let ledger = try Ledger.create(at: path)
    return try ledger.append { batch in
      let (busy, rare) = (
        try batch.stationID(named: "BUSY"), try batch.stationID(named: "RARE")
      )
      let body: [UInt8] = [UInt8(ascii: "x")]
      return try body.withUnsafeBytes { body in
        var positions: [Int] = []
        for number in 0..<270_000 {
          let isRare = number % 50_000 == 49_999
          let event = NewEvent(
            kind: .ocpp16, station: isRare ? rare : busy, direction: .fromStation,
            receivedAt: Instant(millisecondsSinceEpoch: 1_735_689_600_000 + Int64(number)))
          let position = try batch.append(event, body: body)
          if isRare { positions.append(Int(position)) }
        }
        return positions
      }
    }
  }
}

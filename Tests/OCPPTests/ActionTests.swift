import ChargerEvents
import JSON
import OCPP
import Testing

@Suite("Actions, by name and by number")
struct ActionTests {
  /// Counts frames, `>` from the station and `<` to it, of one station in 2.1 or in `version`.
  private func count(_ frames: [String], version: OCPPVersion = .v21) throws -> ActionCounter {
    var counter = ActionCounter()
    let parser = JSONParser()
    for frame in frames {
      try Array(frame.utf8.dropFirst()).withUnsafeBytes { body in
        counter.count(
          try FrameHeader(body, parser: parser), version: version, station: 1,
          fromStation: frame.hasPrefix(">"))
      }
    }
    return counter
  }

  @Test("calls are counted by name, and those that the version does not define stand out")
  func counter() throws {
    let counter = try count([
      #">[2,"1","Heartbeat",{}]"#, #">[2,"2","VendorThing",{}]"#, #">[2,"3","Heartbeat",{}]"#,
      #">[2,"4","heartbeat",{}]"#, #">[2,"5","StartTransaction",{}]"#,
    ])
    let names = ["Heartbeat", "StartTransaction", "VendorThing", "heartbeat"]
    #expect(counter.entries.map(\.name) == names)
    #expect(counter.entries.map(\.count) == [2, 1, 1, 1])
    #expect(counter.unknown.map(\.name) == ["StartTransaction", "VendorThing", "heartbeat"])
    let other = try count([#">[2,"5","StartTransaction",{}]"#], version: .unknown)
    #expect(other.unknown.isEmpty)
  }

  @Test("each call is answered, refused or neither; a SEND waits for nothing")
  func answers() throws {
    let counter = try count([
      #">[2,"1","Authorize",{}]"#, #"<[3,"1",{}]"#, #">[5,"1","FormatViolation","",{}]"#,
      #">[2,"2","Authorize",{}]"#, #"<[4,"2","InternalError","",{}]"#, #"<[3,"2",{}]"#,
      #">[2,"3","Authorize",{}]"#, #">[3,"3",{}]"#, #">[6,"4","NotifyPeriodicEventStream",{}]"#,
      #"<[5,"3","FormatViolation","",{}]"#,
    ])
    #expect(
      counter.entries == [
        ActionCounter.Entry(
          name: "Authorize", version: .v21, count: 3, answered: 1, refused: 1,
          unreadableAnswers: 1),
        ActionCounter.Entry(
          name: "NotifyPeriodicEventStream", version: .v21, count: 1, sends: 1),
      ])
    #expect(counter.entries.map(\.unanswered) == [1, 0] && counter.orphans == 3)
  }

  @Test("made-up names do not fill the memory")
  func endlessNames() throws {
    let counter = try count((0..<1200).map { #">[2,"1","Action\#($0)",{}]"# })
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

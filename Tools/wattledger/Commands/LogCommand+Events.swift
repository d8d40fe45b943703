import ArgumentParser
import EventLog
import Quantities

extension LogCommand {
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Events as received: by position, or of a station, or of a range of time.",
      usage: """
        wattledger log show <position> [--count <count>]
        wattledger log show [--station <name>] [--from <time>] [--to <time>] [--limit <limit>]
        """)

    @Argument(help: "The first position.")
    var position: UInt64?

    @Option(help: "How many positions.")
    var count: UInt64?

    @Option(help: ArgumentHelp("Only this station.", valueName: "name"))
    var station: String?

    @Option(help: ArgumentHelp("The first time of receipt, RFC 3339.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("The first time that is no longer shown.", valueName: "time"))
    var to: String?

    @Option(help: "How many events at most; 0 means all.")
    var limit: UInt64?

    @OptionGroup var ledger: LedgerOption

    func validate() throws {
      let isSelection = station != nil || from != nil || to != nil
      if position == nil, !isSelection {
        throw ValidationError("Give a position, or --station, --from or --to.")
      }
      if position == nil ? count != nil : isSelection || limit != nil {
        throw ValidationError(
          "--count goes with a position; --station, --from, --to and --limit go without one.")
      }
    }

    func run() throws {
      if let position { try showRange(from: position) } else { try showSelection() }
    }

    private func showRange(from position: UInt64) throws {
      let count = count ?? 1
      guard position > 0, count > 0 else {
        throw Failure.input("positions begin at 1, and --count must be at least 1")
      }
      let ledger = try ledger.open(access: .readOnly)
      let (last, overflow) = position.addingReportingOverflow(count - 1)
      try ledger.read { snapshot in
        guard position <= snapshot.head else {
          throw Failure.input("the log ends at position \(snapshot.head)")
        }
        var lines = EventLines()
        try snapshot.forEachEvent(from: position, through: overflow ? .max : last) {
          try lines.print($0, $1, in: snapshot)
          return true
        }
      }
    }

    private func showSelection() throws {
      let start = try Instant.read(from, "--from") ?? .distantPast
      let end = try Instant.read(to, "--to") ?? .distantFuture
      let ledger = try ledger.open(access: .readOnly)
      let station = try station.map { try ledger.stationID(option: $0) }
      ledger.catchUpIndexIfPossible()
      var lines = EventLines()
      var left = limit.flatMap { $0 == 0 ? nil : $0 } ?? .max
      try ledger.scan(stream: station, receivedFrom: start, to: end) { envelope, body in
        try lines.print(envelope, body, in: ledger)
        left -= 1
        return left > 0
      }
      if lines.count == 0 { Terminal.note("no event matches") }
    }
  }

  struct Tail: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The newest events, one JSON object a line.")

    @Option(name: [.customShort("n"), .long], help: "How many.")
    var lines: UInt64 = 10

    @Option(help: ArgumentHelp("Only this station.", valueName: "name"))
    var station: String?

    @Flag(name: .shortAndLong, help: "Go on with what other processes append.")
    var follow = false

    @OptionGroup var ledger: LedgerOption

    func run() throws {
      let ledger = try ledger.open(access: .readOnly)
      let station = try station.map { try ledger.stationID(option: $0) }
      let head = try ledger.head()
      let before = try positionBefore(head, station, in: ledger)
      var tail = ledger.tail(after: before)
      var lines = EventLines()
      repeat {
        guard let new = try tail.next(timeoutMilliseconds: follow ? 3_600_000 : 0) else { continue }
        try ledger.read { snapshot in
          try snapshot.forEachEvent(
            from: new.lowerBound, through: new.upperBound,
            where: { station == nil || $0.station == station }
          ) {
            try lines.print($0, $1, in: snapshot)
            return true
          }
        }
      } while follow
    }

    /// The position behind which the newest events begin.
    private func positionBefore(
      _ head: UInt64, _ station: UInt32?, in ledger: Ledger
    ) throws -> UInt64 {
      guard let station else { return head > lines ? head - lines : 0 }
      var left = lines
      var before = head
      try ledger.read { snapshot in
        try snapshot.forEachEventBackwards(ofStream: station, through: head) { envelope, _ in
          guard left > 0 else { return false }
          left -= 1
          before = envelope.position - 1
          return true
        }
      }
      return before
    }
  }
}

/// Prints events as lines of JSON, with the names of their stations as they are met.
private struct EventLines {
  private var names: [UInt32: String] = [:]
  private(set) var count = 0

  mutating func print(
    _ envelope: Envelope, _ body: UnsafeRawBufferPointer, in snapshot: borrowing LogSnapshot
  ) throws {
    if envelope.station != 0, names[envelope.station] == nil {
      names[envelope.station] = try snapshot.stationName(envelope.station)
    }
    Terminal.write(EventLine.json(envelope, station: names[envelope.station], body))
    count += 1
  }

  mutating func print(
    _ envelope: Envelope, _ body: UnsafeRawBufferPointer, in ledger: Ledger
  ) throws {
    try ledger.read { try print(envelope, body, in: $0) }
  }
}

extension Ledger {
  /// The station that `--station` names.
  fileprivate func stationID(option name: String) throws -> UInt32 {
    guard let id = try read({ try $0.stationID(named: name) }) else {
      throw Failure.input("--station \(name): the ledger has no such station")
    }
    return id
  }

  /// Brings the index of stations and times up to date, with a progress line. Who may not write to the
  /// ledger reads without: it takes longer and finds the same.
  fileprivate func catchUpIndexIfPossible() {
    let meter = ProgressMeter(activity: "Indexing", unit: "events")
    _ = try? catchUpIndex { progress in
      meter.show(
        done: progress.indexedThrough, total: progress.goal, count: progress.indexedThrough)
    }
    meter.finish()
  }
}

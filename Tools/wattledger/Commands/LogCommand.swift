import ArgumentParser
import EventLog
import Foundation
import JSON
import OCPP
import Quantities
import Reports

struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "The log itself.",
    subcommands: [
      Stats.self, Show.self, Tail.self, Keygen.self, Checkpoint.self, Prove.self,
      CheckProof.self, Upgrade.self,
    ])

  struct Stats: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "How many events, from when to when, how large; with --actions, of what.")

    @Flag(help: "Also count the frames by action. Reads the whole log.")
    var actions = false

    @Option(help: "How to print it.")
    var format = AnswerFormat.table

    @OptionGroup var ledger: LedgerOption

    func run() throws {
      let ledger = try ledger.open()
      let contents = try LogContents(reading: ledger, countsActions: actions)
      format.print(contents.table, json: contents.write)
    }
  }

  struct Upgrade: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Bring a ledger of an older program to the newest format.",
      discussion: """
        Any verb that writes does it as well. It reads the whole log once, about a million events \
        a second, and changes everything or nothing. Stop programs of the older version first.
        """)

    @OptionGroup var ledger: LedgerOption

    func run() throws {
      let ledger = try ledger.open()
      Terminal.print("\(ledger.path) has ledger format \(ledger.file.formatVersion).")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Events by position, as received.")

    @Argument(help: "The first position.")
    var position: UInt64

    @Option(help: "How many.")
    var count: UInt64 = 1

    @OptionGroup var ledger: LedgerOption

    func run() throws {
      guard position > 0, count > 0 else {
        throw Failure.input("positions begin at 1, and --count must be at least 1")
      }
      let ledger = try ledger.open(access: .readOnly)
      let (last, overflow) = position.addingReportingOverflow(count - 1)
      try ledger.read { snapshot in
        guard position <= snapshot.head else {
          throw Failure.input("the log ends at position \(snapshot.head)")
        }
        var names = StationNames()
        try snapshot.forEachEvent(from: position, through: overflow ? .max : last) {
          envelope, body in
          let station = try names.name(of: envelope.station, in: snapshot)
          Terminal.write(EventLine.json(envelope, station: station, body))
          return true
        }
      }
    }
  }

  struct Tail: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The newest events, one JSON object a line.")

    @Option(name: [.customShort("n"), .long], help: "How many.")
    var lines: UInt64 = 10

    @Flag(name: .shortAndLong, help: "Go on with what other processes append.")
    var follow = false

    @OptionGroup var ledger: LedgerOption

    func run() throws {
      let ledger = try ledger.open(access: .readOnly)
      let head = try ledger.head()
      var tail = ledger.tail(after: head > lines ? head - lines : 0)
      var names = StationNames()
      repeat {
        guard let new = try tail.next(timeoutMilliseconds: follow ? 3_600_000 : 0) else { continue }
        try ledger.read { snapshot in
          try snapshot.forEachEvent(from: new.lowerBound, through: new.upperBound) {
            envelope, body in
            let station = try names.name(of: envelope.station, in: snapshot)
            Terminal.write(EventLine.json(envelope, station: station, body))
            return true
          }
        }
      } while follow
    }
  }
}

/// The names of stations as they are met.
private struct StationNames {
  private var names: [UInt32: String] = [:]

  mutating func name(of station: UInt32, in snapshot: borrowing LogSnapshot) throws -> String? {
    if station == 0 { return nil }
    if let name = names[station] { return name }
    let name = try snapshot.stationName(station)
    names[station] = name
    return name
  }
}

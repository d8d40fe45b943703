import ArgumentParser
import EventLog

struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "The log itself.",
    subcommands: [
      Append.self, Stats.self, Show.self, Tail.self, Keygen.self, Checkpoint.self, Prove.self,
      CheckProof.self, Upgrade.self, BackUp.self, Restore.self, SealCommand.self,
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
}

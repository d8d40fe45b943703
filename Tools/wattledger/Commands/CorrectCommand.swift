import ArgumentParser
import Projections
import Quantities
import Reports
import Sessions

struct CorrectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "correct",
    abstract: "Correct sessions by hand: a fact in the log, with a reason and an author.",
    discussion: """
      No frame is changed. The fact stands in the history of the sessions that it is about, and only \
      another fact, correct undo, takes it back. --dry-run shows what would change.
      """,
    subcommands: [
      Token.self, Meter.self, Station.self, Merge.self, Split.self, Void.self, Undo.self,
    ])

  /// What every correction has.
  struct Options: ParsableArguments {
    @Option(help: "Why, in words. It stays in the log for ever.")
    var reason: String

    @Option(help: "Who says so.")
    var author: String

    @Option(help: "From when on it is meant to hold, RFC 3339; for those who read it.")
    var effectiveAt: String?

    @Flag(help: "Only show what would change.")
    var dryRun = false

    @Option(help: "How to print it.")
    var format = AnswerFormat.table

    @OptionGroup var ledger: LedgerOption
  }
}

extension CorrectCommand.Options {
  /// Appends the correction, or only shows it.
  fileprivate func record(_ change: (ReadModels) throws -> Correction.Change) throws {
    let models = try ledger.models()
    let correction = Correction(
      try change(models), reason: reason, author: author,
      effectiveAt: try Instant.read(effectiveAt, "--effective-at"))
    // What could not be read back is refused here, for a trial too.
    try correction.checkTexts()
    if dryRun {
      show(try CorrectionPlan(correction, for: models), nil)
    } else {
      let done = try CorrectionPublisher(models.ledger).publish(correction, models: models)
      show(done.plan, done.position)
    }
  }

  private func show(_ plan: CorrectionPlan, _ position: UInt64?) {
    format.print(plan.table(position: position)) { plan.write(to: &$0, position: position) }
  }
}

/// A verb that says one thing about sessions or stations.
private protocol CorrectionVerb: ParsableCommand {
  var options: CorrectCommand.Options { get }

  func change(in models: ReadModels) throws -> Correction.Change
}

extension CorrectionVerb {
  func run() throws { try options.record(change) }
}

extension CorrectCommand {
  struct Token: CorrectionVerb {
    static let configuration = CommandConfiguration(
      abstract: "Another token, or none, charged in a session.")

    @Argument(help: "The session's id, or its first digits.")
    var session: String

    @Argument(help: "The token; without it the session belongs to none.")
    var token: String?

    @OptionGroup var options: Options

    func change(in models: ReadModels) throws -> Correction.Change {
      .token(try models.onlySessionID(session), token: token)
    }
  }

  struct Meter: CorrectionVerb {
    static let configuration = CommandConfiguration(
      abstract: "The meter of a connector was exchanged.",
      discussion: """
        Sessions in which that happened count on from the new meter's register. Those before and \
        after it need nothing.
        """)

    @Argument(help: "The station.")
    var station: String

    @Option(help: "The connector.")
    var connector: Int32

    @Option(help: "The EVSE, where connectors are numbered in it.")
    var evse: Int32?

    @Option(help: "When, RFC 3339.")
    var at: String

    @Option(help: "What the old meter showed last, in kWh.")
    var registerBefore: String

    @Option(help: "What the new meter showed first, in kWh.")
    var registerAfter: String

    @OptionGroup var options: Options

    func change(in models: ReadModels) throws -> Correction.Change {
      .meter(
        MeterExchange(
          station: station, evse: evse, connector: connector, at: try Instant.required(at, "--at"),
          registerBefore: try Energy.read(registerBefore, "--register-before"),
          registerAfter: try Energy.read(registerAfter, "--register-after")))
    }
  }

  struct Station: CorrectionVerb {
    static let configuration = CommandConfiguration(
      abstract: "A station took the place of another.",
      discussion: """
        From then on its sessions are at the site, and have the tariffs, of the one whose place it \
        took, until a site lists the new one itself.
        """)

    @Argument(help: "The station that is gone.")
    var old: String

    @Argument(help: "The station in its place.")
    var new: String

    @Option(help: "When, RFC 3339.")
    var at: String

    @OptionGroup var options: Options

    func change(in models: ReadModels) throws -> Correction.Change {
      .station(StationExchange(old: old, new: new, at: try Instant.required(at, "--at")))
    }
  }

  struct Merge: CorrectionVerb {
    static let configuration = CommandConfiguration(
      abstract: "Sessions of one station are one.",
      discussion: "The oldest keeps its id; the ids of the others lead to it.")

    @Argument(help: "The sessions' ids, or their first digits.")
    var sessions: [String]

    @OptionGroup var options: Options

    func change(in models: ReadModels) throws -> Correction.Change {
      guard sessions.count >= 2 else { throw Failure.input("name two or more sessions to merge") }
      return .merge(try sessions.map { try models.onlySessionID($0) })
    }
  }

  struct Split: CorrectionVerb {
    static let configuration = CommandConfiguration(abstract: "A session is two, cut at a time.")

    @Argument(help: "The session's id, or its first digits.")
    var session: String

    @Option(help: "Where to cut, RFC 3339.")
    var at: String

    @OptionGroup var options: Options

    func change(in models: ReadModels) throws -> Correction.Change {
      .split(try models.onlySessionID(session), at: try Instant.required(at, "--at"))
    }
  }

  struct Void: CorrectionVerb {
    static let configuration = CommandConfiguration(
      abstract: "A session never was: it stays visible, and counts for nothing.")

    @Argument(help: "The session's id, or its first digits.")
    var session: String

    @OptionGroup var options: Options

    func change(in models: ReadModels) throws -> Correction.Change {
      .void(try models.onlySessionID(session))
    }
  }

  struct Undo: CorrectionVerb {
    static let configuration = CommandConfiguration(
      abstract: "An earlier correction no longer holds.")

    @Argument(help: "The position of the fact, as the session's history shows it.")
    var position: UInt64

    @OptionGroup var options: Options

    func change(in models: ReadModels) throws -> Correction.Change {
      .undo(position: position)
    }
  }
}

extension ReadModels {
  /// The session whose id begins with these digits.
  func onlySessionID(_ digits: String) throws -> SessionID {
    let found = try sessionIDs(beginningWith: digits)
    guard let id = found.first else { throw Failure.input("the ledger has no session \(digits)") }
    guard found.count == 1 else {
      throw Failure.input("several sessions begin with \(digits); write more digits")
    }
    return id
  }
}

extension Instant {
  fileprivate static func required(_ text: String, _ name: String) throws -> Instant {
    guard let instant = try read(text, name) else { throw Failure.input("\(name) is missing") }
    return instant
  }
}

extension Energy {
  /// Kilowatt-hours with at most six decimals.
  fileprivate static func read(_ text: String, _ name: String) throws -> Energy {
    guard let number = DecimalNumber(text),
      let milliwattHours = number.scaled(toPowerOfTen: -6),
      0...SessionPolicy.greatestRegisterMilliwattHours ~= milliwattHours
    else {
      throw Failure.input("\(name) \(text): write kilowatt-hours, with at most six decimals")
    }
    return Energy(milliwattHours: milliwattHours)
  }
}

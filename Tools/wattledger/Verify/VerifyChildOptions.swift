import ArgumentParser
import Projections

/// What is checked in one process.
enum VerifyPart: String, ExpressibleByArgument {
  /// The log, and other files that hold events.
  case log
  /// The files of the read models, and what a fresh fold says of them.
  case models
  /// What a fold in another way gives.
  case replay
}

/// What a child of `verify` does, and how; never given by people.
struct VerifyChildOptions: ParsableArguments {
  @Option var part: VerifyPart?
  @Option var workers = 1
  @Option var eventsAtOnce: UInt64 = FoldSettings.usualEventsAtOnce
  /// The last position that it folds.
  @Option var through: UInt64?
  /// Where it goes first.
  @Option var currentDirectory: String?

  var settings: FoldSettings { FoldSettings(workers: workers, eventsAtOnce: eventsAtOnce) }

  /// What a child is given that folds in some way up to a position.
  static func arguments(_ way: ReplayWay, through position: UInt64?) -> [String] {
    [
      "--workers", "\(way.settings.workers)", "--events-at-once", "\(way.settings.eventsAtOnce)",
      "--current-directory", way.directory,
    ] + (position.map { ["--through", "\($0)"] } ?? [])
  }
}

import Foundation
import Projections

/// A way to fold the log that must not change a row: other threads and commits, and surroundings that
/// a fold could only see if it looked where it must not.
struct ReplayWay {
  var settings: FoldSettings
  /// Variables of the process; nil is one that it does not have.
  var environment: [String: String?]
  /// The current directory of the process.
  var directory: String

  /// The ways of `verify --replay` for a log of so many events.
  static func all(events: UInt64) -> [ReplayWay] {
    [
      ReplayWay(
        settings: FoldSettings(workers: 1),
        environment: [
          "LC_ALL": "C", "LANG": "C", "TZ": "Pacific/Kiritimati",
          "SWIFT_DETERMINISTIC_HASHING": "1", "MALLOC_PERTURB_": "165",
        ],
        directory: "/"),
      // Enough commits that some fall into every kind of place, however short the log is.
      ReplayWay(
        settings: FoldSettings(workers: 3, eventsAtOnce: min(events / 97 + 1, 100_003)),
        environment: [
          "LC_ALL": "tr_TR.UTF-8", "LANG": "ar_EG.UTF-8", "TZ": "America/St_Johns",
          "SWIFT_DETERMINISTIC_HASHING": nil, "MALLOC_PERTURB_": "90",
        ],
        directory: NSTemporaryDirectory()),
    ]
  }

  /// In words, for the table.
  var description: String {
    let threads = settings.workers == 1 ? "1 thread" : "\(settings.workers) threads"
    return "\(threads), \(settings.eventsAtOnce) events between commits, "
      + (variables + ["in \(directory)"]).joined(separator: ", ")
  }

  /// What is set, in the order of the names.
  var variables: [String] {
    environment.sorted { $0.key < $1.key }.compactMap { name, value in
      value.map { "\(name)=\($0)" }
    }
  }
}

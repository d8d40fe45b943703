import ArgumentParser
import Projections
import Quantities

/// Which read models a verb reads: those of now, or those that `rebuild --as-of` has built.
struct ModelsOption: ParsableArguments {
  @Option(
    name: .customLong("models"),
    help: ArgumentHelp(
      "Read what `rebuild --as-of … --into` has built there, instead of what is known now.",
      valueName: "dir"))
  var directory: String?

  /// The read models; those of now are brought up to the head of the log.
  func open(_ ledger: LedgerOption) throws -> ReadModels {
    guard let directory else { return try ledger.models() }
    let ledger = try ledger.open()
    let past = try PastModels(at: directory, of: ledger)
    Terminal.note("as of position \(past.position), recorded at \(past.recordedAt.rfc3339)")
    return try past.open(for: ledger)
  }
}

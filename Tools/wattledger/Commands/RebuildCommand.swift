import ArgumentParser
import EventLog
import JSON
import Projections
import Reports

struct RebuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Make the read models anew from the log, beside the ones that serve.")

  @Option(help: "How to print it.")
  var format = AnswerFormat.table

  @Option(help: "Threads; the result does not depend on it.")
  var workers: Int?

  @OptionGroup var ledger: LedgerOption

  func run() throws {
    let workers = self.workers ?? ReadModels.defaultWorkers
    guard workers > 0 else { throw Failure.input("--workers must be at least 1") }
    let meter = ProgressMeter(activity: "Rebuilding", unit: "events")
    let models = try ReadModels.rebuild(
      for: ledger.open(), workers: workers, progress: { meter.show($0) })
    meter.finish()
    format.print(models.table) { json in json.object { json in models.write(to: &json) } }
  }
}

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every record of the log, and fold it again to check the read models.",
    discussion: "Exit code 1 if a read model differs, 3 if a record is damaged.")

  @Option(help: "How to print it.")
  var format = AnswerFormat.table

  @OptionGroup var ledger: LedgerOption

  func run() throws {
    let ledger = try ledger.open()
    let meter = ProgressMeter(activity: "Verifying", unit: "events")
    let damaged = try firstDamagedPosition(in: ledger, meter)
    let models =
      damaged == nil ? try ReadModels.verify(for: ledger, progress: { meter.show($0) }) : []
    meter.finish()
    let isSame = models.allSatisfy { $0.isSame != false }
    let events = try ledger.head()
    let summary = damaged == nil ? models.table + "\(events) events read, none damaged\n" : ""
    format.print(summary) { json in
      json.object { json in
        json.member("ok", damaged == nil && isSame)
        json.member("events", events)
        json.member("first_damaged_position", damaged)
        models.write(to: &json)
      }
    }
    if let damaged {
      throw Failure(
        kind: .ledgerUnavailable,
        message: "the event at position \(damaged) is damaged. Restore the ledger from a backup")
    }
    if !isSame { throw Failure.check("read models differ from a fresh fold; run rebuild") }
  }

  private func firstDamagedPosition(
    in ledger: Ledger, _ meter: ProgressMeter
  ) throws -> UInt64? {
    let head = try ledger.head()
    do {
      _ = try ledger.verifyTree { meter.show(done: $0, total: head, count: $0) }
      return nil
    } catch LedgerError.damaged(let position, _) {
      return position
    } catch LedgerError.changed(let first, _) {
      return first
    }
  }
}

extension [ReadModelComparison] {
  /// The member `read_models`.
  func write(to json: inout JSONWriter) {
    json.array("read_models") { json in
      for comparison in self {
        json.object { json in
          json.member("name", comparison.model.name)
          json.member("version", comparison.model.version)
          json.member("rows", comparison.model.rows)
          json.member("digest", "\(comparison.model.digest)")
          json.member("ok", comparison.isSame ?? true)
        }
      }
    }
  }

  var table: String {
    var table = Table([
      .left("read model"), .right("version"), .right("rows"), .left("digest"), .left(""),
    ])
    for comparison in self {
      let same = comparison.isSame.map { $0 ? "same as before" : "DIFFERS" } ?? "new"
      table.append([
        comparison.model.name, "\(comparison.model.version)", "\(comparison.model.rows)",
        "\(comparison.model.digest)", same,
      ])
    }
    return table.text
  }
}

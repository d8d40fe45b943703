import Foundation

extension BenchmarkResults {
  /// The machine and the figures as they stand in docs/performance.md.
  public var markdown: String {
    var lines = [
      "\(machine.processor), \(machine.processors) virtual processors, Linux \(machine.kernel), "
        + "\(machine.fileSystem), every commit synced, \(Self.today). \(plan.rounds) rounds; medians,",
      "and the median ratio of interleaved rounds. Load \(machine.load) at the beginning.", "",
      "| figure | value | a core-second | ratio to the baseline | goal |",
      "|---|---:|---:|---|---|",
    ]
    lines += figures.map(\.markdownRow)
    if !skipped.isEmpty { lines += [""] + skipped.map { "Not measured: \($0)." } }
    return lines.joined(separator: "\n") + "\n"
  }

  private static var today: String {
    String(Date.now.ISO8601Format().prefix(10))
  }
}

extension Figure {
  fileprivate var markdownRow: String {
    let cells = [
      "`\(id)`", "\(Self.grouped(value.median)) \(unit)",
      perProcessorSecond.map { Self.grouped($0.median) } ?? "",
      comparison.map { String(format: "%.2f", $0.ratio.median) + " of \($0.baseline)" } ?? "",
      goal.map { "\($0): \(isGoalReached == true ? "reached" : "**missed**")" } ?? "",
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }
}

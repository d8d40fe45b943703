import Bytes
import Foundation
import JSON
import Reports

/// Everything that a run of the benchmarks found.
public struct BenchmarkResults {
  public let plan: BenchmarkPlan
  public let machine: Machine
  /// In the order in which they were measured.
  public internal(set) var figures: [Figure] = []
  /// Of inputs and results. The same plan gives the same ones, on every machine; and nothing that
  /// leads to them can be optimised away.
  public internal(set) var digests: [String: String] = [:]
  /// What could not be measured here, and why.
  public internal(set) var skipped: [String] = []
  var progress: (String) -> Void = { _ in }

  init(plan: BenchmarkPlan, machine: Machine) {
    self.plan = plan
    self.machine = machine
  }

  func note(_ activity: String) { progress(activity) }

  mutating func skip(_ part: String, because reason: String) {
    skipped.append("\(part): \(reason)")
    progress("not measured: \(part): \(reason)")
  }

  /// Whether every figure with a goal has reached it.
  public var areGoalsReached: Bool { figures.allSatisfy { $0.isGoalReached ?? true } }
}

func hexadecimal(_ hash: UInt64) -> String {
  withUnsafeBytes(of: hash.bigEndian) { Hexadecimal.string(of: $0) }
}

// MARK: - For people

extension BenchmarkResults {
  /// The machine, the figures and the digests, for a terminal.
  public var text: String {
    var lines = [
      "\(machine.processor), \(machine.processors) processors, Linux \(machine.kernel)",
      "\(machine.fileSystem), \(machine.synchronization), load \(machine.load)",
      "seed \(plan.seed), \(plan.rounds) rounds; medians, with the least and the greatest", "",
    ]
    var table = Table([
      .left("figure"), .right("value"), .left("unit"), .right("min"), .right("max"),
      .right("a core-second"), .left("against"), .right("value"), .right("ratio"), .left("goal"),
    ])
    for figure in figures { table.append(figure.cells) }
    lines.append(table.text)
    lines += skipped.map { "not measured: \($0)\n" }
    var digests = Table([.left("result"), .left("digest")])
    for (name, digest) in self.digests.sorted(by: { $0.key < $1.key }) {
      digests.append([name, digest])
    }
    return lines.joined(separator: "\n") + digests.text
  }
}

extension Figure.Goal: CustomStringConvertible {
  /// `ratio >= 0.7`
  public var description: String {
    switch self {
    case .ratioAtLeast(let bound): "ratio >= \(bound)"
    case .ratioAtMost(let bound): "ratio <= \(bound)"
    case .valueAtLeast(let bound): ">= \(Figure.grouped(bound)) a core-second"
    case .wallValueAtLeast(let bound): ">= \(Figure.grouped(bound))"
    case .valueAtMost(let bound): "<= \(Figure.grouped(bound))"
    }
  }
}

extension Figure {
  fileprivate var cells: [String] {
    let verdict = goal.map { "\($0): \(isGoalReached == true ? "reached" : "MISSED")" } ?? ""
    return [
      title, Self.grouped(value.median), unit, Self.grouped(value.least),
      Self.grouped(value.greatest),
      perProcessorSecond.map { Self.grouped($0.median) } ?? "",
      comparison?.baseline ?? "",
      comparison.map { Self.grouped($0.baselineValue.median) } ?? "",
      comparison.map { String(format: "%.2f", $0.ratio.median) } ?? "", verdict,
    ]
  }

  /// `1 234 567`; small numbers with one decimal.
  static func grouped(_ number: Double) -> String {
    guard number >= 1000 else { return String(format: "%.1f", number) }
    let digits = String(format: "%.0f", number)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += " " }
      text.append(digit)
    }
    return text
  }
}

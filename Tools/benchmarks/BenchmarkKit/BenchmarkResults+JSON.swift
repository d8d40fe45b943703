import Foundation
import JSON

extension BenchmarkResults {
  /// All of it, as `Schemas/benchmark.schema.json` describes it.
  public var json: [UInt8] {
    var json = JSONWriter(.pretty)
    json.object { json in
      json.object("machine") { json in
        json.member("processor", machine.processor)
        json.member("processors", machine.processors)
        json.member("kernel", machine.kernel)
        json.member("file_system", machine.fileSystem)
        json.member("synchronization", machine.synchronization)
        json.member("load", number: Double(machine.load).map { String($0) })
      }
      json.object("plan") { json in
        json.member("seed", plan.seed)
        json.member("rounds", plan.rounds)
        json.member("stations", plan.stations)
        json.member("days", plan.days)
        json.member("meter_interval_seconds", plan.meterIntervalSeconds)
        json.member("priced_sessions", plan.pricedSessions)
      }
      json.array("figures") { json in
        for figure in figures { figure.write(to: &json) }
      }
      json.array("skipped") { json in
        for part in skipped { json.string(part) }
      }
      json.object("digests") { json in
        for (name, digest) in digests.sorted(by: { $0.key < $1.key }) {
          json.member(name, digest)
        }
      }
    }
    json.endLine()
    return json.bytes
  }
}

extension Figure {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      json.member("title", title)
      json.member("unit", unit)
      value.write("value", to: &json)
      perProcessorSecond?.write("per_processor_second", to: &json)
      if let comparison {
        json.object("comparison") { json in
          json.member("baseline", comparison.baseline)
          comparison.baselineValue.write("baseline_value", to: &json)
          comparison.ratio.write("ratio", to: &json)
          json.member("clock", comparison.clock)
        }
      }
      goal?.write(to: &json)
      if let isGoalReached { json.member("goal_reached", isGoalReached) }
    }
  }
}

extension Figure.Goal {
  fileprivate func write(to json: inout JSONWriter) {
    json.object("goal") { json in
      switch self {
      case .ratioAtLeast(let bound): json.member("ratio_at_least", number: String(bound))
      case .ratioAtMost(let bound): json.member("ratio_at_most", number: String(bound))
      case .valueAtLeast(let bound):
        json.member("per_processor_second_at_least", number: String(bound))
      case .wallValueAtLeast(let bound): json.member("value_at_least", number: String(bound))
      case .valueAtMost(let bound): json.member("value_at_most", number: String(bound))
      }
    }
  }
}

extension Spread {
  fileprivate func write(_ key: String, to json: inout JSONWriter) {
    json.object(key) { json in
      json.member("median", number: String(format: "%.4f", median))
      json.member("min", number: String(format: "%.4f", least))
      json.member("max", number: String(format: "%.4f", greatest))
    }
  }
}

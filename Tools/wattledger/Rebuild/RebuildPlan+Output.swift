import JSON
import Projections
import Reports

extension RebuildPlan {
  /// What `rebuild --dry-run` prints.
  var table: String {
    var table = Table([
      .left("projection"), .left("serves"), .right("events behind"), .right("seconds behind"),
      .left("needs"),
    ])
    for plan in projections {
      table.append([
        plan.projection, plan.serving?.generation ?? "nothing",
        plan.serving.map { "\($0.lagEvents)" } ?? "-",
        plan.serving.map { "\($0.lagSeconds)" } ?? "-", plan.need.text,
      ])
    }
    return table.text + "\n" + projections.map(\.text).joined()
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("head", head)
      json.array("projections") { json in
        for plan in projections { json.object { plan.write(to: &$0) } }
      }
    }
  }
}

extension ProjectionPlan {
  /// What a rebuild would do, in sentences.
  fileprivate var text: String {
    var lines = ["A rebuild of `\(projection)` builds version \(version):"]
    let start = build.resumesAt.map { "goes on behind position \($0)" } ?? "begins with the first"
    lines.append("folds \(build.events) events (\(start))")
    lines.append("time: \(build.seconds.map { "about \($0) s" } ?? "unknown")")
    lines.append("disk: \(build.bytes.map { "about \($0) bytes more" } ?? "unknown")")
    if let kept = build.keeps { lines.append("keeps \(kept) for --rollback until --drop-old") }
    if !build.removes.isEmpty { lines.append("removes \(build.removes.joined(separator: ", "))") }
    if let owner { lines.append("cannot begin now: it is built by \(owner)") }
    return lines.joined(separator: "\n  ") + "\n"
  }

  fileprivate func write(to json: inout JSONWriter) {
    json.member("projection", projection)
    json.member("version", version)
    json.object("needs") { need.write(to: &$0) }
    json.key("serving")
    if let serving { json.object { serving.write(to: &$0) } } else { json.null() }
    json.object("rebuild") { build.write(to: &$0) }
    json.member("built_by", owner.map { "\($0)" })
  }
}

extension ServingPlan {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("generation", generation)
    json.member("position", position)
    json.member("lag_events", lagEvents)
    json.member("lag_seconds", lagSeconds)
  }
}

extension BuildPlan {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("resumes_at", resumesAt)
    json.member("events", events)
    json.member("seconds", seconds)
    json.member("bytes", bytes)
    json.member("keeps", keeps)
    json.array("removes") { json in for name in removes { json.string(name) } }
  }
}

extension RebuildNeed {
  fileprivate var text: String {
    switch self {
    case .nothing: "nothing"
    case .catchUp(let work): "to catch up with \(work.events) events" + work.timeText
    case .part(let work): "a part: " + work.text
    case .all(let reason): "all: \(reason)"
    }
  }

  fileprivate func write(to json: inout JSONWriter) {
    switch self {
    case .nothing: json.member("kind", "nothing")
    case .catchUp(let work):
      json.member("kind", "catch_up")
      work.write(to: &json)
    case .part(let work):
      json.member("kind", "part")
      work.write(to: &json)
    case .all(let reason):
      json.member("kind", "all")
      json.member("reason", reason.code)
      json.member("text", "\(reason)")
    }
  }
}

extension PendingWork {
  fileprivate var timeText: String { seconds.map { ", about \($0) s" } ?? "" }

  fileprivate var text: String {
    var parts: [String] = []
    if !lateStations.isEmpty {
      let shown = lateStations.prefix(Self.mostStations).joined(separator: ", ")
      let more = lateStations.count - Self.mostStations
      parts.append(
        "\(lateStations.count) stations again for late records (\(shown)"
          + (more > 0 ? " and \(more) more)" : ")"))
    }
    if rows > 0 {
      let positions = facts.map { "\($0)" }.joined(separator: ", ")
      parts.append("\(rows) rows again for facts at \(positions)")
    }
    return parts.joined(separator: "; ") + timeText
  }

  private static let mostStations = 3

  fileprivate func write(to json: inout JSONWriter) {
    json.member("events", events)
    json.member("seconds", seconds)
    json.array("stations") { json in for name in lateStations { json.string(name) } }
    json.array("facts") { json in for position in facts { json.integer(position) } }
    json.member("rows", rows)
  }
}

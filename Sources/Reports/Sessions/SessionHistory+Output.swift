import JSON
import Projections
import Quantities
import Sessions

extension SessionEntry {
  /// The members `split_from` and `merged_ids`, and with one session `as_of` and `history`.
  func writeHistory(to json: inout JSONWriter, isDetailed: Bool) {
    json.member("split_from", session.splitFrom?.description)
    json.array("merged_ids") { json in
      for id in session.mergedIDs { json.string(id.description) }
    }
    guard isDetailed else { return }
    json.member("as_of", asOfPosition)
    json.array("history") { json in
      for step in timeline.steps { json.object { json in step.write(to: &json) } }
    }
  }

  /// Whether the session is told as of another time, and what people did with it: lines of a page.
  var standing: [[String]] {
    var lines: [[String]] = []
    if let asOfPosition { lines.append(["as of", "log position \(asOfPosition)"]) }
    if session.isVoid { lines.append(["void", "declared void by hand; it counts for nothing"]) }
    if let id = session.splitFrom { lines.append(["split from", id.description]) }
    for id in session.mergedIDs { lines.append(["merged with", id.description]) }
    return lines
  }
}

extension SessionTimeline.Step {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("position", position)
    json.member("at", receivedAt.rfc3339)
    switch cause {
    case .record:
      json.member("cause", "record")
      json.member("correction", nil as String?)
      json.member("undone_by", nil as UInt64?)
    case .correction(let correction, let undoneBy):
      json.member("cause", "correction")
      json.object("correction") { json in correction.write(to: &json) }
      json.member("undone_by", undoneBy)
    }
    json.write("before", before)
    json.write("after", after)
  }

  var what: String {
    switch cause {
    case .record: "a late record"
    case .correction(let correction, let undoneBy):
      "\(correction.sentence). \(correction.author): \(correction.reason)"
        + (undoneBy.map { " (undone at position \($0))" } ?? "")
    }
  }
}

extension Session.Outcome {
  /// `2500 Wh, ended 2026-03-02T09:00:00.000Z, TAG-1`.
  var text: String {
    var parts = ["\(energy.wattHours) Wh"]
    parts.append(
      endedAt.map { "ended \($0.rfc3339)" + (isEstimated ? " (estimated)" : "") } ?? "open")
    parts.append(token ?? "no token")
    if let stopReason { parts.append(stopReason) }
    if isVoid { parts.append("void") }
    return parts.joined(separator: ", ")
  }
}

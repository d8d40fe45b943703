import EventLog
import JSON
import OCPP
import Projections
import Quantities
import Reports

/// What a log holds, for `log stats`.
struct LogContents {
  let statistics: LedgerStatistics
  let frames: FrameCounts
  /// Calls by action, the most frequent first; nil if they were not counted.
  private(set) var actions: [ActionCounter.Entry]?

  init(reading ledger: Ledger, countsActions: Bool) throws {
    statistics = try ledger.statistics()
    frames = try ReadModels.open(for: ledger).frameCounts()
    if countsActions { actions = try Self.actions(in: ledger) }
  }

  private static func actions(in ledger: Ledger) throws -> [ActionCounter.Entry] {
    var counter = ActionCounter()
    let parser = JSONParser()
    try ledger.scan { envelope, body in
      if envelope.kind.isOCPPFrame, let header = try? FrameHeader(body, parser: parser),
        let action = header.action
      {
        counter.count(action)
      }
      return true
    }
    return counter.entries.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
  }

  private var bytesPerEvent: String {
    SealedSize.perEvent(statistics.bytes, statistics.events)
  }

  var table: String {
    var table = Table([.left(""), .right("")])
    table.append(["events", "\(statistics.events)"])
    table.append(["first received", statistics.firstAt?.rfc3339 ?? "-"])
    table.append(["last received", statistics.lastAt?.rfc3339 ?? "-"])
    table.append(["stations", "\(statistics.stations)"])
    table.append(["bytes", "\(statistics.bytes)"])
    table.append(["bytes an event", bytesPerEvent])
    table.append(["sealed events", "\(statistics.sealedEvents)"])
    table.append(["sealed bytes", "\(statistics.sealedBytes)"])
    table.append(["duplicates", "\(frames.duplicates)"])
    table.append(["quarantined", "\(frames.unreadable)"])
    return table.text + (actions.map(Self.table) ?? "")
  }

  private static func table(of actions: [ActionCounter.Entry]) -> String {
    var table = Table([.left("action"), .right("calls"), .left("")])
    for action in actions {
      table.append([action.name, "\(action.count)", action.isStandard ? "" : "not standard"])
    }
    return "\n" + table.text
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("events", statistics.events)
      json.member("first_at", statistics.firstAt?.rfc3339)
      json.member("last_at", statistics.lastAt?.rfc3339)
      json.member("stations", statistics.stations)
      json.member("bytes", statistics.bytes)
      json.member("bytes_per_event", number: bytesPerEvent)
      json.member("sealed_events", statistics.sealedEvents)
      json.member("sealed_bytes", statistics.sealedBytes)
      json.member("duplicates", frames.duplicates)
      json.member("quarantined", frames.unreadable)
      guard let actions else { return }
      json.array("actions") { json in
        for action in actions {
          json.object { json in
            json.member("action", action.name)
            json.member("count", action.count)
            json.member("standard", action.isStandard)
          }
        }
      }
    }
  }
}

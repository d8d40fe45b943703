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
  /// Calls by action and version, the most frequent first; nil if they were not counted.
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
      if envelope.kind.isOCPPFrame, let header = try? FrameHeader(body, parser: parser) {
        counter.count(
          header, version: OCPPVersion(rawValue: envelope.kind.rawValue) ?? .unknown,
          station: envelope.station, fromStation: envelope.direction == .fromStation)
      }
      return true
    }
    return counter.entries.byFrequency
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
    return table.text + (actions.map { "\n" + $0.table } ?? "")
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
            json.member("version", action.version.name)
            json.member("count", action.count)
            json.member("answered", action.answered)
            json.member("refused", action.refused)
            json.member("unanswered", action.unanswered)
            json.member("unreadable_answers", action.unreadableAnswers)
            json.member("standard", action.isStandard)
          }
        }
      }
    }
  }
}

extension [ActionCounter.Entry] {
  /// The most frequent first, then by name and version.
  var byFrequency: Self {
    // Sorting is stable: entries come by name and version.
    sorted { $0.count > $1.count }
  }

  /// What `log stats --actions` and `trace` print.
  var table: String {
    var table = Table([
      .left("action"), .left("version"), .right("calls"), .right("answered"), .right("refused"),
      .right("unanswered"), .left("standard"),
    ])
    for entry in self {
      table.append([
        entry.name, entry.version.name, "\(entry.count)", "\(entry.answered)", "\(entry.refused)",
        "\(entry.unanswered)", entry.isStandard ? "yes" : "no",
      ])
    }
    return table.text
  }
}

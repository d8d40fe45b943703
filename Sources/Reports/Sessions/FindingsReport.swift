public import JSON
public import Projections
import Quantities
import Sessions

/// What was odd, by station and code: for people, and for programs (`Schemas/findings.schema.json`).
public struct FindingsReport {
  private let counts: [FindingCount]

  public init(_ counts: [FindingCount]) { self.counts = counts }

  /// A table for a terminal, and under it what each code means.
  public var table: String {
    var table = Table([
      .left("severity"), .left("code"), .left("station"), .right("sessions"), .right("times"),
      .right("first position"), .right("last position"),
    ])
    var meanings = Table([.left(""), .left("")])
    var known: Set<FindingCode> = []
    for count in counts {
      table.append([
        count.code.severity.name, count.code.name, count.stationName, "\(count.sessions)",
        "\(count.times)", count.firstPosition.map { "\($0)" } ?? "-",
        count.lastPosition.map { "\($0)" } ?? "-",
      ])
      if known.insert(count.code).inserted {
        meanings.append([count.code.name, count.code.sentence])
      }
    }
    return counts.isEmpty ? "" : table.text + "\n" + meanings.text
  }

  /// One row a station and code.
  public var csv: String {
    var csv = CSVWriter(header: [
      "severity", "code", "station", "sessions", "times", "first_started_at", "last_started_at",
      "first_position", "last_position",
    ])
    for count in counts {
      csv.append([
        count.code.severity.name, count.code.name, count.stationName, "\(count.sessions)",
        "\(count.times)", count.firstStart?.rfc3339 ?? "", count.lastStart?.rfc3339 ?? "",
        count.firstPosition.map { "\($0)" } ?? "", count.lastPosition.map { "\($0)" } ?? "",
      ])
    }
    return csv.text
  }

  /// `{"findings": […]}`.
  public func writeJSON(to json: inout JSONWriter) {
    json.object { json in
      json.array("findings") { json in
        for count in counts { count.write(to: &json) }
      }
    }
  }

  /// One station and code a line.
  public func writeLines(to json: inout JSONWriter) {
    for count in counts {
      count.write(to: &json)
      json.endLine()
    }
  }
}

extension FindingCount {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("station", stationName)
      json.member("code", code.name)
      json.member("severity", code.severity.name)
      json.member("sessions", sessions)
      json.member("count", times)
      json.member("first_started_at", firstStart?.rfc3339)
      json.member("last_started_at", lastStart?.rfc3339)
      json.member("first_position", firstPosition)
      json.member("last_position", lastPosition)
      json.member("message", code.sentence)
    }
  }
}

public import JSON
public import Projections
import Quantities
import Sessions

/// What was odd, by station and code: for people, and for programs (`Schemas/findings.schema.json`).
public struct FindingsReport: RowsReport {
  public static let key = "findings"
  public let rows: [FindingCount]

  public init(_ rows: [FindingCount]) { self.rows = rows }

  /// A table for a terminal, and under it what each code means.
  public func table(columns: Int?) -> String {
    var table = Table([
      .left("severity").dispensable(1), .left("code"), .left("station"), .right("sessions"),
      .right("times").dispensable(4),
      .right("first position").dispensable(2), .right("last position").dispensable(3),
    ])
    for count in rows {
      table.append([
        count.code.severity.name, count.code.name, count.stationName, "\(count.sessions)",
        "\(count.times)", count.firstPosition.map { "\($0)" } ?? "-",
        count.lastPosition.map { "\($0)" } ?? "-",
      ])
    }
    return rows.isEmpty ? "" : table.text(fitting: columns) + "\n" + meanings(columns)
  }

  /// What each code means, in the order in which they first come.
  private func meanings(_ columns: Int?) -> String {
    var known: Set<FindingCode> = []
    let codes = rows.map(\.code).filter { known.insert($0).inserted }
    var table = Table([.left(""), .left("")])
    for code in codes { table.append([code.name, code.sentence]) }
    guard let columns, table.text.split(separator: "\n").contains(where: { $0.count > columns })
    else { return table.text }
    return codes.map { code in
      let lines = Paragraph.lines(of: code.sentence, columns: columns - 2).map { "  " + $0 }
      return ([code.name] + lines).joined(separator: "\n") + "\n"
    }.joined()
  }

  public var csv: String {
    var csv = CSVWriter(header: [
      "severity", "code", "station", "sessions", "times", "first_started_at", "last_started_at",
      "first_position", "last_position",
    ])
    for count in rows {
      csv.append([
        count.code.severity.name, count.code.name, count.stationName, "\(count.sessions)",
        "\(count.times)", count.firstStart?.rfc3339 ?? "", count.lastStart?.rfc3339 ?? "",
        count.firstPosition.map { "\($0)" } ?? "", count.lastPosition.map { "\($0)" } ?? "",
      ])
    }
    return csv.text
  }

  public func write(_ row: FindingCount, to json: inout JSONWriter) { row.write(to: &json) }
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

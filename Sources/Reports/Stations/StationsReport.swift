import ChargerEvents
public import JSON
public import Projections
import Quantities

/// What the log knows of stations: for people, and for programs (`Schemas/stations.schema.json`).
public struct StationsReport {
  private let stations: [StationEntry]

  public init(_ stations: [StationEntry]) { self.stations = stations }

  /// A table for a terminal that is so wide, or for one of any width: a line for each station.
  public func table(columns: Int?) -> String {
    var table = Table([
      .left("site").dispensable(4), .left("station"), .left("vendor").dispensable(6),
      .left("model").dispensable(2), .left("firmware").dispensable(7),
      .right("boots").dispensable(5), .left("last heard"), .left("connectors").dispensable(1),
      .right("faults"), .left("last fault").dispensable(3), .right("frames in").dispensable(9),
      .right("out").dispensable(10), .right("unreadable").dispensable(8),
    ])
    for station in stations {
      let record = station.record
      table.append([
        station.siteID ?? "-", station.name, record.vendor ?? "-", record.model ?? "-",
        record.firmwareVersion ?? "-", "\(record.boots)", record.lastHeardAt?.rfc3339 ?? "-",
        record.connectors.map(\.summary).joined(separator: ", "), "\(record.faults)",
        record.lastFault?.code ?? "-", "\(record.framesFromStation)", "\(record.framesToStation)",
        "\(record.unreadableFrames)",
      ])
    }
    return stations.isEmpty ? "" : table.text(fitting: columns)
  }

  /// One station on a page: what it is, and a line for each connector.
  public var page: String { stations.map(\.page).joined(separator: "\n") }

  /// One row a station, without its connectors.
  public var csv: String {
    var csv = CSVWriter(header: [
      "site", "station", "vendor", "model", "serial_number", "firmware_version", "boots",
      "last_boot_at", "first_heard_at", "last_heard_at", "frames_from_station",
      "frames_to_station", "unreadable_frames", "session_records", "faults", "last_fault_at",
      "last_fault_code",
    ])
    for station in stations {
      let record = station.record
      csv.append([
        station.siteID ?? "", station.name, record.vendor ?? "", record.model ?? "",
        record.serialNumber ?? "", record.firmwareVersion ?? "", "\(record.boots)",
        record.lastBootAt?.rfc3339 ?? "", record.firstHeardAt?.rfc3339 ?? "",
        record.lastHeardAt?.rfc3339 ?? "", "\(record.framesFromStation)",
        "\(record.framesToStation)", "\(record.unreadableFrames)", "\(record.sessionRecords)",
        "\(record.faults)", record.lastFault?.at.rfc3339 ?? "", record.lastFault?.code ?? "",
      ])
    }
    return csv.text
  }

  /// `{"stations": […]}`.
  public func writeJSON(to json: inout JSONWriter) {
    json.object { json in
      json.array("stations") { json in for station in stations { station.write(to: &json) } }
    }
  }

  /// One station a line.
  public func writeLines(to json: inout JSONWriter) {
    for station in stations {
      station.write(to: &json)
      json.endLine()
    }
  }
}

extension StationEntry {
  fileprivate var page: String {
    var head = Table([.left(""), .left("")])
    let lines: [(String, String?)] = [
      ("Station", name), ("Site", siteID), ("Vendor", record.vendor), ("Model", record.model),
      ("Serial number", record.serialNumber), ("Firmware", record.firmwareVersion),
      ("Boots", "\(record.boots)"), ("Last boot", record.lastBoot),
      ("First heard", record.firstHeardAt?.rfc3339), ("Last heard", record.lastHeardAt?.rfc3339),
      (
        "Frames",
        "\(record.framesFromStation) from it, \(record.framesToStation) to it, "
          + "\(record.unreadableFrames) unreadable"
      ),
      ("Faults", "\(record.faults)"), ("Last fault", record.lastFault?.sentence),
    ]
    for (title, text) in lines { head.append([title, text ?? "-"]) }
    guard !record.connectors.isEmpty else { return head.text }
    var table = Table([
      .right("EVSE"), .right("conn."), .left("status"), .left("since"), .left("error"),
      .right("position"),
    ])
    for connector in record.connectors {
      table.append([
        connector.evse.map { "\($0)" } ?? "-", connector.connector.map { "\($0)" } ?? "-",
        connector.status.name, connector.at.rfc3339, connector.errorCode ?? "-",
        "\(connector.position)",
      ])
    }
    return head.text + "\n" + table.text
  }

  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("station", name)
      json.member("site", siteID)
      record.write(to: &json)
    }
  }
}

extension StationRecord {
  fileprivate var lastBoot: String? {
    lastBootAt.map { $0.rfc3339 + (lastBootReason.map { " (\($0))" } ?? "") }
  }

  fileprivate func write(to json: inout JSONWriter) {
    json.member("vendor", vendor)
    json.member("model", model)
    json.member("serial_number", serialNumber)
    json.member("firmware_version", firmwareVersion)
    json.member("boots", boots)
    json.member("last_boot_at", lastBootAt?.rfc3339)
    json.member("last_boot_reason", lastBootReason)
    json.member("first_heard_at", firstHeardAt?.rfc3339)
    json.member("last_heard_at", lastHeardAt?.rfc3339)
    json.member("frames_from_station", framesFromStation)
    json.member("frames_to_station", framesToStation)
    json.member("unreadable_frames", unreadableFrames)
    json.member("session_records", sessionRecords)
    json.array("connectors") { json in
      for connector in connectors { connector.write(to: &json) }
    }
    json.member("faults", faults)
    guard let fault = lastFault else { return json.member("last_fault", nil as String?) }
    json.object("last_fault") { json in fault.write(to: &json) }
  }
}

extension StationRecord.Connector {
  /// `1 Available`, or `2/1 Occupied` where EVSEs have numbers.
  fileprivate var summary: String {
    let place = [evse, connector].compactMap { $0.map { "\($0)" } }.joined(separator: "/")
    return [place, status.name, errorCode ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
  }

  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("evse", evse)
      json.member("connector", connector)
      json.member("status", status.name)
      json.member("at", at.rfc3339)
      json.member("error_code", errorCode)
      json.member("position", position)
    }
  }
}

extension StationRecord.Fault {
  fileprivate var sentence: String {
    let place = [evse.map { "EVSE \($0)" }, connector.map { "connector \($0)" }].compactMap { $0 }
    let words = [code, vendorCode.map { "(\($0))" }, info].compactMap { $0 }
    return (words + place + ["at \(at.rfc3339), position \(position)"]).joined(separator: " ")
  }

  fileprivate func write(to json: inout JSONWriter) {
    json.member("at", at.rfc3339)
    json.member("evse", evse)
    json.member("connector", connector)
    json.member("code", code)
    json.member("vendor_code", vendorCode)
    json.member("info", info)
    json.member("position", position)
  }
}

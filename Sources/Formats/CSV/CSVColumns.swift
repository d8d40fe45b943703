/// Which field of a CSV log holds what, from the names in its header.
struct CSVColumns {
  var time: Int
  var body: Int
  var station: Int?
  var direction: Int?
  var version: Int?
  /// How many columns the header has.
  var count: Int
  /// The last field that a record must have.
  var lastNeeded: Int { max(time, body, station ?? 0) }

  private static let timeNames = ["timestamp", "time", "ts", "datetime", "receivedat", "date"]
  private static let bodyNames = ["raw", "msg", "message", "frame", "payload"]
  private static let stationNames = [
    "chargepointid", "chargingstationid", "stationid", "chargerid", "chargeboxid", "deviceid",
    "identity", "station", "chargepoint", "charger", "id",
  ]
  private static let directionNames = ["direction", "dir"]
  private static let versionNames = ["ocppversion", "version", "protocol"]

  /// Reads a header. Letter case, blanks, underscores and dashes in names do not matter.
  ///
  /// - Parameter needsStation: whether the station must have a column.
  /// - Throws: what is missing, in words.
  init(header: CSVRecord, needsStation: Bool) throws(CSVHeaderError) {
    let names = header.fields.map { field in
      String(decoding: field, as: UTF8.self).lowercased().filter { $0.isLetter || $0.isNumber }
    }
    func column(_ candidates: [String]) -> Int? {
      candidates.lazy.compactMap { names.firstIndex(of: $0) }.first
    }
    guard let time = column(Self.timeNames) else {
      throw CSVHeaderError(missing: "time", names: "timestamp, time or ts")
    }
    guard let body = column(Self.bodyNames) else {
      throw CSVHeaderError(missing: "frame", names: "msg, message, payload or raw")
    }
    station = column(Self.stationNames)
    guard station != nil || !needsStation else {
      throw CSVHeaderError(
        missing: "station",
        names: "id, station, charge_point_id or device_id, and --station gives no name for all")
    }
    self.time = time
    self.body = body
    direction = column(Self.directionNames)
    version = column(Self.versionNames)
    count = names.count
  }
}

/// A header that lacks a column.
struct CSVHeaderError: Error {
  var missing: String
  var names: String

  var reason: String {
    "the first line is no CSV header of a log: it names no column for the \(missing) (\(names))"
  }
}

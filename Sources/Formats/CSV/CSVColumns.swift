import SessionRecords

/// Which field of a CSV log holds what, from the names in its header or from a map.
struct CSVColumns {
  /// Where the frame, or what it is made of, stands.
  enum Frame {
    case whole(Int)
    case parts(messageID: Int, payload: Int, action: Int?, messageType: Int?)

    fileprivate var lastNeeded: Int {
      switch self {
      case .whole(let column): column
      case .parts(let id, let payload, _, _): max(id, payload)
      }
    }
  }

  var time: Int
  var frame: Frame
  var station: Int?
  var direction: Int?
  var version: Int?
  /// How many columns there are.
  var count: Int
  /// The last field that a record must have.
  var lastNeeded: Int { max(time, frame.lastNeeded, station ?? 0) }

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
  /// - Parameters:
  ///   - header: the names of the columns.
  ///   - needsStation: whether the station must have a column.
  /// - Throws: what is missing, in words.
  init(header: [String], needsStation: Bool) throws(CSVHeaderError) {
    let names = header.map { name in name.lowercased().filter { $0.isLetter || $0.isNumber } }
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
    frame = .whole(body)
    direction = column(Self.directionNames)
    version = column(Self.versionNames)
    count = names.count
  }

  /// Finds the columns that a map names.
  ///
  /// - Parameters:
  ///   - header: the names of the columns, or the first record if the map says that there is no
  ///     header.
  ///   - needsStation: whether the station must have a column.
  /// - Throws: what the header lacks, in words.
  init(_ map: ColumnMap, header: [String], needsStation: Bool) throws(CSVHeaderError) {
    let names = map.hasHeader ? header : []
    func place(_ column: ColumnMap.Column) throws(CSVHeaderError) -> Int {
      switch column {
      case .numbered(let number) where number >= 1 && number <= header.count: return number - 1
      case .numbered(let number): throw CSVHeaderError(unknown: "\(number)", header)
      case .named(let name):
        let exact = names.firstIndex(of: name)
        guard let place = exact ?? names.firstIndex(where: { $0.lowercased() == name.lowercased() })
        else { throw CSVHeaderError(unknown: "\"\(name)\"", names) }
        return place
      }
    }
    func optionalPlace(_ column: ColumnMap.Column?) throws(CSVHeaderError) -> Int? {
      guard let column else { return nil }
      return try place(column)
    }
    time = try place(map.time)
    switch map.frame {
    case .whole(let column): frame = .whole(try place(column))
    case .parts(let id, let payload, let action, let type):
      frame = .parts(
        messageID: try place(id), payload: try place(payload), action: try optionalPlace(action),
        messageType: try optionalPlace(type))
    }
    station = try optionalPlace(map.station)
    guard station != nil || !needsStation else {
      throw CSVHeaderError(
        missing: "station", names: "columns.station in the map, or --station for all")
    }
    direction = try optionalPlace(map.direction)
    version = try optionalPlace(map.version)
    count = header.count
  }

  /// Whether the first line of a text is a header with the needed columns.
  static func isHeader(_ text: ArraySlice<UInt8>, needsStation: Bool) -> Bool {
    let line = text.drop { $0 == 0x0A || $0 == 0x0D }.prefix { $0 != 0x0A && $0 != 0x0D }
    guard let separator = CSVReader.separator(inHeader: line) else { return false }
    let names = line.split(separator: separator, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    return (try? CSVColumns(header: names, needsStation: needsStation)) != nil
  }
}

/// A header that lacks a column.
struct CSVHeaderError: Error {
  let reason: String

  init(missing: String, names: String) {
    reason =
      "the first line is no CSV header of a log: it names no column for the \(missing) (\(names))"
  }

  /// A column of a map that is not there.
  init(unknown column: String, _ names: [String]) {
    let list = names.isEmpty ? "only numbers, as the map says" : names.joined(separator: ", ")
    reason = "it has no column \(column), which the map names; there are: \(list)"
  }
}

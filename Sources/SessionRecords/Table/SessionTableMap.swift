import Quantities

/// How a table with one session a row is laid out, as a person wrote it down in a file
/// (`Schemas/session-table.schema.json`).
///
/// The map that rows were imported with is in the log, with the table of its time zone, and its rows
/// name it: they can be read again without the file and without the system's zones.
public struct SessionTableMap: Hashable, Sendable {
  /// What a column can hold. The raw value is its key in the file.
  public enum Field: String, Hashable, Sendable, CaseIterable {
    case station, evse, connector, token, id, start, end, duration
    case chargingStart = "charging_start"
    case chargingEnd = "charging_end"
    case chargingDuration = "charging_duration"
    case energy
    case meterStart = "meter_start"
    case meterStop = "meter_stop"
    case costExclVAT = "cost_excl_vat"
    case costInclVAT = "cost_incl_vat"
    case currency
    case stopReason = "stop_reason"
  }

  /// How a row is written.
  public enum RowFormat: String, Hashable, Sendable, CaseIterable { case csv, json }

  /// Where each field is; several columns are joined with blanks.
  public var columns: [Field: [TableColumn]]
  /// Tried in this order; never empty.
  public var timeLayouts: [TableTimeLayout] = [.rfc3339]
  /// The zone of times without an offset.
  public var timeZone: TimeZoneTable?
  public var numbers = TableNumberStyle()
  /// The unit of energies and registers that name none behind the number.
  public var energyUnit = EnergyUnit.kilowattHours
  /// The unit of durations that are not written as a clock, `1:30` or `1:30:00`.
  public var durationUnit = DurationUnit.minutes
  /// The currency of amounts, where no column names it.
  public var currency: CurrencyCode?
  /// The numbers of connectors that the table calls otherwise; other texts must be numbers.
  public var connectorNames: [String: Int32] = [:]
  /// The byte between fields; nil is the usual one that comes most often in the first line.
  public var delimiter: UInt8?
  /// Whether the first line names the columns. Without it they have numbers only.
  public var hasHeader = true
  /// How many columns there are; nil until a file was seen, and in rows of JSON.
  public var columnCount: Int?
  public var rowFormat = RowFormat.csv

  public init(columns: [Field: [TableColumn]]) { self.columns = columns }

  public enum EnergyUnit: String, Hashable, Sendable, CaseIterable {
    case wattHours = "Wh"
    case kilowattHours = "kWh"
    case megawattHours = "MWh"

    /// The power of ten of a milliwatt-hour in this unit.
    var powerOfMilliwattHour: Int {
      switch self {
      case .wattHours: -3
      case .kilowattHours: -6
      case .megawattHours: -9
      }
    }
  }

  public enum DurationUnit: String, Hashable, Sendable, CaseIterable {
    case hours = "h"
    case minutes = "min"
    case seconds = "s"
    case milliseconds = "ms"

    var milliseconds: Int64 {
      switch self {
      case .hours: 3_600_000
      case .minutes: 60_000
      case .seconds: 1000
      case .milliseconds: 1
      }
    }
  }

  /// The map for a file of CSV with this header: its columns have numbers only.
  ///
  /// - Throws: the name or the number that the header lacks.
  public func resolved(header: [String], delimiter: UInt8) throws(UnknownColumn) -> SessionTableMap
  {
    var map = self
    map.rowFormat = .csv
    map.columnCount = header.count
    map.delimiter = delimiter
    for field in Field.allCases {
      guard let list = columns[field] else { continue }
      map.columns[field] = try list.map { (column) throws(UnknownColumn) in
        .numbered(try Self.place(of: column, in: header, isNamed: hasHeader))
      }
    }
    return map
  }

  /// A column of a map that a file lacks.
  public struct UnknownColumn: Error, Hashable, Sendable {
    public var column: TableColumn
  }

  private static func place(
    of column: TableColumn, in header: [String], isNamed: Bool
  ) throws(UnknownColumn) -> Int {
    switch column {
    case .numbered(let number) where 1...max(1, header.count) ~= number: return number
    case .named(let name) where isNamed:
      let lower = name.lowercased()
      let place =
        header.firstIndex(of: name) ?? header.firstIndex { $0.lowercased() == lower }
      guard let place else { throw UnknownColumn(column: column) }
      return place + 1
    default: throw UnknownColumn(column: column)
    }
  }
}

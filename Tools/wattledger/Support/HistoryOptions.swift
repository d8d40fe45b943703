import ArgumentParser
import Formats
import Quantities

/// What a person says about a file of recorded history that the file does not say itself.
struct HistoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The layout, if it should not be detected. mobilityhouse is that of Home Assistant too.",
      valueName: "layout"))
  var from: ImportFormat?

  @Option(help: "The station of records that name none.")
  var station: String?

  @Option(help: "The IANA time zone of times without an offset, e.g. Europe/Berlin.")
  var timeZone: String?

  @Option(help: "The year of the first time without one, as in syslog.")
  var year: Int?

  @Option(
    help: ArgumentHelp(
      "Whose log it is, station or back-end, if the frames should not tell.", valueName: "side"))
  var recordedBy: LogRecorder?

  @Option(
    help: ArgumentHelp(
      "A YAML file that says which column of a CSV log, or of a table of sessions, holds what.",
      valueName: "file"))
  var columns: String?

  func validate() throws {
    if let year, !(1970...9999 ~= year) {
      throw ValidationError("--year must be a year from 1970 on")
    }
    guard columns == nil || from == nil || from == .csv || from == .sessionTable else {
      throw ValidationError("--columns is for tables; leave --from \(from?.rawValue ?? "") out")
    }
  }

  /// The options of the reader.
  func importOptions(isStrict: Bool = false, rejectsFile: String? = nil) throws -> ImportOptions {
    var options = ImportOptions(
      format: from, station: station,
      timeZone: try timeZone.map { try TimeZoneTable.system(named: $0) }, year: year,
      recorder: recordedBy, isStrict: isStrict, rejectsFile: rejectsFile)
    switch try columns.map({ try ColumnMapFile.read(path: $0) }) {
    case .frames(let map): options.columns = map
    case .sessions(let map): options.sessionTable = map
    case nil: break
    }
    return options
  }
}

extension ImportFormat: ExpressibleByArgument {}

extension LogRecorder: ExpressibleByArgument {}

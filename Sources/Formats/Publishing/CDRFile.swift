import JSON
import Tariffs

/// A file with one OCPI charge detail record as JSON.
public enum CDRFile {
  /// Reads what the CDR's charging periods used; `-` is standard input.
  ///
  /// - Throws: the first mistake, with its line where the text is no JSON, else its JSON path.
  public static func read(
    path: String, isReservationExpired: Bool = false
  ) throws(PublishedFileError) -> CDRUsage {
    try DocumentFile(path: path).decodeJSON { (json) throws(JSONPathError) in
      try CDRUsage(json: json, isReservationExpired: isReservationExpired)
    }
  }
}

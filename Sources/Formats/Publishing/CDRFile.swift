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
    let file = try DocumentFile(path: path)
    let parser = JSONParser()
    let json: JSONValue
    do throws(JSONError) {
      json = try parser.parse(file.bytes)
    } catch {
      throw file.error(error)
    }
    do throws(JSONPathError) {
      return try CDRUsage(json: json, isReservationExpired: isReservationExpired)
    } catch {
      throw file.error(error.problem, path: error.path)
    }
  }
}

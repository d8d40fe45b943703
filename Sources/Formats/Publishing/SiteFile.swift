import JSON
import Quantities
import Sites

/// Site files: YAML or JSON, described by `Schemas/site.schema.json`.
public enum SiteFile {
  /// Reads a site file; `-` is standard input.
  ///
  /// - Parameter zone: looks up the table of a time zone, by default in the system's database.
  /// - Returns: the fact to append.
  /// - Throws: everything that is wrong with the file, with lines.
  public static func read(
    path: String,
    zone: (String) throws(TimeZoneTableError) -> TimeZoneTable = {
      name throws(TimeZoneTableError) in
      try TimeZoneTable.system(named: name)
    }
  ) throws(PublishedFileError) -> SiteFact {
    try FactFile.read(path: path) { json throws(InvalidFact) in
      try SiteFact(publishing: try Site(json: json), zone: zone)
    }
  }
}

/// Token files: YAML or JSON, described by `Schemas/tokens.schema.json`.
public enum TokenFile {
  /// Reads a token file; `-` is standard input.
  ///
  /// - Returns: the fact to append.
  /// - Throws: everything that is wrong with the file, with lines.
  public static func read(path: String) throws(PublishedFileError) -> TokenFact {
    try FactFile.read(path: path) { json throws(InvalidFact) in try TokenFact(json: json) }
  }
}

/// What reading site and token files has in common.
private enum FactFile {
  static func read<Fact>(
    path: String, _ make: (JSONValue) throws(InvalidFact) -> Fact
  ) throws(PublishedFileError) -> Fact {
    try DocumentFile(path: path).decodeYAML { (json, error) throws(PublishedFileError) in
      do throws(InvalidFact) {
        return try make(json)
      } catch let invalid {
        throw error(invalid.problems.map { ($0.path, $0.text) })
      }
    }
  }
}

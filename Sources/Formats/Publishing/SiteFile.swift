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
    let file = try DocumentFile(path: path)
    let document: YAMLDocument
    do throws(PublishedFileError.Problem) {
      document = try YAMLDocument(file.bytes)
    } catch {
      throw PublishedFileError(file: file.name, problems: [error])
    }
    let parser = JSONParser()
    let json: JSONValue
    do throws(JSONError) {
      json = try parser.parse(document.json)
    } catch {
      throw file.error("the document cannot be read: \(error.reason)")
    }
    do throws(InvalidFact) {
      return try make(json)
    } catch {
      throw PublishedFileError(
        file: file.name,
        problems: error.problems.map { problem in
          .init(line: document.line(ofPath: problem.path), path: problem.path, text: problem.text)
        })
    }
  }
}

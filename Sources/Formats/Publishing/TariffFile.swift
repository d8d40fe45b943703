import JSON
import Quantities
import Tariffs

/// A tariff file: a tariff of OCPI 2.2.1 as JSON, or an object around one that says when and for
/// what it is valid: `{"tariff", "valid_from", "valid_to", "assignments"}`.
public struct TariffFile: Sendable {
  public var tariff: Tariff
  /// The tariff as it stands in the file, byte for byte.
  public var tariffJSON: [UInt8]
  /// What is odd in the tariff, such as keys that OCPI does not know.
  public var notes: [PricingNote] = []
  /// What the file says about validity and assignment; nil if it is a tariff alone.
  public var publication: TariffPublication?

  /// Reads a tariff file; `-` is standard input.
  ///
  /// - Throws: the first mistake, with its line where the text is no JSON, else its JSON path.
  public static func read(path: String) throws(PublishedFileError) -> TariffFile {
    try DocumentFile(path: path).decodeJSON { (json) throws(JSONPathError) in
      try TariffFile(json)
    }
  }

  private init(_ json: JSONValue) throws(JSONPathError) {
    guard json.kind == .object, json["tariff"] != nil else {
      tariff = try Tariff.read(JSONReader(json), notes: &notes)
      tariffJSON = Array(json.rawText)
      return
    }
    let reader = JSONReader(json)
    let keys: Set = ["tariff", "valid_from", "valid_to", "assignments"]
    if let unknown = reader.unknownKeys(besides: keys).first {
      throw JSONPathError(
        path: unknown, problem: "unknown key; known are \(keys.sorted().joined(separator: ", "))")
    }
    // Read once more for its notes: in the log a tariff has none.
    _ = try Tariff.read(try reader.required("tariff"), notes: &notes)
    let publication = try TariffPublication(json: json)
    tariff = publication.tariff
    tariffJSON = publication.tariffJSON
    self.publication = publication
  }
}

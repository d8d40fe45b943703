import JSON
import Projections
import Reports

/// A read model as `rebuild` and `verify` print it.
struct ReadModelLine {
  var name: String
  var version: Int
  var rows: Int
  var digest: String
  /// Whether another fold gave the same; nil if there was none to compare with.
  var isSame: Bool?
  /// What it is if it cannot be the same.
  private(set) var news = "new"

  init(_ comparison: ReadModelComparison) {
    self.init(comparison.model, isSame: comparison.isSame)
    if comparison.difference != nil { news = "another version" }
  }

  init(_ model: ReadModelDigest, isSame: Bool?) {
    name = model.name
    version = model.version
    rows = model.rows
    digest = "\(model.digest)"
    self.isSame = isSame
  }

  /// Reads what ``write(to:)`` wrote; nil if it is anything else.
  init?(_ json: JSONValue) {
    guard let name = json["name"]?.string, let version = json["version"]?.int64,
      let rows = json["rows"]?.int64, let digest = json["digest"]?.string
    else { return nil }
    self.name = name
    self.version = Int(version)
    self.rows = Int(rows)
    self.digest = digest
    isSame = json["ok"]?.bool
  }

  /// Writes the members of its object.
  func write(to json: inout JSONWriter) {
    json.member("name", name)
    json.member("version", version)
    json.member("rows", rows)
    json.member("digest", digest)
    json.member("ok", isSame ?? true)
  }
}

extension [ReadModelLine] {
  /// The member `read_models`.
  func write(to json: inout JSONWriter) {
    json.array("read_models") { json in
      for line in self { json.object { line.write(to: &$0) } }
    }
  }

  var table: String {
    var table = Table([
      .left("read model"), .right("version"), .right("rows"), .left("digest"), .left(""),
    ])
    for line in self {
      let same = line.isSame.map { $0 ? "same as before" : "DIFFERS" } ?? line.news
      table.append([line.name, "\(line.version)", "\(line.rows)", line.digest, same])
    }
    return table.text
  }
}

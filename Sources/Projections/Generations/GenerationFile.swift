import JSON

/// The contents of a generation's `build.json`: who made it, of what.
struct GenerationFile: Equatable, GenerationDefinition {
  static let name = "build.json"

  /// Of the projection.
  var version: Int
  /// The read models in it, with their versions.
  var tables: [String: Int]
  /// The UUID of the ledger.
  var ledger: String
  /// The run of the kernel (``Machine/bootID``) that the build was last gone on with.
  var bootID: String?
  /// Whether everything in it was synced when it was last written.
  var isFinished = false
  /// Whether it has taken over. If nothing names it any more, a rebuild folds the log anew.
  var hasServed = false
  /// How fast it was folded; nil if it was too short to say.
  var eventsPerSecond: UInt64?

  init(_ projection: RegisteredProjection, ledger: String) {
    version = projection.version
    tables = projection.tables
    self.ledger = ledger
  }

  /// Reads the file in the directory of a generation; nil if it is missing or makes no sense. A disk
  /// that fails for a moment is an error, because nobody builds anew for that.
  init?(inDirectory path: String) throws {
    guard let contents = try DurableFile.contents(path + "/" + Self.name) else { return nil }
    let file = try? contents.withUnsafeBytes { bytes in
      try JSONParser().withParsed(bytes) { GenerationFile($0) }
    }
    guard let file else { return nil }
    self = file
  }

  private init?(_ json: JSONValue) {
    guard let version = json["version"]?.int64.flatMap({ Int(exactly: $0) }),
      let ledger = json["ledger"]?.string, let tables = json["tables"]
    else { return nil }
    self.version = version
    self.ledger = ledger
    self.bootID = json["boot_id"]?.string
    self.isFinished = json["finished"]?.bool ?? false
    self.hasServed = json["has_served"]?.bool ?? false
    self.eventsPerSecond = json["events_per_second"]?.int64.flatMap { UInt64(exactly: $0) }
    self.tables = [:]
    for member in tables.members {
      let version = member.value.int64.flatMap { Int(exactly: $0) }
      self.tables[String(decoding: member.name, as: UTF8.self)] = version
    }
  }

  /// Writes it into the directory of a generation, durably.
  func write(inDirectory path: String) throws {
    var json = JSONWriter()
    json.object { json in
      json.member("version", version)
      json.object("tables") { json in
        for (name, version) in tables.sorted(by: { $0.key < $1.key }) {
          json.member(name, version)
        }
      }
      json.member("ledger", ledger)
      json.member("boot_id", bootID)
      json.member("finished", isFinished)
      json.member("has_served", hasServed)
      json.member("events_per_second", eventsPerSecond)
    }
    json.endLine()
    try DurableFile.replace(path + "/" + Self.name, with: json.bytes)
  }
}

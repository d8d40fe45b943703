import JSON

/// The contents of `serving.json`: which generation of each projection serves.
///
///     {"sessions":{"serving":"v6-2","previous":"v6-1"}}
struct Serving: Equatable {
  struct Entry: Equatable {
    var serving: GenerationName
    /// The one that served before, kept for a rollback.
    var previous: GenerationName?

    /// Both.
    var names: [GenerationName] { [serving] + (previous.map { [$0] } ?? []) }
  }

  /// By the name of the projection.
  var entries: [String: Entry] = [:]

  init() {}

  /// Reads the file. What makes no sense is left out: read models can be deleted at any time, so it
  /// is no reason to stop, and they are built again.
  init(json: [UInt8]) {
    let found = try? json.withUnsafeBytes { bytes in
      try JSONParser().withParsed(bytes) { root -> [String: Entry] in
        var entries: [String: Entry] = [:]
        for member in root.members {
          guard let serving = member.value["serving"]?.string.flatMap({ GenerationName($0) })
          else { continue }
          let previous = member.value["previous"]?.string.flatMap { GenerationName($0) }
          let name = String(decoding: member.name, as: UTF8.self)
          entries[name] = Entry(serving: serving, previous: previous)
        }
        return entries
      }
    }
    entries = found ?? [:]
  }

  var json: [UInt8] {
    var json = JSONWriter()
    json.object { json in
      for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
        json.object(name) { json in
          json.member("serving", "\(entry.serving)")
          if let previous = entry.previous { json.member("previous", "\(previous)") }
        }
      }
    }
    json.endLine()
    return json.bytes
  }
}

import JSON
import Projections
import Reports

extension [RebuiltProjection] {
  /// What `rebuild` prints.
  var table: String {
    guard !isEmpty else { return "The read models are of the current versions and up to date.\n" }
    var text = flatMap { $0.models.map(ReadModelLine.init) }.table
    for projection in self {
      for model in projection.models {
        text += model.difference?.text(of: model.model.name) ?? ""
      }
      guard let replaced = projection.replaced else { continue }
      text +=
        "\(projection.generation) of `\(projection.projection)` serves; \(replaced) is kept for "
        + "--rollback until --drop-old.\n"
    }
    return text
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.array("read_models") { json in
        for model in flatMap(\.models) {
          json.object { json in
            ReadModelLine(model).write(to: &json)
            if let difference = model.difference {
              json.object("difference") { difference.write(to: &$0) }
            }
          }
        }
      }
      json.array("projections") { json in
        for projection in self { json.object { projection.write(to: &$0) } }
      }
    }
  }
}

extension RebuiltProjection {
  fileprivate func write(to json: inout JSONWriter) {
    json.member("projection", projection)
    json.member("generation", generation)
    json.member("replaced", replaced)
    json.member("compared_at", position)
    json.member("resumed_at", resumedAt)
  }
}

extension RowDifference {
  fileprivate func text(of model: String) -> String {
    let parts = Kind.allCases.filter { count($0) > 0 }.map { kind in
      "\(count(kind)) \(kind.rawValue) (\((examples[kind] ?? []).joined(separator: ", "))"
        + (count(kind) > examples[kind]?.count ?? 0 ? ", …)" : ")")
    }
    return "\(model): \(same) rows the same, \(parts.joined(separator: ", "))\n"
  }

  fileprivate func write(to json: inout JSONWriter) {
    json.member("same", same)
    for kind in Kind.allCases { json.member(kind.rawValue, count(kind)) }
    json.object("examples") { json in
      for kind in Kind.allCases {
        json.array(kind.rawValue) { json in
          for subject in examples[kind] ?? [] { json.string(subject) }
        }
      }
    }
  }
}

extension [SwitchedProjection] {
  /// What `rebuild --rollback` prints.
  var text: String {
    map { "\($0.generation) of `\($0.projection)` serves again; \($0.replaced) is kept.\n" }
      .joined()
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.array("rolled_back") { json in
        for switched in self {
          json.object { json in
            json.member("projection", switched.projection)
            json.member("generation", switched.generation)
            json.member("replaced", switched.replaced)
          }
        }
      }
    }
  }
}

extension [DroppedGeneration] {
  /// What `rebuild --drop-old` prints.
  var text: String {
    guard !isEmpty else { return "There are no old read models.\n" }
    return map { "Removed \($0.generation) of `\($0.projection)`: \($0.bytes) bytes.\n" }.joined()
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.array("dropped") { json in
        for dropped in self {
          json.object { json in
            json.member("projection", dropped.projection)
            json.member("generation", dropped.generation)
            json.member("bytes", dropped.bytes)
          }
        }
      }
    }
  }
}

import Foundation

/// The schemas of the project by `$id`, and the part of JSON Schema 2020-12 that they use: `type`,
/// `required`, `properties`, `items`, `enum`, `const`, `pattern`, `oneOf`, `allOf`, `$ref`, counts.
///
/// Stricter than the standard in one way: a key that no schema describes is a mistake, so that code
/// cannot print what is documented nowhere.
struct SchemaSet {
  static let prefix = "urn:wattledger:schema:"

  /// By file name.
  let files: [String: JSONTree]
  private let roots: [String: JSONTree]

  init(folder: URL) throws {
    var files: [String: JSONTree] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name.hasSuffix(".schema.json") {
      files[name] = try JSONTree(Data(contentsOf: folder.appending(path: name)))
    }
    self.files = files
    roots = Dictionary(
      files.values.map { ($0["$id"]?.string ?? "", $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// What is wrong with `value`, each with its JSON path; empty if nothing is.
  func mistakes(in value: JSONTree, against name: String) -> [String] {
    guard let root = roots[Self.prefix + name] else { return ["there is no schema \(name)"] }
    return check(value, Place(root: root, schema: root), "$")
  }

  /// A schema and the document that its local references are in.
  struct Place {
    var root: JSONTree
    var schema: JSONTree

    func with(_ schema: JSONTree) -> Place { Place(root: root, schema: schema) }
  }

  /// What a `$ref` names: `#/a/b`, `urn:…`, or `urn:…#/a/b`.
  func resolve(_ reference: String, from place: Place) -> Place? {
    let parts = reference.split(separator: "#", omittingEmptySubsequences: false)
    guard let root = parts[0].isEmpty ? place.root : roots[String(parts[0])] else { return nil }
    let pointer = parts.count > 1 ? parts[1].split(separator: "/") : []
    var schema: JSONTree? = root
    for step in pointer { schema = schema?[String(step)] }
    return schema.map { Place(root: root, schema: $0) }
  }

  private func check(_ value: JSONTree, _ place: Place, _ path: String) -> [String] {
    var mistakes = checkOwn(value, place, path)
    for part in parts(of: place) {
      mistakes += checkOwn(value, part, path)
    }
    if case .object(let members) = value {
      let described = properties(of: place)
      guard !described.isEmpty else { return mistakes }
      for (key, member) in members.sorted(by: { $0.key < $1.key }) {
        guard let property = described[key] else {
          mistakes.append("\(path).\(key) is described nowhere")
          continue
        }
        mistakes += check(member, property, "\(path).\(key)")
      }
    }
    return mistakes
  }

  /// What `allOf` and `$ref` add to a schema.
  private func parts(of place: Place) -> [Place] {
    var direct = (place.schema["allOf"]?.elements ?? []).map { place.with($0) }
    if let reference = place.schema["$ref"]?.string, let target = resolve(reference, from: place) {
      direct.append(target)
    }
    return direct.flatMap { [$0] + parts(of: $0) }
  }

  private func properties(of place: Place) -> [String: Place] {
    var described: [String: Place] = [:]
    for part in [place] + parts(of: place) {
      for (key, schema) in part.schema["properties"]?.members ?? [:] {
        described[key] = part.with(schema)
      }
    }
    return described
  }

  private func checkOwn(_ value: JSONTree, _ place: Place, _ path: String) -> [String] {
    let schema = place.schema
    var mistakes: [String] = []
    if let reference = schema["$ref"]?.string, resolve(reference, from: place) == nil {
      mistakes.append("\(path): \(reference) leads nowhere")
    }
    if let type = schema["type"], !allows(type, value) {
      mistakes.append("\(path) is \(value.type)")
    }
    if let choices = schema["enum"], !choices.elements.contains(value) {
      mistakes.append("\(path) is \(value), which is not listed")
    }
    if let constant = schema["const"], constant != value {
      mistakes.append("\(path) is \(value) and not \(constant)")
    }
    if let pattern = schema["pattern"]?.string, let text = value.string,
      text.range(of: pattern, options: .regularExpression) == nil
    {
      mistakes.append("\(path) is \(text), which does not match \(pattern)")
    }
    return mistakes + checkChildren(of: value, place, path)
  }

  private func checkChildren(of value: JSONTree, _ place: Place, _ path: String) -> [String] {
    let schema = place.schema
    var mistakes: [String] = []
    if case .object(let members) = value {
      for key in (schema["required"]?.elements ?? []).compactMap(\.string)
      where members[key] == nil {
        mistakes.append("\(path).\(key) is missing")
      }
    }
    if case .array(let elements) = value, let items = schema["items"] {
      for (index, element) in elements.enumerated() {
        mistakes += check(element, place.with(items), "\(path)[\(index)]")
      }
    }
    if let choices = schema["oneOf"]?.elements {
      let fitting = choices.count { check(value, place.with($0), path).isEmpty }
      if fitting != 1 { mistakes.append("\(path) fits \(fitting) of the alternatives") }
    }
    return mistakes
  }

  private func allows(_ type: JSONTree, _ value: JSONTree) -> Bool {
    let names = type.string.map { [$0] } ?? type.elements.compactMap(\.string)
    return names.contains(value.type) || value.type == "integer" && names.contains("number")
  }
}

import JSON
import Quantities

/// A group of tokens as `token publish` puts it into the log: whom a tariff for a group is for.
///
/// `Schemas/tokens.schema.json` describes the file; the fact has the same keys. Each fact of a group
/// lists all of its tokens and replaces the one before.
public struct TokenFact: Hashable, Sendable {
  /// Names the group for ever: 1 to 128 bytes.
  public let group: String
  public let name: String?
  /// The identifiers that stations send (OCPP: idTag, idToken). Their case does not count.
  public let tokens: [String]
  /// From when on it holds; nil: from its publication.
  public let effectiveFrom: Instant?

  /// - Throws: ``InvalidFact`` with every problem: empty names, tokens listed twice.
  public init(group: String, name: String? = nil, tokens: [String], effectiveFrom: Instant? = nil)
    throws(InvalidFact)
  {
    var list = ProblemList()
    list.checkID(group, path: "group")
    var firstIndex: [String: Int] = [:]
    for (index, token) in tokens.enumerated() {
      list.checkID(token, path: "tokens[\(index)]")
      if let first = firstIndex[token.lowercased()] {
        list.add("tokens[\(index)]", "\"\(token)\" is tokens[\(first)] already")
      } else {
        firstIndex[token.lowercased()] = index
      }
    }
    try list.check()
    self.group = group
    self.name = name
    self.tokens = tokens
    self.effectiveFrom = effectiveFrom
  }
}

extension TokenFact {
  /// The fact as the body of its event: keys sorted, without white space.
  public var body: [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      if let effectiveFrom { writer.member("effective_from", effectiveFrom.rfc3339) }
      writer.member("group", group)
      if let name { writer.member("name", name) }
      writer.array("tokens") { writer in
        for token in tokens { writer.string(token) }
      }
    }
    return writer.bytes
  }

  /// Reads a token file (JSON, or YAML turned into it) or the body of a token event.
  ///
  /// - Throws: ``InvalidFact`` with everything that is wrong with its shape, or else its values.
  public init(json: JSONValue) throws(InvalidFact) {
    var list = ProblemList()
    let reader = JSONReader(json)
    list.noteUnknownKeys(of: reader, besides: ["group", "name", "tokens", "effective_from"])
    let group = list.noting { () throws(JSONPathError) in try reader.required("group").string() }
    let name = list.string("name", of: reader)
    let elements = list.noting { () throws(JSONPathError) in
      try reader.required("tokens").elements()
    }
    let tokens = (elements ?? []).compactMap { element in
      list.noting { () throws(JSONPathError) in try element.string() }
    }
    let moment = list.moment("effective_from", of: reader)
    var effectiveFrom: Instant?
    switch moment {
    case .instant(let instant): effectiveFrom = instant
    case .local:
      list.add("effective_from", "tokens belong to no time zone; give the time with its offset")
    case nil: break
    }
    try list.check()
    try self.init(group: group ?? "", name: name, tokens: tokens, effectiveFrom: effectiveFrom)
  }

  /// Reads the body of a token event; see ``init(json:)``.
  public init(body: UnsafeRawBufferPointer, parser: JSONParser) throws(InvalidFact) {
    let value: JSONValue
    do { value = try parser.parse(body) } catch { throw InvalidFact(error) }
    try self.init(json: value)
  }
}

import Quantities

/// A mistake in a document, at a place: `$.elements[0].price: expected a number, found a string`.
public struct JSONPathError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where: `$` is the document, then `.key` and `[index]`.
  public var path: String
  /// What is wrong there, and what is expected.
  public var problem: String

  public init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  public var description: String { "\(path): \(problem)" }
}

/// Reads a document that must have a certain shape, such as a tariff, and says where it has not.
///
/// A reader is a value and its path. It is for documents that people write: it builds path strings
/// as it goes. Like ``JSONValue`` it is valid until the parser parses again.
public struct JSONReader {
  public let value: JSONValue
  public let path: String

  /// A reader of the whole document.
  public init(_ value: JSONValue, path: String = "$") {
    self.value = value
    self.path = path
  }

  /// An error at this place.
  public func error(_ problem: String) -> JSONPathError {
    JSONPathError(path: path, problem: problem)
  }

  // MARK: Members

  /// The member `key`, which must be there and not be null.
  public func required(_ key: String) throws(JSONPathError) -> JSONReader {
    guard let member = try optional(key) else { throw error("the key `\(key)` is missing") }
    return member
  }

  /// The member `key`; nil if it is missing or null. The value must be an object.
  public func optional(_ key: String) throws(JSONPathError) -> JSONReader? {
    try expect(.object)
    guard let member = value[name: key], !member.isNull else { return nil }
    return JSONReader(member, path: JSONReader.path(path, member: key))
  }

  /// The paths of the members whose keys are not in `known`, in the order of the text.
  public func unknownKeys(besides known: Set<String>) -> [String] {
    value.members.compactMap { member in
      let name = String(decoding: member.name, as: UTF8.self)
      return known.contains(name) ? nil : JSONReader.path(path, member: name)
    }
  }

  // MARK: Values

  /// The elements; the value must be an array.
  public func elements() throws(JSONPathError) -> [JSONReader] {
    try expect(.array)
    return value.elements.enumerated().map { index, element in
      JSONReader(element, path: "\(path)[\(index)]")
    }
  }

  /// The string.
  public func string() throws(JSONPathError) -> String {
    guard let string = value.string else { throw mismatch("a string") }
    return string
  }

  /// The number, exactly as written.
  public func decimal() throws(JSONPathError) -> DecimalNumber {
    guard value.kind == .number else { throw mismatch("a number") }
    guard let decimal = value.decimal else { throw error("the number has too many digits") }
    return decimal
  }

  /// The whole number, within `range`.
  public func int(
    in range: ClosedRange<Int64> = .min ... .max
  ) throws(JSONPathError) -> Int64 {
    guard value.kind == .number else { throw mismatch("a whole number") }
    guard let int = value.int64 else { throw error("expected a whole number of at most 64 bits") }
    guard range.contains(int) else {
      throw error("expected \(range.lowerBound) to \(range.upperBound), found \(int)")
    }
    return int
  }

  /// `true` or `false`.
  public func bool() throws(JSONPathError) -> Bool {
    guard let bool = value.bool else { throw mismatch("true or false") }
    return bool
  }

  /// One of the strings in `choices`, as what it stands for.
  public func choice<Choice>(_ choices: [(String, Choice)]) throws(JSONPathError) -> Choice {
    let text = try string()
    if let choice = choices.first(where: { $0.0 == text }) { return choice.1 }
    let names = choices.map(\.0).joined(separator: ", ")
    throw error("expected one of \(names), found \"\(text)\"")
  }

  // MARK: Kinds

  /// Checks that the value is an array or an object.
  public func expect(_ kind: JSONValue.Kind) throws(JSONPathError) {
    guard value.kind == kind else { throw mismatch(kind.noun) }
  }

  private func mismatch(_ expected: String) -> JSONPathError {
    error("expected \(expected), found \(value.kind.noun)")
  }

  /// Keys that are not plain words are written in brackets, as JSONPath has it.
  private static func path(_ path: String, member key: String) -> String {
    let isPlain = !key.isEmpty && key.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    return isPlain ? "\(path).\(key)" : "\(path)['\(key)']"
  }
}

extension JSONValue.Kind {
  /// The kind with its article, for messages.
  public var noun: String {
    switch self {
    case .null: "null"
    case .true, .false: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

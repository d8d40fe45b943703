import JSON

/// Why a site or token file cannot be published, or a fact in the log cannot be read: everything
/// that is wrong with it, not only the first thing.
public struct InvalidFact: Error, Hashable, Sendable {
  /// In the order of the file; never empty.
  public var problems: [Problem]

  /// One thing that is wrong.
  public struct Problem: Hashable, Sendable {
    /// Where: `stations[2].id`; empty for the whole document.
    public var path: String
    /// What is wrong there, and what is expected.
    public var text: String

    public init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  public init(problems: [Problem]) { self.problems = problems }

  /// The one problem of a text that is not JSON.
  init(_ error: JSONError) {
    self.init(problems: [Problem(path: "", text: error.description)])
  }
}

extension InvalidFact.Problem: CustomStringConvertible {
  public var description: String { path.isEmpty ? text : "\(path): \(text)" }
}

extension InvalidFact: CustomStringConvertible {
  /// One line for each problem.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Collects problems while a document is read, so that one mistake does not hide the next.
struct ProblemList {
  private(set) var problems: [InvalidFact.Problem] = []
  /// The lists of keys that were told.
  private var toldKeys: Set<[String]> = []

  mutating func add(_ path: String, _ text: String) {
    let problem = InvalidFact.Problem(path: path, text: text)
    // What is no object is noticed again at each of its keys.
    if problems.last != problem { problems.append(problem) }
  }

  mutating func add(_ others: [InvalidFact.Problem]) { problems += others }

  /// What `body` reads, or nil after its problem was noted.
  mutating func noting<Value>(_ body: () throws(JSONPathError) -> Value?) -> Value? {
    do {
      return try body()
    } catch {
      add(ProblemList.relative(error.path), error.problem)
      return nil
    }
  }

  /// Notes the keys that the format does not have: they are mistakes of spelling. Which it has is
  /// said once.
  mutating func noteUnknownKeys(of reader: JSONReader, besides known: [String]) {
    for path in reader.unknownKeys(besides: Set(known)) {
      let isNew = toldKeys.insert(known).inserted
      add(
        ProblemList.relative(path),
        isNew ? "unknown key; known are \(known.joined(separator: ", "))" : "unknown key")
    }
  }

  /// Ends the reading if anything was wrong.
  func check() throws(InvalidFact) {
    guard problems.isEmpty else { throw InvalidFact(problems: problems) }
  }

  /// A path without the `$` that stands for the document.
  private static func relative(_ path: String) -> String {
    if path.hasPrefix("$.") { return String(path.dropFirst(2)) }
    return path.hasPrefix("$") ? String(path.dropFirst()) : path
  }
}

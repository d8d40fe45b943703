/// Why a file that a person wrote cannot be published. Nothing was changed.
public struct PublishedFileError: Error, Hashable, Sendable {
  /// The file as it was named.
  public var file: String
  /// In the order of the file where that is known; never empty.
  public var problems: [Problem]

  /// One thing that is wrong.
  public struct Problem: Hashable, Sendable {
    /// The line, from 1, where it is known.
    public var line: Int?
    /// The place in the document, such as `stations[2].id` or `$.elements[0].price`; empty for the
    /// whole document.
    public var path: String
    /// What is wrong there, and what is expected.
    public var text: String

    public init(line: Int? = nil, path: String = "", text: String) {
      self.line = line
      self.path = path
      self.text = text
    }
  }

  public init(file: String, problems: [Problem]) {
    self.file = file
    self.problems = problems
  }
}

extension PublishedFileError: CustomStringConvertible {
  /// One line for each problem: `site.yaml:7: stations[2].id: …`.
  public var description: String {
    problems.map { problem in
      [
        problem.line.map { "\(file):\($0)" } ?? file, problem.path, problem.text,
      ].filter { !$0.isEmpty }.joined(separator: ": ")
    }.joined(separator: "\n")
  }
}

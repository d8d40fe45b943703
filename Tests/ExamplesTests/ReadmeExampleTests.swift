import Foundation
import TestSupport
import Testing

/// The examples of README on real input, run as they stand there.
@Suite("The examples of README")
struct ReadmeExampleTests {
  private static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A block of commands with what they print.
  struct Example: CustomTestStringConvertible {
    var lines: [Substring]
    var commands: [Substring] { lines.filter { $0.hasPrefix("$ ") } }
    var testDescription: String { String(commands.last ?? "") }
  }

  @Test("print what README says", arguments: try examples(after: "## Real input"))
  func examplesOnRealInput(example: Example) throws {
    #expect(try run(example) == example.lines.joined(separator: "\n") + "\n")
  }

  @Test("are found: one for each recording")
  func areFound() throws {
    #expect(try Self.examples(after: "## Real input").count == 3)
    #expect(try Self.examples(after: "## How a session is priced").count == 1)
  }

  @Test("the price of README's CDR is what README says")
  func price() throws {
    let section = try Self.section("## How a session is priced")
    let cdr = try #require(section.firstMatch(of: /```json\n([^`]*)```/)).1
    for example in try Self.examples(after: "## How a session is priced") {
      let printed = try run(example, cdr: String(cdr))
      #expect(printed == example.lines.joined(separator: "\n") + "\n")
    }
  }

  /// Runs the commands in one shell at the root of the project. What README puts into `/tmp`, and
  /// `cdr.json`, are in a directory of the test's own.
  private func run(_ example: Example, cdr: String = "") throws -> String {
    try withTemporaryDirectory { directory in
      try Data(cdr.utf8).write(to: URL(filePath: directory + "/cdr.json"))
      let script = example.commands.map { line in
        let command = line.dropFirst(2).replacing("/tmp/", with: directory + "/")
          .replacing("cdr.json", with: directory + "/cdr.json")
        return "printf '%s\\n' '\(line)'\n\(command)\n"
      }
      return try shell("exec 2>&1\n" + script.joined())
    }
  }

  /// What a script prints, with the built command on its path.
  private func shell(_ script: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = Self.repository
    let built = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path
    process.environment = ["PATH": "\(built):/usr/bin:/bin", "LANG": "C.UTF-8"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  /// The blocks of a section that begin with a command.
  private static func examples(after heading: String) throws -> [Example] {
    let blocks = try section(heading).matches(of: /```\n(\$ [^`]*)\n```/)
    return blocks.map {
      Example(lines: $0.1.split(separator: "\n", omittingEmptySubsequences: false))
    }
  }

  private static func section(_ heading: String) throws -> String {
    let readme = try String(contentsOf: repository.appending(path: "README.md"), encoding: .utf8)
    let sections = readme.split(separator: "\n## ").map { "## " + $0 }
    return sections.first { $0.hasPrefix(heading) } ?? ""
  }
}

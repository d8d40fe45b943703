import Foundation
import Testing

@Suite("The documents")
struct DocumentTests {
  @Test("Decisions are numbered once each, without a gap, and have their four sections")
  func decisions() throws {
    let files = try Repository.files(endingIn: ".md", under: "docs/decisions")
    let numbers = files.compactMap { Int($0.path.dropFirst("docs/decisions/".count).prefix(4)) }
    #expect(numbers == Array(1...max(1, files.count)))
    for file in files {
      for section in ["Context", "Decision", "Alternatives", "Consequences"] {
        #expect(file.lines.contains { $0 == "## \(section)" }, "\(file.path): \(section)")
      }
    }
  }

  @Test("Documents and tools name only verbs that the command has")
  func verbs() throws {
    let commands = try Repository.files(endingIn: ".swift", under: "Tools/wattledger/Commands")
    let verbs = Set(
      commands.flatMap { file in
        file.text.matches(of: /commandName: "([a-z]+)"/).map { String($0.1) }
      })
    #expect(verbs.isSuperset(of: ["import", "sessions", "backtest", "verify"]))
    let texts =
      try Repository.files(endingIn: ".md", under: ".", isDeep: false)
      + Repository.files(endingIn: ".md", under: "docs")
    for file in texts {
      // In code only: `wattledger import`, or a line of an example that begins with the program.
      for use in file.text.matches(of: /(?:`|\n(?:    )?\$? ?)wattledger ([a-z]+)/) {
        #expect(verbs.contains(String(use.1)), "\(file.path): wattledger \(use.1)")
      }
    }
  }

  @Test("Scripts stop at the first mistake and can be run")
  func scripts() throws {
    for name in [
      "quickstart", "test", "install-dependencies", "crash-explorer/run",
      "crash-explorer/build-recorder", "benchmarks/alternatives/run",
    ] {
      let path = Repository.root.appending(path: "Tools/\(name)").path
      #expect(FileManager.default.isExecutableFile(atPath: path), "\(name)")
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.contains("set -euo pipefail"), "\(name)")
    }
  }
}

import Foundation
import TestSupport
import Testing

/// The script that sets a rebuild against a Python program on other databases. It fails by itself where
/// sessions, energy or costs are not the same.
@Suite("The obvious alternative, at a small size", .serialized)
struct AlternativesTests {
  private static let script = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Tools/benchmarks/alternatives/compare.py").path

  /// The command is built beside the tests.
  private static func program() throws -> String {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: tests).deletingLastPathComponent().appending(path: "wattledger").path
  }

  private struct Comparison: Decodable {
    struct Rebuild: Decodable {
      let by: String
      let seconds, ratio: Double
    }
    let frames, sessions: Int
    let rebuilds: [Rebuild]
  }

  @Test("It finds the same sessions, energy and costs in each database that is there")
  func sameTotals() throws {
    try withTemporaryDirectory { directory in
      // A database server does not run as root, and has to get there.
      #expect(chmod(directory, 0o711) == 0)
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/python3")
      process.arguments = [
        "-B", Self.script, "--program", try Self.program(), "--directory", directory,
        "--stations", "2", "--days", "3", "--rounds", "1", "--json",
      ]
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      let json = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)

      let found = try JSONDecoder().decode(Comparison.self, from: json)
      #expect(found.frames > 500 && found.sessions > 5)
      let names = found.rebuilds.map { $0.by.split(separator: " ")[0] }
      #expect(names.starts(with: ["Wattledger", "SQLite"]))
      #expect(found.rebuilds.allSatisfy { $0.seconds > 0 && $0.ratio > 0 })
      let left = try FileManager.default.contentsOfDirectory(atPath: directory)
      #expect(left.isEmpty, "it leaves nothing behind")
    }
  }
}

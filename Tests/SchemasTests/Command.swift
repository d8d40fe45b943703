import Foundation
import TestSupport

/// The command as it was built with these tests.
struct Command {
  /// A directory of its own for one test, removed at the end.
  final class Directory {
    let url: URL

    init() throws { url = URL(filePath: try makeTemporaryDirectory()) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func file(_ name: String, _ text: String) throws -> String {
      let file = url.appending(path: name)
      try Data(text.utf8).write(to: file)
      return file.path
    }
  }

  struct Failed: Error, CustomStringConvertible {
    var arguments: [String]
    var status: Int32
    var description: String { "wattledger \(arguments.joined(separator: " ")) gave \(status)" }
  }

  static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  let directory: Directory

  init() throws { directory = try Directory() }

  /// Runs a verb on the test's ledger and returns what it printed.
  @discardableResult
  func callAsFunction(_ arguments: String..., input: String = "/dev/null") throws -> Data {
    try run(arguments, input: input)
  }

  /// Runs a verb and returns what it printed on standard error.
  func errors(_ arguments: String...) throws -> Data {
    try run(arguments, input: "/dev/null", isOfErrors: true)
  }

  private func run(_ arguments: [String], input: String, isOfErrors: Bool = false) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: CommandLine.arguments[0])
      .deletingLastPathComponent().appending(path: "wattledger")
    process.arguments = arguments
    process.currentDirectoryURL = directory.url
    process.environment = ["WATTLEDGER_DIR": directory.url.appending(path: "ledger").path]
    process.standardInput = FileHandle(forReadingAtPath: input)
    let output = Pipe()
    process.standardOutput = isOfErrors ? FileHandle.nullDevice : output
    process.standardError = isOfErrors ? output : FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failed(arguments: arguments, status: process.terminationStatus)
    }
    return data
  }
}

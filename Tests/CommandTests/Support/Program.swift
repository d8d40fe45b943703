import Foundation
import Testing

/// How a run of the program ended.
struct Ending {
  /// The exit code; nil if a signal ended it.
  var code: Int32?
  /// The signal that ended it; nil if it exited.
  var signal: Int32?
  var output: Data
  var errors: String
  /// The most memory that was resident at once, mapped files included, in KiB.
  var peakKibibytes: Int

  var text: String { String(decoding: output, as: UTF8.self) }

  /// Standard output as a JSON object.
  var json: [String: Any] {
    get throws {
      try #require(
        try JSONSerialization.jsonObject(with: output) as? [String: Any], "\(text) \(errors)")
    }
  }

  /// Standard output as JSON, one object a line.
  var lines: [[String: Any]] {
    get throws {
      try output.split(separator: UInt8(ascii: "\n")).map {
        try #require(try JSONSerialization.jsonObject(with: $0) as? [String: Any])
      }
    }
  }
}

/// A run of `wattledger`, the program that was built beside these tests, as a user starts it.
final class Program {
  static let path: String = {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: tests).deletingLastPathComponent().appending(path: "wattledger").path
  }()

  let process: pid_t
  let outputPath: String
  private let errorPath: String
  /// Keeps the files until they were read.
  private let workspace: Workspace
  private var ending: Ending?

  /// Starts a program with files as its standard streams.
  init(
    _ words: [String], in workspace: Workspace, environment: [String: String], input: String,
    output: String, errors: String
  ) throws {
    self.workspace = workspace
    outputPath = output
    errorPath = errors
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let arguments = words.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, words[0], &actions, nil, arguments, variables)
    guard code == 0 else { throw POSIXError(.init(rawValue: code) ?? .EIO) }
    self.process = process
  }

  deinit {
    guard ending == nil else { return }
    kill(process, SIGKILL)
    _ = try? wait()
  }

  /// Ends it at once, as a power cut would.
  func kill9() { kill(process, SIGKILL) }

  /// Whether it is still running; does not wait.
  var isRunning: Bool {
    var information = siginfo_t()
    return ending == nil
      && waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT) == 0
      && information.si_signo == 0
  }

  /// What it has written to standard error until now.
  var errorsSoFar: String {
    String(decoding: FileManager.default.contents(atPath: errorPath) ?? Data(), as: UTF8.self)
  }

  /// Waits for the end.
  func wait() throws -> Ending {
    if let ending { return ending }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }
    let isExit = status & 0x7F == 0
    let ending = Ending(
      code: isExit ? (status >> 8) & 0xFF : nil, signal: isExit ? nil : status & 0x7F,
      output: FileManager.default.contents(atPath: outputPath) ?? Data(),
      errors: String(
        decoding: FileManager.default.contents(atPath: errorPath) ?? Data(), as: UTF8.self),
      peakKibibytes: usage.ru_maxrss)
    self.ending = ending
    return ending
  }
}

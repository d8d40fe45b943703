import Foundation

/// What is run: the words behind `wattledger`, and the file that is its standard input.
struct Command: ExpressibleByArrayLiteral, Sendable {
  var words: [String]
  var input: String?

  init(arrayLiteral words: String...) { self.words = words }

  /// Feeds a file of lines to `log append`.
  static func append(_ lines: String, inFlight: Int) -> Command {
    var command: Command = ["log", "append", "--in-flight", "\(inFlight)"]
    command.input = lines
    return command
  }

  /// Seals all but so many events at the end.
  static func seal(keepHot events: Int) -> Command {
    ["log", "seal", "--keep-hot", "\(events)", "--format", "ndjson"]
  }

  var text: String { words.joined(separator: " ") + (input.map { " <" + $0 } ?? "") }
}

/// A directory with inputs in it, a ledger to be, and the commands that are run on them.
struct Workplace: Sendable {
  /// Where everything lies; absolute, as the recorder wants it.
  let root: String
  let program: String
  let recorder: String

  var ledger: String { root + "/ledger" }

  /// Runs a command with its output in `output`. With a trace it is recorded.
  func start(
    _ command: Command, trace: String?, output: String, variables: [String: String] = [:]
  ) throws -> RunningProgram {
    var environment = ["WATTLEDGER_DIR": ledger, "TZ": "UTC", "LC_ALL": "C"]
    if let trace {
      environment["LD_PRELOAD"] = recorder
      environment["WATTLEDGER_TRACE"] = trace
      environment["WATTLEDGER_TRACE_ROOT"] = root
    }
    environment.merge(variables) { $1 }
    // Files of the root are named by their name alone, and what is not there yet with an @ before
    // it; the command is given their path.
    let words = command.words.map { word in
      if word.hasPrefix("@") { return root + "/" + word.dropFirst() }
      let path = root + "/" + word
      return word.contains(".") && FileManager.default.fileExists(atPath: path) ? path : word
    }
    return try RunningProgram(
      [program] + words, environment: environment.map { "\($0)=\($1)" },
      input: command.input.map { root + "/" + $0 } ?? "/dev/null", output: output)
  }

  /// Runs a command that must succeed.
  func succeed(_ command: Command, trace: String? = nil) throws {
    let output = root + ".output"
    let ending = try start(command, trace: trace, output: output).wait(seconds: 300)
    guard ending == .exited(0) else {
      let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
      throw Problem("wattledger \(command.text): \(ending)\n\(text)")
    }
  }

  /// A copy of everything in `scratch`, in the place of an older one of that name.
  func copy(_ name: String, in scratch: String) throws -> Workplace {
    let root = scratch + "/" + name
    removeTree(root)
    try FileManager.default.copyItem(atPath: self.root, toPath: root)
    return Workplace(root: root, program: program, recorder: recorder)
  }
}

import Foundation

/// A directory with inputs in it, a ledger to be, and the commands that are run on them.
struct Workplace {
  /// Where everything lies; absolute, as the recorder wants it.
  let root: String
  let program: String
  let recorder: String

  var ledger: String { root + "/ledger" }

  /// Runs a command with its output in `output`. With a trace it is recorded.
  func start(
    _ arguments: [String], trace: String?, output: String, variables: [String: String] = [:]
  ) throws -> RunningProgram {
    var environment = ["WATTLEDGER_DIR": ledger, "TZ": "UTC", "LC_ALL": "C"]
    if let trace {
      environment["LD_PRELOAD"] = recorder
      environment["WATTLEDGER_TRACE"] = trace
      environment["WATTLEDGER_TRACE_ROOT"] = root
    }
    environment.merge(variables) { $1 }
    // Inputs are named by their name alone; the command is given their path.
    let words = arguments.map { word in
      let path = root + "/" + word
      return FileManager.default.fileExists(atPath: path) ? path : word
    }
    return try RunningProgram(
      [program] + words, environment: environment.map { "\($0)=\($1)" }, output: output)
  }

  /// Runs a command that must succeed.
  func succeed(_ arguments: [String], trace: String? = nil) throws {
    let output = root + ".output"
    let ending = try start(arguments, trace: trace, output: output).wait(seconds: 300)
    guard ending == .exited(0) else {
      let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
      throw Problem("wattledger \(arguments.joined(separator: " ")): \(ending)\n\(text)")
    }
  }
}

/// The inputs, made from the seed of the simulator and a few lines of our own.
struct Inputs {
  let root: String

  /// Writes all inputs into the root of `workplace`.
  static func write(for workplace: Workplace) throws {
    let inputs = Inputs(root: workplace.root)
    try inputs.write("tariff.json", tariff(price: "0.49"))
    try inputs.write("tariff-2.json", tariff(price: "0.59"))
    try inputs.write("large.jsonl", largeFrames())
    try workplace.succeed([
      "simulate", "--seed", "7", "--stations", "4", "--connectors", "1", "--days", "1",
      "--sessions-per-day", "3", "--meter-interval", "1800", "--fault-rate", "100",
      "--site", workplace.root + "/site.yaml", "--output", workplace.root + "/fleet.jsonl",
    ])
    try inputs.split("fleet.jsonl", into: 2) { half($0) }
    try inputs.split("fleet.jsonl", into: partCount) { part($0) }
  }

  /// The fleet's trace is recorded in so many imports.
  static let partCount = 12

  static func part(_ number: Int) -> String { "part-\(number).jsonl" }
  static func half(_ number: Int) -> String { "half-\(number).jsonl" }

  /// Without heartbeats and their answers, which are most of the trace and all alike.
  private func split(_ name: String, into count: Int, _ part: (Int) -> String) throws {
    let text = try String(contentsOfFile: root + "/" + name, encoding: .utf8)
    let lines = text.split(separator: "\n").filter {
      !$0.contains("Heartbeat") && !$0.contains(#"{\"currentTime\":"#)
    }
    for number in 0..<count {
      let range = (lines.count * number / count)..<(lines.count * (number + 1) / count)
      try write(part(number), lines[range].joined(separator: "\n") + "\n")
    }
  }

  private func write(_ name: String, _ text: String) throws {
    try text.write(toFile: root + "/" + name, atomically: false, encoding: .utf8)
  }

  private static func tariff(price: String) -> String {
    """
    {"country_code":"DE","party_id":"WAT","id":"T-\(price)","currency":"EUR","elements":[
    {"price_components":[{"type":"ENERGY","price":\(price),"vat":19.0,"step_size":1}]}],
    "last_updated":"2025-01-01T00:00:00Z"}
    """
  }

  /// Frames that LMDB stores in pages of their own.
  private static func largeFrames() -> String {
    (0..<6).map { number in
      let data = String(repeating: "\(number)", count: 1500 * (number + 1))
      let raw = #"[2,\"L\#(number)\",\"DataTransfer\",{\"vendorId\":\"W\",\"data\":\"\#(data)\"}]"#
      return #"{"schemaVersion":"1.1","timestamp":"2025-10-01T00:00:0\#(number).000Z","#
        + #""ocppVersion":"1.6","transport":"json","chargePointId":"LARGE","#
        + #""direction":"cp-to-csms","messageType":"CALL","messageId":"L\#(number)","#
        + #""action":"DataTransfer","raw":"\#(raw)"}"#
    }.joined(separator: "\n") + "\n"
  }
}

/// What is recorded: a ledger from nothing, with everything that writes.
enum Workload {
  static let commands: [[String]] = {
    var commands = [
      ["site", "publish", "site.yaml"],
      ["tariff", "publish", "tariff.json", "--site", "sim-1"],
    ]
    for part in 0..<Inputs.partCount {
      commands.append(["import", Inputs.part(part)])
      switch part {
      case 3: commands.append(["sessions"])
      case 5: commands.append(["import", "large.jsonl"])
      case 6: commands.append(["rebuild"])
      case 8: commands.append(["tariff", "publish", "tariff-2.json", "--site", "sim-1"])
      case 9: commands.append(["sessions"])
      default: break
      }
    }
    return commands + [["sessions"], ["rebuild"]]
  }()
}

/// A recorded workload in a directory: `trace`, and `root` with the ledger that came of it.
struct Recording {
  let directory: String

  var trace: String { directory + "/trace" }
  var root: String { directory + "/root" }
  var ledger: String { root + "/ledger" }

  /// Runs the workload and records it.
  func make(program: String, recorder: String) throws {
    let manager = FileManager.default
    try? manager.removeItem(atPath: directory)
    try manager.createDirectory(atPath: root, withIntermediateDirectories: true)
    let workplace = Workplace(root: root, program: program, recorder: recorder)
    try Inputs.write(for: workplace)
    for command in Workload.commands { try workplace.succeed(command, trace: trace) }
  }
}

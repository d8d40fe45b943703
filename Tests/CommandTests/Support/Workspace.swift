import Foundation
import TestSupport
import Testing

/// A directory of its own for one test, with a ledger that the program uses by default.
final class Workspace {
  let path: String
  private var runs = 0

  init() throws { path = try makeTemporaryDirectory() }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The ledger that the program uses unless it is told otherwise.
  lazy var ledger = file("ledger")

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file and returns its path.
  @discardableResult
  func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    try Data(bytes).write(to: URL(filePath: file(name)))
    return file(name)
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String { try write(name, text.utf8) }

  /// Starts `wattledger` with these arguments.
  ///
  /// - Parameters:
  ///   - input: a file that is its standard input.
  ///   - limit: blocks of 1 KiB that a file it writes may have, as on a full disk.
  func start(
    _ arguments: [String], input: String = "/dev/null", output: String? = nil, limit: Int? = nil
  ) throws -> Program {
    runs += 1
    var words = [Program.path] + arguments
    if let limit {
      // Without the trap, the signal would end the program before it could say anything.
      let script = #"trap '' XFSZ; ulimit -f \#(limit); exec "$@""#
      words = ["/bin/bash", "-c", script, "bash"] + words
    }
    return try Program(
      words, in: self, environment: ["WATTLEDGER_DIR": ledger, "PATH": "/usr/bin:/bin"],
      input: input,
      output: output ?? file("output-\(runs)"), errors: file("errors-\(runs)"))
  }

  /// Runs `wattledger` to its end.
  @discardableResult
  func run(_ arguments: String..., input: String = "/dev/null") throws -> Ending {
    try start(arguments, input: input).wait()
  }

  /// Runs it and requires success.
  @discardableResult
  func succeed(_ arguments: String..., input: String = "/dev/null") throws -> Ending {
    let ending = try start(arguments, input: input).wait()
    try #require(
      ending.code == 0, "\(arguments): code \(ending.code ?? -1), \(ending.errors)")
    return ending
  }

  /// Runs it, expects failure with `code`, one message and no crash, and returns the message.
  @discardableResult
  func fail(
    _ code: Int32, _ arguments: String..., input: String = "/dev/null",
    at location: SourceLocation = #_sourceLocation
  ) throws -> String {
    let ending = try start(arguments, input: input).wait()
    #expect(
      ending.code == code, "signal \(ending.signal ?? 0): \(ending.errors)",
      sourceLocation: location)
    #expect(!ending.errors.isEmpty, sourceLocation: location)
    #expect(!ending.errors.contains("Fatal error"), "\(ending.errors)", sourceLocation: location)
    return ending.errors
  }

  /// The number of events in the ledger.
  func events() throws -> Int {
    try #require(try succeed("log", "stats", "--format", "json").json["events"] as? Int)
  }

  /// Whether `verify` finds the log and the read models sound.
  func isSound() throws -> Bool {
    try succeed("verify", "--format", "json").json["ok"] as? Bool == true
  }

  /// All sessions.
  func sessions(_ more: String...) throws -> [[String: Any]] {
    let ending = try start(["sessions", "--format", "json", "--limit", "0"] + more).wait()
    return try #require(try ending.json["sessions"] as? [[String: Any]], "\(ending.errors)")
  }

  /// Writes a simulated fleet's trace and site; both are named in the result.
  func simulate(
    stations: Int = 4, days: Int = 3, faults: Int = 100
  ) throws -> (trace: String, site: String) {
    try succeed(
      "simulate", "--seed", "5", "--stations", "\(stations)", "--days", "\(days)", "--start",
      "2026-03-02", "--meter-interval", "900", "--fault-rate", "\(faults)", "--site",
      file("site.yaml"), "--output", file("fleet.jsonl"))
    return (file("fleet.jsonl"), file("site.yaml"))
  }
}

/// Files that come with the checkout.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  static func fixture(_ name: String) -> String { "\(root)/Tests/Fixtures/\(name)" }
}

/// An OCPI tariff with one element.
func tariff(
  _ id: String, _ components: String = #"{"type":"ENERGY","price":0.50,"vat":19,"step_size":1}"#,
  restrictions: String = "{}", currency: String = "EUR"
) -> String {
  """
  {"country_code":"DE","party_id":"WLE","id":"\(id)","currency":"\(currency)","elements":[
  {"price_components":[\(components)],"restrictions":\(restrictions)}],
  "last_updated":"2025-01-01T00:00:00Z"}
  """
}

/// A line of a trace: a heartbeat that is told from others by its second.
func heartbeatLine(_ second: Int, station: String = "CP-1") -> String {
  let time = Date(timeIntervalSince1970: 1_772_409_600 + Double(second))
  return """
    {"timestamp":"\(time.ISO8601Format())","ocppVersion":"1.6","chargePointId":"\(station)",\
    "direction":"cp-to-csms","raw":"[2,\\"\(second)\\",\\"Heartbeat\\",{}]"}
    """
}

import Bytes
import Foundation

/// A scenario recorded in a directory: `trace`, and `root` with the ledger that came of it.
struct Recording {
  let scenario: Scenario
  /// Of all recordings.
  let parent: String

  var directory: String { parent + "/" + scenario.name }
  var trace: String { directory + "/trace" }
  var root: String { directory + "/root" }
  var ledger: String { root + "/ledger" }

  /// All scenarios, in the directory `parent`; recorded anew if it is wished, or if the programs are
  /// others than those that recorded them.
  static func all(in parent: String, _ subject: Subject, isFresh: Bool) throws -> [Recording] {
    let recordings = Scenario.all.map { Recording(scenario: $0, parent: parent) }
    let stamp = try stamp(of: [subject.program, subject.recorder, "/proc/self/exe"])
    let stampFile = parent + "/programs"
    if !isFresh, (try? String(contentsOfFile: stampFile, encoding: .utf8)) == stamp {
      return recordings
    }
    removeTree(parent)
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    let inputs = Workplace(
      root: parent + "/inputs", program: subject.program, recorder: subject.recorder)
    try FileManager.default.createDirectory(
      atPath: inputs.root, withIntermediateDirectories: false)
    try Inputs.write(for: inputs)
    for recording in recordings { try recording.make(inputs) }
    // Last, so that recordings that are not whole are made again.
    try stamp.write(toFile: stampFile, atomically: true, encoding: .utf8)
    return recordings
  }

  private static func stamp(of files: [String]) throws -> String {
    try files.map { file in
      let bytes = try Data(contentsOf: URL(filePath: file), options: .alwaysMapped)
      return "\(bytes.withUnsafeBytes { SHA256Hasher.digest(of: $0) })\n"
    }.joined()
  }

  private func make(_ inputs: Workplace) throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    let workplace = try inputs.copy("root", in: directory)
    if let fixture = scenario.fixture { try Fixture.unpack(fixture, to: workplace.ledger) }
    for command in scenario.before { try workplace.succeed(command) }
    try StartingState.write(of: root, to: trace)
    for command in scenario.recorded {
      do {
        try workplace.succeed(command, trace: trace)
      } catch {
        throw Problem("\(scenario.name): \(error)")
      }
    }
  }
}

extension Recording {
  /// The lines that were fed, with the positions that their answers named: all of them must be
  /// answered, and be where the answers say.
  func fedEvents(_ trace: Trace, _ reference: [EventFingerprint]) throws -> [FedEvent] {
    var events: [FedEvent] = []
    for (command, output) in zip(scenario.recorded, trace.outputs) {
      guard let input = command.input else { continue }
      let lines = try FedLine.all(in: root + "/" + input)
      let answers = try output.withUnsafeBytes { try Answers($0) }
      try answers.check(lines, against: reference)
      for line in lines {
        guard let position = answers.positions[line.number] else {
          throw Problem("\(input): line \(line.number) was not answered")
        }
        events.append(FedEvent(line: line, position: position))
      }
    }
    return events
  }
}

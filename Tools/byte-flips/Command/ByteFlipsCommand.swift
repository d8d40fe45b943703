import ArgumentParser
import ByteFlips
import Foundation

@main
struct ByteFlipsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "byte-flips",
    abstract: "Change bytes of a ledger one at a time: each is noticed, or was unused.",
    subcommands: [Each.self, Random.self])

  struct Each: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Each byte of each file of a small ledger, and of a sealed segment, in two ways.")

    @Option(help: "Add the result to this file, as a line of JSON.")
    var append: String?

    func run() throws {
      let what = "each byte of a small ledger and of a sealed segment"
      try Run(what: what, seed: nil, append: append).run { directory in
        let ledger = try SampleLedger(in: directory, stations: 2, days: 2)
        print("\(ledger.events) events")
        let sealed = try SampleLedger(sealedIn: directory + "/sealed")
        var tally = FlipTally()
        let files =
          try ledger.files.map { (ledger, $0) } + sealed.segmentFiles.map { (sealed, $0) }
        for (ledger, name) in files {
          let file = try FlippedFile(name, of: ledger)
          print("\(name): \(file.byteCount) bytes")
          for offset in 0..<file.byteCount {
            try file.flip(offset, xor: 0x01, &tally)
            try file.flip(offset, xor: 0xFF, &tally)
            // Fields of the metas decide on everything, so each of their bits.
            guard name.hasSuffix(".mdb"), offset < 8192, offset % 4096 < 152 else { continue }
            for bit in 1..<8 { try file.flip(offset, xor: 1 << bit, &tally) }
          }
        }
        return tally
      }
    }
  }

  struct Random: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Random bytes of a ledger of tens of megabytes.")

    @Option(help: "How many.")
    var flips = 2000

    @Option(help: "Draws the places and the changes.")
    var seed: UInt64 = 1

    @Option(help: "Stations of the ledger.")
    var stations = 100

    @Option(help: "Days of the ledger.")
    var days = 14

    @Flag(help: "A small ledger with a sealed segment instead.")
    var sealed = false

    @Option(help: "Add the result to this file, as a line of JSON.")
    var append: String?

    func run() throws {
      let what = sealed ? "a ledger with a sealed segment" : "a large ledger"
      try Run(what: "random bytes of \(what)", seed: seed, append: append).run { directory in
        let ledger =
          sealed
          ? try SampleLedger(sealedIn: directory)
          : try SampleLedger(in: directory, stations: stations, days: days)
        print("\(ledger.events) events")
        return try FlipDraw(seed: seed).flip(flips, of: ledger) { name, bytes in
          print("\(name): \(bytes) bytes")
        }
      }
    }
  }
}

/// A run with its time and its line in the record.
private struct Run {
  let what: String
  let seed: UInt64?
  let append: String?

  func run(_ body: (String) throws -> FlipTally) throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "byte-flips-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let start = ContinuousClock.now
    let tally = try body(directory.path)
    let seconds = (ContinuousClock.now - start).components.seconds
    for violation in tally.violations.prefix(50) { print("NOT NOTICED: \(violation)") }
    let line = """
      {"date":"\(Date.now.ISO8601Format())","what":"\(what)","seed":\(seed.map { "\($0)" } ?? "null"),\
      "flips":\(tally.flips),"detected":\(tally.detected),"detected_by_fold":\(tally.detectedByFold),\
      "unused":\(tally.unused),"violations":\(tally.violations.count),\
      "seconds":\(seconds)}
      """
    print(line)
    if let append { try record(line, in: append) }
    if !tally.violations.isEmpty { throw ExitCode(1) }
  }

  private func record(_ line: String, in path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    let handle = FileHandle(fileDescriptor: descriptor)
    try handle.write(contentsOf: Data((line + "\n").utf8))
    try handle.close()
  }
}

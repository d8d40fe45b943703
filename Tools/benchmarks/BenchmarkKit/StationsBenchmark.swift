import EventLog
import Quantities

/// The index of stations and times: how fast it is built, how large it is, and what it saves one who
/// reads a single station, or a short time, against a look at every event.
struct StationsBenchmark {
  let plan: BenchmarkPlan
  let workspace: Workspace

  private static let bodyBytes = 256
  private static let epoch: Int64 = 1_735_689_600_000
  private static let millisecondsPerEvent: Int64 = 50

  func run(into results: inout BenchmarkResults) throws {
    results.note("append \(plan.indexed.events) events of \(plan.indexed.stations) stations")
    let name = "stations"
    do {
      let ledger = try makeLedger(workspace.file(name))
      try measureBuilding(ledger, into: &results)
      try measureReading(ledger, into: &results)
    }
    try workspace.remove(name)
  }

  private func makeLedger(_ path: String) throws -> Ledger {
    var options = Ledger.Options()
    options.indexBlockPositions = plan.indexed.blockPositions
    let ledger = try Ledger.create(at: path, options: options)
    let stations = plan.indexed.stations
    try ledger.append { batch in
      for station in 1...stations { _ = try batch.stationID(named: "CP-\(station)") }
    }
    let body = [UInt8](repeating: UInt8(ascii: "x"), count: Self.bodyBytes)
    try body.withUnsafeBytes { body in
      for start in stride(from: 0, to: plan.indexed.events, by: 10_000) {
        try ledger.append { batch in
          for number in start..<min(start + 10_000, plan.indexed.events) {
            // Each station once in each turn, in an order that looks random.
            let turn = number / stations
            let station = (number % stations * 7919 + turn * 104_729) % stations
            let event = NewEvent(
              kind: .ocpp16, station: UInt32(station) + 1, direction: .fromStation,
              receivedAt: Self.time(number))
            try batch.append(event, body: body)
          }
        }
      }
    }
    return ledger
  }

  private static func time(_ number: Int) -> Instant {
    Instant(millisecondsSinceEpoch: epoch + Int64(number) * millisecondsPerEvent)
  }

  private func measureBuilding(_ ledger: Ledger, into results: inout BenchmarkResults) throws {
    var timings: [Timing] = []
    var indexed: UInt64 = 0
    for round in 0..<plan.rounds {
      results.note("build the index, round \(round + 1) of \(plan.rounds)")
      if round > 0 { try workspace.remove("stations/index") }
      timings.append(try Timing.measure { indexed = try ledger.catchUpIndex() })
    }
    guard indexed > 0 else { throw BenchmarkError("the log is too short for an index") }
    results.figures.append(
      Figure(
        id: "index_build", title: "index of \(plan.indexed.stations) stations, durable",
        unit: "events/s", count: Int(indexed), timings))
    results.figures.append(
      Figure(
        id: "index_bytes_per_event", title: "the same, pages used for each event",
        unit: "bytes", value: Spread([Double(try ledger.indexBytes()) / Double(indexed)])))
  }

  private func measureReading(_ ledger: Ledger, into results: inout BenchmarkResults) throws {
    let middle = plan.indexed.events / 2
    let day = Self.time(middle)..<Self.time(middle + plan.indexed.events / 1000)
    let station = UInt32(plan.indexed.stations / 2)
    try compare(
      "read_station", "all events of 1 in \(plan.indexed.stations) stations", ledger,
      into: &results, isWanted: { $0.station == station },
      indexed: { try ledger.scan(stream: station, $0) })
    try compare(
      "read_time", "all events of 1 in 1,000 of the time", ledger, into: &results,
      isWanted: { day.contains($0.receivedAt) },
      indexed: {
        try ledger.scan(stream: nil, receivedFrom: day.lowerBound, to: day.upperBound, $0)
      })
  }

  private typealias Visitor = (Envelope, UnsafeRawBufferPointer) throws -> Bool

  /// Reads with the index and by a look at every envelope, in turns; both must find the same.
  private func compare(
    _ id: String, _ title: String, _ ledger: Ledger, into results: inout BenchmarkResults,
    isWanted: (Envelope) -> Bool, indexed: (Visitor) throws -> Void
  ) throws {
    var ours: [Timing] = []
    var scans: [Timing] = []
    for round in 0..<plan.rounds {
      results.note("\(title), round \(round + 1) of \(plan.rounds)")
      var found = Found()
      var scanned = Found()
      ours.append(try Timing.measure { try indexed { found.add($0, $1) } })
      scans.append(
        try Timing.measure {
          try ledger.read { snapshot in
            try snapshot.forEachEvent(from: 1, through: .max, where: isWanted) {
              scanned.add($0, $1)
            }
          }
        })
      guard found == scanned, found.events > 0 else {
        throw BenchmarkError("the index and the log do not give the same events for \(id)")
      }
    }
    results.figures.append(
      Figure(id: id, title: title, unit: "reads/s", count: 1, ours)
        .against("full scan", count: 1, scans, ours: ours, ourCount: 1, by: .wall)
        .reaching(.ratioAtLeast(10)))
  }

  private struct Found: Equatable {
    var events = 0
    var positions: UInt64 = 0
    var bytes = 0

    mutating func add(_ envelope: Envelope, _ body: UnsafeRawBufferPointer) -> Bool {
      events += 1
      positions &+= envelope.position
      bytes += body.count
      return true
    }
  }
}

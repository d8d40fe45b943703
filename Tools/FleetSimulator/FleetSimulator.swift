import Quantities

/// A fleet of charging stations that never existed, and all that they and their management system
/// said: OCPP 1.6 and 2.0.1 frames in the Open OCPP Trace Format 1.1, one JSON object a line.
///
/// When cars come, how long they stay and what they want follows measured distributions
/// (docs/decisions/0011-simulated-fleets.md says which). Everything is drawn from the seed of the
/// plan with whole-number arithmetic, so the same plan gives the same bytes on every machine.
///
/// ```swift
/// let simulator = try FleetSimulator(FleetPlan(seed: 7, startDate: start))
/// let summary = try simulator.run { line in try file.write(line) }
/// ```
///
/// The stations are lazy and merged through a heap: memory grows with their number, not with the
/// days, and each line costs the logarithm of the number of stations.
public struct FleetSimulator: Sendable {
  /// What is simulated.
  public let plan: FleetPlan
  private let fleet: [Station]

  /// - Throws: ``FleetPlanError`` if a setting of the plan is out of range.
  public init(_ plan: FleetPlan) throws(FleetPlanError) {
    try plan.validate()
    self.plan = plan
    let kinds = LocationKind.allCases
    var locations = Apportionment(weights: kinds.map(plan.locations.weight))
    let places = (0..<plan.stations).map { _ in kinds[locations.next()] }
    // The versions are dealt out kind by kind, so that each kind has its share of both.
    let share = plan.ocpp201SharePercent
    var versions = Apportionment(weights: [100 - share, share])
    var isOCPP201 = places.map { _ in false }
    for kind in kinds {
      for index in places.indices where places[index] == kind {
        isOCPP201[index] = versions.next() == 1
      }
    }
    fleet = places.indices.map { index in
      Station(index: index, location: places[index], isOCPP201: isOCPP201[index], plan: plan)
    }
  }

  /// The stations of the fleet, by number.
  public var stations: [SimulatedStation] {
    fleet.map { station in
      SimulatedStation(
        name: station.identity.name, location: station.identity.location,
        isOCPP201: station.identity.isOCPP201, connectors: station.connectors.count)
    }
  }

  /// Simulates the whole plan. A second run writes the same again.
  ///
  /// - Parameter write: gets each line, with its newline, in order of time. The bytes live only
  ///   until it returns.
  /// - Throws: what `write` throws; the simulation then ends.
  public func run<Failure: Error>(
    _ write: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> FleetSummary {
    try run(onSession: { (_) throws(Failure) in }, write)
  }

  /// Simulates the whole plan and tells the truth about each session.
  ///
  /// - Parameters:
  ///   - onSession: gets each session after the last line about it was written.
  ///   - write: gets each line, with its newline, in order of time. The bytes live only until it
  ///     returns.
  /// - Throws: what the closures throw; the simulation then ends.
  public func run<Failure: Error>(
    onSession: (TrueSession) throws(Failure) -> Void,
    _ write: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> FleetSummary {
    var queue = StationQueue(fleet)
    var line = LineBuffer()
    var summary = FleetSummary()
    let end = plan.endDate.millisecondsSinceEpoch
    while queue.earliest.nextLineAt < end {
      queue.earliest.writeNextLine(into: &line)
      summary.frames += 1
      summary.bytes += line.bytes.count
      try line.bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
        try write(UnsafeRawBufferPointer(bytes))
      }
      if !queue.earliest.told.isEmpty {
        for session in queue.earliest.told {
          summary.count(session)
          try onSession(session)
        }
        queue.earliest.told.removeAll(keepingCapacity: true)
      }
      queue.restoreOrder()
    }
    summary.openSessions = queue.transactionsBegun - summary.sessions
    return summary
  }
}

/// Deals out kinds in proportion to their weights, evenly spread: the kind that is furthest behind
/// its share is next.
private struct Apportionment {
  private let weights: [Int]
  private var credits: [Int]

  /// - Parameter weights: none negative, at least one above 0.
  init(weights: [Int]) {
    self.weights = weights
    credits = weights.map { _ in 0 }
  }

  mutating func next() -> Int {
    var best = 0
    for index in weights.indices {
      credits[index] += weights[index]
      if credits[index] > credits[best] { best = index }
    }
    credits[best] -= weights.reduce(0, +)
    return best
  }
}

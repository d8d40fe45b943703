import ChargerEvents
import Quantities

/// A piece of a session during which one thing was going on: what a tariff prices.
public struct SessionInterval: Sendable, Hashable {
  public enum Activity: UInt8, Sendable, CaseIterable {
    case charging
    /// Connected, and the vehicle takes no power: parking.
    case suspendedEV
    /// Connected, and the station or the back end withholds power.
    case suspendedEVSE
  }

  public var start: Instant
  public var end: Instant
  public var energy: Energy
  public var activity: Activity
  /// The least and greatest power measured at the ends of the piece's readings, else the mean.
  public var minPower: Power?
  public var maxPower: Power?
  /// The least and greatest current measured at the ends; nil if none was.
  public var minCurrent: Current?
  public var maxCurrent: Current?

  public init(start: Instant, end: Instant, energy: Energy, activity: Activity) {
    self.start = start
    self.end = end
    self.energy = energy
    self.activity = activity
  }
}

extension Session {
  /// The session as contiguous pieces from its start to its end, or to its last sign while open.
  public var intervals: [SessionInterval] {
    var pieces: [SessionInterval] = []
    appendIntervals(to: &pieces)
    return pieces
  }

  /// Appends the pieces of ``intervals`` to an array that the caller reuses.
  ///
  /// Pieces are cut at readings with energy and at changes of state. Their energies sum exactly to
  /// ``energy``. Inside the time between two readings, energy is linear over the charging part; cuts
  /// round down and the last charging piece takes the rest (SEMANTICS 18). A session without
  /// duration that has energy is one piece without duration.
  /// - Complexity: O(readings + states); allocates only when `pieces` must grow.
  public func appendIntervals(to pieces: inout [SessionInterval]) {
    let first = pieces.count
    let end = max(startedAt, endedAt ?? lastSign)
    var cutter = IntervalCutter(session: self, end: end)
    for reading in readings {
      cutter.measure(power: reading.power, current: reading.current)
      guard let reached = reading.energy else { continue }
      cutter.cut(at: min(max(reading.at, startedAt), end), reached: reached, into: &pieces)
      cutter.remember(power: reading.power, current: reading.current)
    }
    cutter.cut(at: end, reached: energy, into: &pieces)
    cutter.placeRest(into: &pieces, from: first)
  }

  /// The last thing known of a session that is still open.
  private var lastSign: Instant {
    max(startedAt, readings.last?.at ?? startedAt, states.last?.at ?? startedAt)
  }
}

/// Cuts the time between two readings at changes of state, and shares out its energy.
private struct IntervalCutter {
  private let states: [Session.StateChange]
  private var stateIndex = 0
  private var time: Instant
  private var reached = Energy.zero
  /// Energy of a time without duration, waiting for a piece.
  private var waiting: Int64 = 0
  private let start: Instant
  private let end: Instant
  private var power: ClosedRange<Power>?
  private var current: ClosedRange<Current>?

  init(session: borrowing Session, end: Instant) {
    self.states = session.states
    self.time = session.startedAt
    self.start = session.startedAt
    self.end = end
  }

  /// Widens the measured ranges of the time being cut.
  mutating func measure(power new: Power?, current newCurrent: Current?) {
    power = widened(power, by: new)
    current = widened(current, by: newCurrent)
  }

  /// Starts the ranges of the next time with what was measured at its beginning.
  mutating func remember(power new: Power?, current newCurrent: Current?) {
    power = widened(nil, by: new)
    current = widened(nil, by: newCurrent)
  }

  private func widened<Value>(
    _ range: ClosedRange<Value>?, by value: Value?
  ) -> ClosedRange<Value>? {
    guard let value else { return range }
    guard let range else { return value...value }
    return min(range.lowerBound, value)...max(range.upperBound, value)
  }

  /// Appends the pieces up to `next`, with the energy delivered since the last cut.
  mutating func cut(at next: Instant, reached energy: Energy, into pieces: inout [SessionInterval])
  {
    let delivered = max(energy, reached).milliwattHours - reached.milliwattHours
    reached = max(reached, energy)
    guard next > time else {
      waiting += delivered
      return
    }
    let total = delivered + waiting
    waiting = 0
    let first = pieces.count
    appendPieces(until: next, energy: total, to: &pieces)
    share(total, among: &pieces, from: first)
    for index in first..<pieces.count { describe(&pieces[index]) }
    time = next
  }

  private mutating func appendPieces(
    until next: Instant, energy: Int64, to pieces: inout [SessionInterval]
  ) {
    let duration = next.milliseconds(since: time)
    var from = time
    while from < next {
      while stateIndex + 1 < states.count, states[stateIndex + 1].at <= from { stateIndex += 1 }
      let isLast = stateIndex + 1 >= states.count
      let until = isLast ? next : min(next, states[stateIndex + 1].at)
      pieces.append(
        SessionInterval(
          start: from, end: until, energy: .zero,
          activity: activity(meanMilliwatts: meanMilliwatts(energy, over: duration))))
      from = until
    }
  }

  /// The reported state decides; where it says nothing about power, 100 W does (SEMANTICS 17).
  private func activity(meanMilliwatts mean: @autoclosure () -> Int64) -> SessionInterval.Activity {
    guard stateIndex < states.count else { return .charging }
    let change = states[stateIndex]
    switch change.state {
    case .suspendedEV: return .suspendedEV
    case .suspendedEVSE: return .suspendedEVSE
    case .charging where change.position != 0: return .charging
    case .charging, .evConnected, .idle:
      return mean() >= SessionPolicy.parkedBelowMilliwatts ? .charging : .suspendedEV
    }
  }

  /// Shares `total` over the charging pieces by their time, or over all if none is charging.
  private func share(_ total: Int64, among pieces: inout [SessionInterval], from first: Int) {
    guard total > 0 else { return }
    if pieces.count == first + 1 {
      pieces[first].energy = Energy(milliwattHours: total)
      return
    }
    var weight: Int128 = 0
    var last = first
    let onlyCharging = pieces[first...].contains { $0.activity == .charging }
    for index in first..<pieces.count where !onlyCharging || pieces[index].activity == .charging {
      weight += Int128(pieces[index].end.milliseconds(since: pieces[index].start))
      last = index
    }
    var rest = total
    for index in first..<last where !onlyCharging || pieces[index].activity == .charging {
      let time = pieces[index].end.milliseconds(since: pieces[index].start)
      let part = Int64(Int128(total) * Int128(time) / weight)
      pieces[index].energy = Energy(milliwattHours: part)
      rest -= part
    }
    pieces[last].energy = Energy(milliwattHours: rest)
  }

  private func describe(_ piece: inout SessionInterval) {
    if let power {
      piece.minPower = power.lowerBound
      piece.maxPower = power.upperBound
    } else {
      let elapsed = piece.end.milliseconds(since: piece.start)
      let mean = Power(milliwatts: meanMilliwatts(piece.energy.milliwattHours, over: elapsed))
      piece.minPower = mean
      piece.maxPower = mean
    }
    piece.minCurrent = current?.lowerBound
    piece.maxCurrent = current?.upperBound
  }

  /// Gives what still waits to the last charging piece, or to a piece of its own if there is none.
  mutating func placeRest(into pieces: inout [SessionInterval], from first: Int) {
    guard waiting > 0 else { return }
    if first == pieces.count {
      pieces.append(SessionInterval(start: start, end: end, energy: .zero, activity: .charging))
    }
    let index = pieces[first...].lastIndex { $0.activity == .charging } ?? pieces.count - 1
    pieces[index].energy = Energy(milliwattHours: pieces[index].energy.milliwattHours + waiting)
    waiting = 0
  }
}

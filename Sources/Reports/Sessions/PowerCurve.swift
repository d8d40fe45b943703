import Quantities
import Sessions

/// The power of a session over time, in straight pieces.
struct PowerCurve {
  /// Power from `start` to `end`, in milliwatts, changing evenly.
  struct Piece {
    var start: Instant
    var end: Instant
    var from: Int64
    var to: Int64
  }

  private(set) var pieces: [Piece] = []
  /// The power was measured; else it is the mean between readings of energy.
  let isMeasured: Bool
  /// From the start of the session to its end, or to its last sign while it is open.
  let start: Instant
  let end: Instant

  init(of session: Session) {
    let measured = session.readings.filter { $0.power != nil }
    let intervals = session.intervals
    isMeasured = measured.count > 1 || intervals.allSatisfy { $0.energy == .zero }
    start = session.startedAt
    end = intervals.last?.end ?? session.startedAt
    if isMeasured { addMeasured(measured) } else { addMeans(of: intervals) }
  }

  private mutating func addMeasured(_ readings: [Session.Reading]) {
    var previous: Session.Reading?
    for reading in readings {
      let from = previous ?? reading
      guard let before = from.power, let power = reading.power else { continue }
      // Readings before the start belong to the moment of the start.
      let earlier = max(start, from.at)
      pieces.append(
        Piece(
          start: earlier, end: max(earlier, reading.at), from: before.milliwatts,
          to: power.milliwatts))
      previous = reading
    }
  }

  private mutating func addMeans(of intervals: [SessionInterval]) {
    for interval in intervals {
      let time = interval.end.milliseconds(since: interval.start)
      guard time > 0 else { continue }
      // mWh in ms to mW.
      let mean = Int128(interval.energy.milliwattHours) * 3_600_000 / Int128(time)
      let power = Int64(clamping: mean)
      pieces.append(Piece(start: interval.start, end: interval.end, from: power, to: power))
    }
  }
}

extension PowerCurve {
  /// The least and greatest power within each of `count` equal parts of the session; nil where
  /// nothing is known. A session without duration is one moment in the first part.
  ///
  /// - Complexity: O(pieces + count).
  func extents(_ count: Int) -> [ClosedRange<Int64>?] {
    var extents: [ClosedRange<Int64>?] = Array(repeating: nil, count: count)
    let duration = Int128(end.milliseconds(since: start))
    func boundary(_ part: Int) -> Instant {
      start.advanced(byMilliseconds: Int64(duration * Int128(part) / Int128(count)))
    }
    func part(_ instant: Instant) -> Int {
      guard duration > 0 else { return 0 }
      let offset = Int128(max(0, instant.milliseconds(since: start)))
      return min(count - 1, Int(clamping: offset * Int128(count) / duration))
    }
    for piece in pieces where piece.start <= end {
      for part in part(piece.start)...part(min(end, piece.end)) {
        for instant in [max(piece.start, boundary(part)), min(piece.end, boundary(part + 1))] {
          let power = piece.power(at: min(max(instant, piece.start), piece.end))
          let known = extents[part] ?? power...power
          extents[part] = min(known.lowerBound, power)...max(known.upperBound, power)
        }
      }
    }
    return extents
  }
}

extension PowerCurve.Piece {
  func power(at instant: Instant) -> Int64 {
    let time = Int128(end.milliseconds(since: start))
    guard time > 0 else { return to }
    let passed = Int128(instant.milliseconds(since: start))
    return Int64(clamping: Int128(from) + (Int128(to) - Int128(from)) * passed / time)
  }
}

import ChargerEvents
import Quantities
import Sessions

/// The charging states of a session over time: a band under the curve, and how long each lasted.
struct StateBand {
  /// A state that held for a while.
  struct Stretch {
    var start: Instant
    var end: Instant
    var state: ChargingState
    /// The record that reported it; 0 if it was concluded.
    var position: UInt64
  }

  let stretches: [Stretch]
  private let start: Instant
  private let end: Instant

  init(of session: Session, until end: Instant) {
    start = session.startedAt
    self.end = end
    stretches = session.states.indices.map { index in
      let change = session.states[index]
      let next = index + 1 < session.states.count ? session.states[index + 1].at : end
      return Stretch(
        start: change.at, end: max(change.at, next), state: change.state,
        position: change.position)
    }
  }

  /// How long each state held in all, the longest first.
  var totals: [(state: ChargingState, milliseconds: Int64)] {
    var sums: [ChargingState: Int64] = [:]
    for stretch in stretches {
      sums[stretch.state, default: 0] += stretch.end.milliseconds(since: stretch.start)
    }
    return sums.map { ($0.key, $0.value) }
      .sorted { ($1.1, $0.0.rawValue) < ($0.1, $1.0.rawValue) }
  }

  /// The band: in each column the state that held there longest.
  func text(columns: Int, _ style: TerminalStyle) -> String {
    let duration = Int128(end.milliseconds(since: start))
    guard duration > 0, !stretches.isEmpty else { return "" }
    var text = ""
    var index = 0
    for column in 0..<columns {
      let from = boundary(column, of: columns, duration)
      let to = boundary(column + 1, of: columns, duration)
      while index + 1 < stretches.count, stretches[index].end <= from { index += 1 }
      var longest = (state: stretches[index].state, milliseconds: Int64(-1))
      for stretch in stretches[index...].prefix(while: { $0.start < to }) {
        let time = min(to, stretch.end).milliseconds(since: max(from, stretch.start))
        if time > longest.milliseconds { longest = (stretch.state, time) }
      }
      text += style.paint(longest.state.mark, longest.state.ink)
    }
    return text
  }

  private func boundary(_ column: Int, of columns: Int, _ duration: Int128) -> Instant {
    start.advanced(byMilliseconds: Int64(duration * Int128(column) / Int128(columns)))
  }
}

extension ChargingState {
  /// As the band draws it: the fuller, the more flows. The two suspensions differ.
  var mark: String {
    switch self {
    case .charging: "█"
    case .suspendedEV: "▓"
    case .suspendedEVSE: "▒"
    case .evConnected: "░"
    case .idle: "·"
    }
  }

  var ink: TerminalStyle.Ink {
    switch self {
    case .charging: .green
    case .suspendedEV: .blue
    case .suspendedEVSE: .yellow
    case .evConnected, .idle: .faint
    }
  }
}

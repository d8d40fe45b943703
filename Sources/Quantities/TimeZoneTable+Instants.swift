extension TimeZoneTable {
  /// The instants at which the clocks of a zone show one local time.
  public enum LocalInstants: Hashable, Sendable {
    /// The usual case.
    case once(Instant)
    /// The clocks are put back over it: it comes twice.
    case twice(Instant, Instant)
    /// The clocks are put forward over it, at this instant: it never comes.
    case skipped(at: Instant)

    /// The policy where one instant is needed: the earlier one of two, and the moment of the change
    /// for a time that never comes. So a range of local time, cut at these instants, has neither a
    /// gap nor an overlap.
    public var first: Instant {
      switch self {
      case .once(let instant), .twice(let instant, _), .skipped(at: let instant): instant
      }
    }
  }

  /// The instants at which the clocks show `local`.
  ///
  /// - Complexity: O(log of the number of transitions).
  public func instants(forLocal local: LocalTime) -> LocalInstants {
    let asUTC = Instant(millisecondsSinceEpoch: local.millisecondsSinceLocalEpoch)
    let widest = Int64(TimeZoneTable.greatestOffsetSeconds) * 1000
    var index = indexOfFirstTransition(after: asUTC.advanced(byMilliseconds: -widest))
    var found: Instant?
    while true {
      let offset = Int64(offsetSeconds(beforeTransition: index)) * 1000
      let candidate = asUTC.advanced(byMilliseconds: -offset)
      let start = index == 0 ? Instant.distantPast : transitions[index - 1].at
      guard index < transitions.count else {
        // After the last transition: either it is still to come, or that transition skipped it.
        if let found { return candidate >= start ? .twice(found, candidate) : .once(found) }
        return candidate >= start ? .once(candidate) : .skipped(at: start)
      }
      if candidate < start {
        // All of this period shows later times: found before, or skipped at its start.
        return found.map { .once($0) } ?? .skipped(at: start)
      }
      if candidate < transitions[index].at {
        if let found { return .twice(found, candidate) }
        found = candidate
      }
      index += 1
    }
  }

  /// The instant at which a day begins on the clocks: midnight, or the moment of the change where
  /// midnight is skipped.
  public func startOfDay(_ date: CivilDate) -> Instant {
    instants(forLocal: LocalTime(date: date, millisecondsOfDay: 0)).first
  }

  /// The first instant later than `instant` at which the clocks come to `millisecondsOfDay` past
  /// midnight, by showing it or by being put forward over it.
  ///
  /// A time of day that comes twice on a day is found twice. Where clocks are put back, times
  /// *before* the change show again without passing an edge: who cuts at edges of the local time
  /// must also cut at ``nextTransition(after:)``. Nil if `millisecondsOfDay` is not in
  /// 0..<86,400,000 or at the end of all time.
  public func nextInstant(after instant: Instant, whereLocalTimeOfDayIs millisecondsOfDay: Int)
    -> Instant?
  {
    guard 0..<LocalTime.millisecondsPerDay ~= millisecondsOfDay else { return nil }
    var instant = instant
    var index = indexOfFirstTransition(after: instant)
    while true {
      let offset = offsetSeconds(beforeTransition: index)
      let clock = LocalTime(instant: instant, offsetSeconds: offset).millisecondsOfDay
      let ahead = millisecondsOfDay - clock
      let wait = ahead > 0 ? ahead : ahead + LocalTime.millisecondsPerDay
      let candidate = instant.advanced(byMilliseconds: Int64(wait))
      guard index < transitions.count else {
        return candidate < .distantFuture ? candidate : nil
      }
      let transition = transitions[index]
      if candidate < transition.at { return candidate }
      // How far the clocks are put forward decides whether they jump over or onto the edge.
      let jump = Int64(transition.offsetSeconds - offset) * 1000
      if jump > 0, candidate.milliseconds(since: transition.at) <= jump { return transition.at }
      let shown = LocalTime(instant: transition.at, offsetSeconds: transition.offsetSeconds)
      if shown.millisecondsOfDay == millisecondsOfDay { return transition.at }
      instant = transition.at
      index += 1
    }
  }
}

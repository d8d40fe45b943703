extension TimeZoneTable {
  /// Seconds east of UTC at `instant`.
  ///
  /// - Complexity: O(log of the number of transitions). Use a ``Cursor`` for many instants in order.
  public func offsetSeconds(at instant: Instant) -> Int {
    let index = indexOfFirstTransition(after: instant)
    return index == 0 ? offsetBeforeFirst : transitions[index - 1].offsetSeconds
  }

  /// What the clocks show at `instant`.
  public func local(at instant: Instant) -> LocalTime {
    LocalTime(instant: instant, offsetSeconds: offsetSeconds(at: instant))
  }

  /// The first change of the clocks later than `instant`; nil after the last one.
  public func nextTransition(after instant: Instant) -> Transition? {
    let index = indexOfFirstTransition(after: instant)
    return index < transitions.count ? transitions[index] : nil
  }

  /// The number of transitions at or before `instant`, which is the index of the next one.
  func indexOfFirstTransition(after instant: Instant) -> Int {
    var (low, high) = (0, transitions.count)
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle].at <= instant { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Seconds east of UTC in the time before the transition with this index.
  func offsetSeconds(beforeTransition index: Int) -> Int {
    index == 0 ? offsetBeforeFirst : transitions[index - 1].offsetSeconds
  }
}

extension LocalTime {
  /// What a clock shows at `instant` that is `offsetSeconds` ahead of UTC.
  @inlinable
  public init(instant: Instant, offsetSeconds: Int) {
    self.init(
      millisecondsSinceLocalEpoch: instant.advanced(byMilliseconds: Int64(offsetSeconds) * 1000)
        .millisecondsSinceEpoch)
  }
}

extension TimeZoneTable {
  /// The offsets of a zone for instants that mostly stay near each other: it remembers between
  /// which two transitions the last one lay.
  public struct Cursor: Sendable {
    public let zone: TimeZoneTable
    @usableFromInline var from = Instant.distantPast
    @usableFromInline var until = Instant.distantPast
    @usableFromInline var offset = 0

    public init(_ zone: TimeZoneTable) { self.zone = zone }

    /// Seconds east of UTC at `instant`.
    @inlinable
    public mutating func offsetSeconds(at instant: Instant) -> Int {
      if from > instant || instant >= until { move(to: instant) }
      return offset
    }

    /// What the clocks show at `instant`.
    @inlinable
    public mutating func local(at instant: Instant) -> LocalTime {
      LocalTime(instant: instant, offsetSeconds: offsetSeconds(at: instant))
    }

    @usableFromInline
    mutating func move(to instant: Instant) {
      let index = zone.indexOfFirstTransition(after: instant)
      offset = zone.offsetSeconds(beforeTransition: index)
      from = index == 0 ? .distantPast : zone.transitions[index - 1].at
      until = index < zone.transitions.count ? zone.transitions[index].at : .distantFuture
    }
  }
}

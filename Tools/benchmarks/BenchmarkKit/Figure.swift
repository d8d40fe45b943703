/// One measured figure.
public struct Figure: Sendable, Hashable {
  /// For programs: `append_batch_100`. Never renamed.
  public var id: String
  /// For people.
  public var title: String
  /// `events/s`, `bytes`, …
  public var unit: String
  public var value: Spread
  /// The same for each second of processor time, where the figure is a rate.
  public var perProcessorSecond: Spread?
  /// What it is set against.
  public var comparison: Comparison?
  public var goal: Goal?

  /// The same work done by something else, in turns with ours.
  public struct Comparison: Sendable, Hashable {
    public var baseline: String
    public var baselineValue: Spread
    /// Ours divided by the baseline's, in each round.
    public var ratio: Spread
    /// By which time both were measured: `wall` or `processor`.
    public var clock: String

    public init(baseline: String, baselineValue: Spread, ratio: Spread, clock: String) {
      self.baseline = baseline
      self.baselineValue = baselineValue
      self.ratio = ratio
      self.clock = clock
    }
  }

  /// What the figure should reach.
  public enum Goal: Sendable, Hashable {
    case ratioAtLeast(Double)
    case ratioAtMost(Double)
    case valueAtLeast(Double)
    case wallValueAtLeast(Double)
    case valueAtMost(Double)
  }

  public init(id: String, title: String, unit: String, value: Spread) {
    self.id = id
    self.title = title
    self.unit = unit
    self.value = value
  }

  /// Whether the median reaches the goal; nil if there is none.
  public var isGoalReached: Bool? {
    switch goal {
    case nil: nil
    case .ratioAtLeast(let bound): (comparison?.ratio.median ?? 0) >= bound
    case .ratioAtMost(let bound): (comparison?.ratio.median ?? .infinity) <= bound
    case .valueAtLeast(let bound): (perProcessorSecond ?? value).median >= bound
    case .wallValueAtLeast(let bound): value.median >= bound
    case .valueAtMost(let bound): value.median <= bound
    }
  }
}

extension Figure {
  /// A rate: `count` things in each of the timings.
  init(id: String, title: String, unit: String, count: Int, _ timings: [Timing]) {
    self.init(
      id: id, title: title, unit: unit, value: Spread(timings.rates(count, .wall)))
    perProcessorSecond = Spread(timings.rates(count, .processor))
  }

  /// Sets a rate against another of the same rounds.
  func against(
    _ baseline: String, count: Int, _ baselineTimings: [Timing], ours: [Timing], ourCount: Int,
    by clock: Timing.Clock
  ) -> Figure {
    var figure = self
    let theirs = baselineTimings.rates(count, clock)
    figure.comparison = Comparison(
      baseline: baseline, baselineValue: Spread(theirs),
      ratio: Spread(zip(ours.rates(ourCount, clock), theirs).map { $0 / $1 }),
      clock: clock.rawValue)
    return figure
  }

  func reaching(_ goal: Goal) -> Figure {
    var figure = self
    figure.goal = goal
    return figure
  }
}

extension [Timing] {
  /// Never infinite: a measurement takes a nanosecond at least.
  fileprivate func rates(_ count: Int, _ clock: Timing.Clock) -> [Double] {
    map { Double(count) / Swift.max($0[clock], 1e-9) }
  }
}

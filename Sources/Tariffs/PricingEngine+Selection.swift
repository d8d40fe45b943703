import Quantities

/// The prices that hold now, and how long they can be relied on without asking again.
struct PricesInForce {
  var selection = PriceSelection()
  var activity = UsageInterval.Activity.charging
  /// The moment they were chosen for.
  var fromTime = Instant.distantFuture
  /// The next instant at which a restriction may change its answer.
  var untilTime = Instant.distantPast
  /// The energy at or above which they were chosen.
  var fromEnergy = Int64.max
  /// The energy at which a restriction may change its answer.
  var untilEnergy = Int64.min
  /// What the site's clocks showed when they were last read.
  var clock = ClockReading()

  /// Whether they still hold at the start of an interval.
  @inline(__always)
  func hold(for interval: UsageInterval, energySoFar: Int64) -> Bool {
    activity == interval.activity && fromTime <= interval.start && interval.start < untilTime
      && fromEnergy <= energySoFar && energySoFar < untilEnergy
  }
}

/// A local time that stands for all until the next edge: no restriction tells them apart.
struct ClockReading {
  var from = Instant.distantFuture
  /// The next time of day that the tariff names, midnight, or change of the clocks.
  var until = Instant.distantPast
  var local = LocalTime(date: CivilDate(daysSinceEpoch: 0), millisecondsOfDay: 0)
  /// Bit 0 is Monday.
  var weekdayBit: UInt8 = 0

  init() {}

  /// Between two changes of the clocks local time runs as fast as UTC.
  init(at instant: Instant, in program: PricingProgram) {
    from = instant
    local = program.zone.local(at: instant)
    weekdayBit = 1 << (local.weekday.rawValue - 1)
    let now = local.millisecondsOfDay
    let next = program.timeEdges.first { $0 > now } ?? LocalTime.millisecondsPerDay
    until = instant.advanced(byMilliseconds: Int64(next - now))
    if let transition = program.zone.nextTransition(after: instant) {
      until = min(until, transition.at)
    }
  }
}

extension PricingEngine {
  /// Chooses the prices at a moment of an interval: for each dimension the first element of the
  /// list whose restrictions all match (mod_tariffs, "Tariff Object").
  mutating func select(
    at instant: Instant, energy: Int64, _ interval: UsageInterval, _ index: Int
  ) {
    let activity = interval.activity
    let origin = durationOrigin(activity)
    var moment = Moment()
    moment.elapsedMilliseconds = instant.milliseconds(since: origin)
    moment.energySoFar = energy
    moment.minPower = interval.minPower
    moment.maxPower = interval.maxPower
    moment.minCurrent = interval.minCurrent
    moment.maxCurrent = interval.maxCurrent
    inForce.activity = activity
    inForce.fromTime = instant
    inForce.untilTime = .distantFuture
    if program.needsLocalTime { readClock(at: instant, into: &moment) }
    limitByDuration(moment.elapsedMilliseconds, origin)
    limitByEnergy(energy)
    choose(moment, activity, at: instant, index)
    if program.needsElectricity { recorder.recordUnknownElectricity(moment) }
  }

  private mutating func choose(
    _ moment: Moment, _ activity: UsageInterval.Activity, at instant: Instant, _ index: Int
  ) {
    let isReservation = activity == .reservation
    let lists = lists(activity)
    inForce.selection.energy =
      isReservation ? PriceSelection.none : program.firstMatch(lists.energy, moment)
    inForce.selection.time = program.firstMatch(
      activity == .parking ? lists.parkingTime : lists.time, moment)
    guard isReservation ? !reservationFlat.isDue : !sessionFlat.isDue else { return }
    let flat = program.firstMatch(lists.flat, moment)
    guard flat != PriceSelection.none else { return }
    if isReservation {
      reservationFlat.charge(program.prices[flat])
    } else {
      sessionFlat.charge(program.prices[flat])
    }
    recorder.recordFlat(price: flat, at: instant, interval: index, inReservation: isReservation)
  }

  private mutating func readClock(at instant: Instant, into moment: inout Moment) {
    if instant < inForce.clock.from || instant >= inForce.clock.until {
      inForce.clock = ClockReading(at: instant, in: program)
    }
    moment.local = inForce.clock.local
    moment.weekdayBit = inForce.clock.weekdayBit
    inForce.untilTime = inForce.clock.until
  }

  private mutating func limitByDuration(_ elapsed: Int64, _ origin: Instant) {
    guard let next = program.durationEdges.first(where: { $0 > elapsed }) else { return }
    inForce.untilTime = min(inForce.untilTime, origin.advanced(byMilliseconds: next))
  }

  private mutating func limitByEnergy(_ energy: Int64) {
    inForce.fromEnergy = .min
    inForce.untilEnergy = .max
    for edge in program.energyEdges {
      guard edge <= energy else {
        inForce.untilEnergy = edge
        return
      }
      inForce.fromEnergy = edge
    }
  }
}

extension PricingProgram {
  /// The first of some prices whose element matches. Here and not in the engine, because a call
  /// that only reads the engine would copy all of it first.
  fileprivate func firstMatch(_ list: Range<Int>, _ moment: Moment) -> Int {
    for place in list {
      let price = order[place]
      if restrictions[prices[price].element].match(moment) { return price }
    }
    return PriceSelection.none
  }
}

import Quantities

/// Prices one session: goes through its intervals in order, keeps the prices in force until the
/// next edge, and sums up each dimension.
///
/// `total(of:)` and `price(_:)` are this engine with another recorder.
struct PricingEngine<Recorder: CostRecorder> {
  let program: PricingProgram
  var recorder: Recorder

  var energy = DimensionMeter()
  var time = DimensionMeter()
  var parkingTime = DimensionMeter()
  var reservationTime = DimensionMeter()
  var sessionFlat = FlatFee()
  var reservationFlat = FlatFee()

  var inForce = PricesInForce()
  var energySoFar: Int64 = 0
  /// Sums of magnitudes, to refuse what no session can be.
  private var energyMoved: Int64 = 0
  private var timePassed: Int64 = 0
  /// Where durations of restrictions count from.
  private let sessionStart: Instant
  private var reservationStart: Instant?
  private let isReservationExpired: Bool
  private var hasSession = false

  init(_ program: PricingProgram, _ usage: borrowing Usage, recorder: Recorder) {
    self.program = program
    self.recorder = recorder
    sessionStart = usage.startedAt
    isReservationExpired = usage.isReservationExpired
  }

  /// Prices all intervals and closes the account.
  mutating func run(_ intervals: [UsageInterval]) throws(PricingError) -> CostTotal {
    for index in intervals.indices {
      try price(intervals[index], index)
    }
    if intervals.isEmpty && !isReservationExpired {
      // A session that left no trace still owes its flat fee.
      let nothing = UsageInterval(
        start: sessionStart, end: sessionStart, energy: .zero, activity: .charging)
      try price(nothing, 0)
    }
    return try close()
  }

  private mutating func price(_ interval: UsageInterval, _ index: Int) throws(PricingError) {
    let duration = interval.end.milliseconds(since: interval.start)
    guard duration >= 0 else { throw .negativeInterval(index: index) }
    let billed = interval.statedMilliseconds ?? duration
    try admit(interval, duration: duration, billed: billed)
    enter(interval)
    if program.needsElectricity || !inForce.hold(for: interval, energySoFar: energySoFar) {
      select(at: interval.start, energy: energySoFar, interval, index)
    }
    let energyAfter = energySoFar + interval.energy.milliwattHours
    if interval.end <= inForce.untilTime && energyAfter <= inForce.untilEnergy {
      account(
        UsagePiece(
          interval: index, start: interval.start, end: interval.end, activity: interval.activity,
          energy: interval.energy.milliwattHours, milliseconds: billed,
          opening: index == 0 ? .start : .interval, isInterpolated: false),
        inForce.selection)
    } else {
      cut(interval, index, duration: duration, billed: billed)
    }
    energySoFar = energyAfter
  }

  /// Refuses what no session can be. So sums stay inside their integers, and a clock that jumped
  /// from 1970 does not become thousands of days to cut.
  @inline(__always)
  private mutating func admit(
    _ interval: UsageInterval, duration: Int64, billed: Int64
  ) throws(PricingError) {
    let moved = interval.energy.milliwattHours.magnitude
    let greatestEnergy: UInt64 = 1_000_000_000_000_000
    let greatestTime: Int64 = 1_000_000_000_000
    guard moved <= greatestEnergy, duration <= greatestTime, 0...greatestTime ~= billed else {
      throw .usageOutOfRange
    }
    energyMoved += Int64(moved)
    timePassed += max(duration, billed)
    guard energyMoved <= greatestEnergy, timePassed <= greatestTime else {
      throw .usageOutOfRange
    }
  }

  @inline(__always)
  private mutating func enter(_ interval: UsageInterval) {
    if interval.activity != .reservation {
      hasSession = true
    } else if reservationStart == nil {
      reservationStart = interval.start
    }
  }

  /// Adds a piece to the dimensions that its prices are for.
  @inline(__always)
  mutating func account(_ piece: UsagePiece, _ selection: PriceSelection) {
    if selection.energy != PriceSelection.none {
      energy.add(piece.energy, price: selection.energy, in: program)
    }
    if selection.time != PriceSelection.none {
      switch piece.activity {
      case .charging, .suspendedByStation:
        time.add(piece.milliseconds, price: selection.time, in: program)
      case .parking: parkingTime.add(piece.milliseconds, price: selection.time, in: program)
      case .reservation:
        reservationTime.add(piece.milliseconds, price: selection.time, in: program)
      }
    }
    recorder.record(piece, selection)
  }

  /// Where the durations of restrictions count from during `activity`.
  @inline(__always)
  func durationOrigin(_ activity: UsageInterval.Activity) -> Instant {
    activity == .reservation ? reservationStart ?? sessionStart : sessionStart
  }

  /// The prices to try during `activity`.
  @inline(__always)
  func lists(_ activity: UsageInterval.Activity) -> PriceLists {
    guard activity == .reservation else { return program.session }
    return isReservationExpired ? program.expiredReservation : program.reservation
  }

  /// How many flat fees have become due.
  @inline(__always)
  var dueFlats: Int { (sessionFlat.isDue ? 1 : 0) + (reservationFlat.isDue ? 1 : 0) }

  private mutating func close() throws(PricingError) -> CostTotal {
    energy.settle(in: program)
    time.settle(in: program)
    parkingTime.settle(in: program)
    reservationTime.settle(in: program)
    applySteps()
    let total = CostTotal(
      energy: energy.amount, time: time.amount, parkingTime: parkingTime.amount,
      flat: sessionFlat.amount, reservation: reservationTime.amount + reservationFlat.amount,
      limitedBy: program, hasSession: hasSession)
    guard !total.amount.isOverflow else { throw .amountOutOfRange }
    return total
  }

  /// Once for energy, once for time and parking together, once for a reservation: mod_cdrs,
  /// "step_size".
  private mutating func applySteps() {
    recordStep(energy.priced, energy.roundUp(in: program), energy.lastPrice)
    // Parking that is billed takes the rounding, and charging time before it stays exact.
    if parkingTime.priced > 0 {
      recordStep(parkingTime.priced, parkingTime.roundUp(in: program), parkingTime.lastPrice)
    } else {
      recordStep(time.priced, time.roundUp(in: program), time.lastPrice)
    }
    recordStep(
      reservationTime.priced, reservationTime.roundUp(in: program), reservationTime.lastPrice,
      inReservation: true)
  }

  private mutating func recordStep(
    _ used: Int64, _ added: Int64, _ price: Int, inReservation: Bool = false
  ) {
    guard added > 0 else { return }
    recorder.recordStep(price: price, used: used, added: added, inReservation: inReservation)
  }
}

/// A fee that is due once in a session or a reservation.
struct FlatFee {
  private(set) var isDue = false
  private(set) var amount = TaxedAmount.zero

  mutating func charge(_ price: CompiledPrice) {
    isDue = true
    amount = price.amount(1)
  }
}

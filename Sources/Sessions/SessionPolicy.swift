import Quantities

/// The figures by which sessions are judged. They are part of the fold: changing one changes
/// results, so it comes with a new version of the projection.
public enum SessionPolicy {
  /// A transaction without any event for this long in log time is closed as estimated: 48 h.
  public static let silenceBeforeClosingMilliseconds: Int64 = 48 * 3_600_000

  /// A start that the back end refused is over if nothing follows for 10 min.
  public static let silenceAfterRefusalMilliseconds: Int64 = 600_000

  /// A transaction is over if its connector has been available without a sign of it for 1 h.
  public static let silenceOfFreeConnectorMilliseconds: Int64 = 3_600_000

  /// Late records within ten minutes are one revision of what was told.
  public static let revisionMilliseconds: Int64 = 600_000

  /// How far a station's clock may run ahead of the time of receipt: 5 min (SEMANTICS 4).
  public static let clockToleranceMilliseconds: Int64 = 300_000

  /// No OCPP station existed before 2010-01-01T00:00:00Z (SEMANTICS 4).
  public static let earliestCredibleTime = Instant(millisecondsSinceEpoch: 1_262_304_000_000)

  /// Registers up to 1 Wh apart are equal: stations round and cut off (SEMANTICS 16).
  public static let registerToleranceMilliwattHours: Int64 = 1_000

  /// Sources of energy agree if they differ by no more than this part of it: 0.1 % (SEMANTICS 16).
  public static let agreementDivisor: Int64 = 1_000

  /// No station delivers more than 1 MW: milliwatt-hours a millisecond, rounded up.
  public static let greatestMilliwattHoursPerMillisecond: Int64 = 278

  /// The same bound as power: 1 MW.
  public static let greatestConnectorMilliwatts: Int64 = 1_000_000_000

  /// Sessions that overlap by no more than this do not: clocks show seconds, and a start may be
  /// stamped before the stop that made way for it. 60 s.
  public static let overlapToleranceMilliseconds: Int64 = 60_000

  /// Two starts of one 2.x transaction that lie further apart than this are of two: 60 s.
  static let greatestStartDistanceMilliseconds: Int64 = 60_000

  /// Registers move in steps, so a step of up to 1 kWh is credible however short its time.
  public static let greatestStepMilliwattHours: Int64 = 1_000_000

  /// A first step away from zero above 100 kWh must fit the power seen in the rest of the session.
  public static let suspectStepFromZeroMilliwattHours: Int64 = 100_000_000

  /// A register beyond 1 TWh is no register. The bound also keeps sums within 64 bits.
  public static let greatestRegisterMilliwattHours: Int64 = 1_000_000_000_000_000

  /// Power beyond 1 GW, or current beyond 1 MA, is no measurement.
  public static let greatestMilliwatts: Int64 = 1_000_000_000_000

  /// A register that rolls over is at most 100 kWh before its top, and then as far behind it.
  public static let greatestRolloverMilliwattHours: Int64 = 100_000_000

  /// Without a reported state, below this mean power a vehicle is parked: 100 W (SEMANTICS 17).
  public static let parkedBelowMilliwatts: Int64 = 100_000

  /// No station delivers more than 1 MW, so power in kW that is labelled W is at most 1,000 "W".
  public static let greatestKilowatts: Int64 = 1_000_000

  /// Readings kept of one session; a reading a minute fills it in ten weeks.
  public static let greatestReadings = 100_000

  /// Messages kept of one session; an event a minute fills it in ten weeks.
  public static let greatestMessages = 100_000

  /// Ids kept that a back end gave to repetitions of one start.
  public static let greatestAliases = 64

  /// Names kept of the records of one session, the last ones.
  public static let greatestRecordNames = 32

  /// Sessions of a station that its records may leave open at once. What is silent for longest is closed
  /// as if it had been silent for too long, and opened again by its next record.
  public static let greatestOpenRecords = 256

  /// Credits of a station that wait for the CDR that they take back, the last ones.
  static let greatestPendingCredits = 64

  /// Readings among which a copy is looked for when a clock seems to be set back.
  static let greatestCopyDistance = 64

  /// Whether a station's own time can be right, seen from the time of receipt (SEMANTICS 4).
  static func isCredible(_ time: Instant, receivedAt: Instant) -> Bool {
    time >= earliestCredibleTime
      && time <= receivedAt.advanced(byMilliseconds: clockToleranceMilliseconds)
  }

  /// Whether a register can have risen by `rise` in `milliseconds`.
  static func isPlausible(rise: Int64, overMilliseconds milliseconds: Int64) -> Bool {
    let time = min(max(milliseconds, 0), 1 << 50)
    return rise <= time * greatestMilliwattHoursPerMillisecond + greatestStepMilliwattHours
  }

  /// How far apart two accounts of `energy` may be and still agree.
  static func tolerance(of energy: Int64) -> Int64 {
    max(registerToleranceMilliwattHours, abs(clamped(energy)) / agreementDivisor)
  }

  /// Bounds a figure so that later sums stay within 64 bits.
  static func clamped(_ milliwattHours: Int64) -> Int64 {
    let bound = greatestRegisterMilliwattHours * 4
    return min(max(milliwattHours, -bound), bound)
  }
}

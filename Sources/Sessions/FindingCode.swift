/// What a fold can notice about a session or a station. The raw value is stored: never reuse one.
///
/// `docs/findings.md` lists all of them; a test keeps the two equal.
public enum FindingCode: UInt8, Sendable, CaseIterable {
  case unknownTransaction = 0
  case duplicateStart = 1
  case duplicateStop = 2
  case duplicateEvent = 3
  case conflictingStop = 4
  case conflictingEvent = 5
  case sequenceGap = 6
  case sequenceMissing = 7
  case startMissing = 8
  case eventAfterEnd = 9
  case startUnanswered = 10
  case startRefused = 11
  case stopWithoutStart = 12
  case lateStop = 13
  case closedBySilence = 14
  case closedByNextTransaction = 15
  case clockNotCredible = 16
  case readingBeforeStart = 17
  case readingAfterStop = 18
  case readingOutsideTransaction = 19
  case unreadableSample = 20
  case absurdReading = 21
  case falseZero = 22
  case registerDropOut = 23
  case registerFell = 24
  case registerUnitMistaken = 25
  case repeatedBegin = 26
  case energyEvidenceDiffers = 27
  case energyEvidenceDisagrees = 28
  case energyFromPower = 29
  case energyUnknown = 30
  case stopBelowStart = 31
  case meterStopAbsurd = 32
  case tooManyReadings = 33
  case clockWentBack = 34
  case registerRolledOver = 35
  case powerUnitMistaken = 36
  case energyExported = 37
  case energyAfterStop = 38
  case energyBetweenSessions = 39
  case registerChangedBetweenSessions = 40
  case overlapOnConnector = 41
  case energyWithoutDuration = 42
  case noEnergy = 43
  case sessionTooLong = 44
  case energyAbsurd = 45
  case energyNegative = 46
  case powerAboveConnector = 47
  case endBeforeStart = 48
  case startInFuture = 49
  case totalDiffersFromPeriods = 50
  case reportedLate = 51
  case restartedInSession = 60
  case resumed = 61
  case forbiddenStatusChange = 62
  case closedByFreeConnector = 63
  case tooManyMessages = 64
  case connectorMissing = 65
  case sessionsJoined = 66
  case twoPhasesOnly = 67
  case idReused = 68

  // Sessions without frames.
  case coarseTotal = 80
  case coarsePeriods = 81
  case coarseReplaced = 82
  case coarseRepeated = 83
  case coarseCredited = 84
  case coarseCreditUnmatched = 85
  case coarseInvalid = 86
  case coarseFieldUnreadable = 87
  case coarseTimeMissing = 88
  // 89 to 92 are not used: records are judged by the rules of plausibility, 42 to 51.
  case coarseTimeDisagrees = 93
  case coarseReservation = 94
  case correctedByHand = 100
  case correctionNotApplied = 101
}

extension FindingCode {
  /// How much it matters.
  public var severity: Finding.Severity {
    switch self {
    case .duplicateStart, .duplicateStop, .duplicateEvent, .lateStop, .readingOutsideTransaction,
      .repeatedBegin, .energyEvidenceDiffers, .energyFromPower, .restartedInSession, .resumed,
      .forbiddenStatusChange, .registerRolledOver, .energyExported, .noEnergy, .reportedLate,
      .coarseTotal, .coarsePeriods, .coarseReplaced, .coarseRepeated, .coarseTimeDisagrees,
      .correctedByHand, .sessionsJoined:
      .info
    case .stopBelowStart, .meterStopAbsurd, .energyWithoutDuration, .energyAbsurd, .energyNegative,
      .powerAboveConnector, .endBeforeStart, .startInFuture, .idReused:
      .error
    default:
      .warning
    }
  }

  /// The name in JSON and CSV, in snake_case: `register_fell`.
  public var name: String {
    var name = ""
    for character in "\(self)" {
      if character.isUppercase { name += "_" }
      name += character.lowercased()
    }
    return name
  }

  /// One plain sentence for people.
  public var sentence: String {
    switch self {
    case .unknownTransaction: "Meter values name a transaction that the log does not know."
    case .duplicateStart: "The station sent the same start again."
    case .duplicateStop: "The station sent the same stop again."
    case .duplicateEvent: "The station sent the same transaction event again."
    case .conflictingStop: "Two stops of the transaction differ; the earlier one counts."
    case .conflictingEvent: "Two events with one sequence number differ; one was kept."
    case .sequenceGap: "Sequence numbers are missing: events of the transaction were lost."
    case .sequenceMissing: "An event of the transaction carries no sequence number."
    case .startMissing: "The event that started the transaction is missing."
    case .eventAfterEnd: "Events of the transaction follow its end."
    case .startUnanswered: "No answer to the start was seen."
    case .startRefused: "The back end refused the start."
    case .stopWithoutStart: "Only the stop is known; the start is missing."
    case .lateStop: "The stop arrived after the session had been closed as estimated."
    case .closedBySilence: "No stop arrived; the end is the last sign of the session."
    case .closedByNextTransaction:
      "No stop arrived before the next transaction began; the end is the last sign of the session."
    case .clockNotCredible: "The station's time could not be right; the time of receipt counts."
    case .clockWentBack:
      "A time lies before that of the previous message; the time of receipt counts."
    case .readingBeforeStart: "Readings from before the start were set aside."
    case .readingAfterStop: "Readings from after the stop were set aside."
    case .readingOutsideTransaction:
      "Readings came outside the transaction and were joined by place."
    case .unreadableSample: "A sample was not a number of a known unit."
    case .absurdReading:
      "A register jumped by more than a station can deliver and was not counted."
    case .falseZero: "The register began at zero and then showed its lifetime value."
    case .registerDropOut:
      "The register fell for a while and came back; the low values were ignored."
    case .registerFell: "The register fell and went on from there; the fall was not counted."
    case .registerUnitMistaken: "The register is in kWh but labelled Wh."
    case .repeatedBegin: "The reading of the beginning was repeated later."
    case .energyEvidenceDiffers: "Two sources of the energy differ within their tolerance."
    case .energyEvidenceDisagrees: "Two sources of the energy disagree; the better one counts."
    case .energyFromPower: "There was no register; the energy is the power over time."
    case .energyUnknown: "Nothing in the log tells the energy."
    case .stopBelowStart: "The register at the stop is below the register at the start."
    case .meterStopAbsurd: "The registers at start and stop are further apart than can be."
    case .registerRolledOver: "The register was full and began again; its energy goes on across."
    case .powerUnitMistaken: "The power is in kW but labelled W."
    case .energyExported: "The vehicle fed energy back; it is not taken off the energy."
    case .energyAfterStop: "Energy flowed on after the stop; it belongs to no session."
    case .energyBetweenSessions:
      "The register rose between the session before and this one: energy without a session."
    case .registerChangedBetweenSessions:
      "The register does not go on from the session before: it was reset or exchanged."
    case .overlapOnConnector: "The session overlaps the one before it on its connector."
    case .energyWithoutDuration: "The session has energy but no duration."
    case .noEnergy: "The session delivered no energy."
    case .sessionTooLong: "The session lasted more than 7 days."
    case .energyAbsurd: "The energy is more than 1 MWh."
    case .energyNegative: "The energy is negative."
    case .powerAboveConnector: "The mean power is above what the connector can deliver."
    case .endBeforeStart: "The end lies before the start."
    case .startInFuture: "The start lies after its receipt."
    case .totalDiffersFromPeriods: "The total energy is not the sum of the charging periods."
    case .reportedLate: "The end was reported more than 90 days after it."
    case .tooManyReadings: "The session has more readings than are kept."
    case .restartedInSession: "The station started anew during the session."
    case .resumed: "The station resumed the transaction after an interruption."
    case .forbiddenStatusChange:
      "A connector went from one status to another in a way that the standard does not know."
    case .closedByFreeConnector:
      "No stop arrived, but the connector became free; the end is the last sign of the session."
    case .tooManyMessages: "The session has more messages than are kept."
    case .connectorMissing: "The start names no connector."
    case .sessionsJoined:
      "Two sessions were found to be one transaction; the later one's id leads here."
    case .twoPhasesOnly:
      "The register is the sum of two phases; if there is a third, its energy is missing."
    case .idReused:
      "The station gave two transactions one id; they are one session, and its energy is not right."
    case .coarseTotal: "There are no frames: the session is known by its total only."
    case .coarsePeriods: "There are no frames: the session is known by its charging periods."
    case .coarseReplaced: "A later record of the session took the place of this one."
    case .coarseRepeated: "The same record of the session came again."
    case .coarseCredited: "A credit CDR took the session back."
    case .coarseCreditUnmatched: "A credit CDR takes back a CDR that the log does not know."
    case .coarseInvalid: "The session was declared invalid and is not billed."
    case .coarseFieldUnreadable: "A field of the record could not be read and was left out."
    case .coarseTimeMissing: "The record does not say when the session began or ended."
    case .coarseTimeDisagrees:
      "The stated times of charging periods are not those between their starts; the clock counts."
    case .coarseReservation: "The record has a time of reservation, which was left out."
    case .correctedByHand: "A person corrected the session; its history says who and why."
    case .correctionNotApplied:
      "A correction by hand does not fit the session as it is now and was left out."
    }
  }

  /// Whether ``Session/conclude()`` finds it anew from the evidence each time, rather than a fold
  /// when a record arrives.
  var isConcluded: Bool {
    switch self {
    case .sequenceGap, .startMissing, .eventAfterEnd, .startUnanswered, .startRefused,
      .closedBySilence, .closedByNextTransaction, .closedByFreeConnector, .readingBeforeStart,
      .readingAfterStop,
      .absurdReading, .falseZero, .registerDropOut, .registerFell, .registerUnitMistaken,
      .repeatedBegin, .energyEvidenceDiffers, .energyEvidenceDisagrees, .energyFromPower,
      .energyUnknown, .stopBelowStart, .meterStopAbsurd, .clockWentBack, .registerRolledOver,
      .powerUnitMistaken, .energyExported, .energyAfterStop, .energyBetweenSessions,
      .registerChangedBetweenSessions, .overlapOnConnector, .energyWithoutDuration, .noEnergy,
      .sessionTooLong, .energyAbsurd, .energyNegative, .powerAboveConnector, .endBeforeStart,
      .startInFuture, .totalDiffersFromPeriods, .reportedLate, .coarseTotal, .coarsePeriods,
      .coarseFieldUnreadable, .coarseTimeMissing, .coarseTimeDisagrees, .coarseReservation:
      true
    default: false
    }
  }
}

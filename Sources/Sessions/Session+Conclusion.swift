import ChargerEvents
import Quantities

extension Session {
  /// Makes everything that follows from the evidence anew: start, end, states, curve, energy, and
  /// the findings about them.
  ///
  /// Concluding again changes nothing, and the order in which evidence came does not matter.
  /// - Complexity: O(n) in readings that came in time order, else O(n log n).
  mutating func conclude() {
    if dialect == .imported { return concludeRecord() }
    findings.removeAll { $0.code.isConcluded }
    restorePower()
    state = closing == nil ? .open : .closed
    isEstimated = closing?.isEstimate ?? false
    endedAt = nil
    var changes = dialect == .ocpp2 ? concludeSequencedTimes() : concludePlainTimes()
    arrangeReadings()
    concludeUnreportedEnd(changes)
    concludeEnergy()
    concludeStates(&changes)
    notePlausibility()
    noteNeighbours()
    if dialect == .ocpp16 { noteStartAnswer() }
  }

  /// 2.x: walks the events in order of their sequence numbers, so arrival does not matter.
  private mutating func concludeSequencedTimes() -> [StateChange] {
    var changes: [StateChange] = []
    var previous: Message?
    var previousAt = Instant.distantPast
    for message in messages {
      var at = message.at
      if at < previousAt {
        findings.note(.clockWentBack, at: message.position)
        at = max(message.receivedAt, previousAt)
      }
      if let previous { noteGap(from: previous, to: message) } else { begin(with: message, at: at) }
      if endedAt != nil {
        findings.note(.eventAfterEnd, at: message.position)
      } else {
        if let state = message.state {
          changes.append(StateChange(at: at, state: state, position: message.position))
        }
        if message.kind == .ended, closing == .stop { endedAt = at }
      }
      (previous, previousAt) = (message, at)
    }
    return changes
  }

  private mutating func begin(with message: Message, at time: Instant) {
    startedAt = time
    if message.kind != .started { findings.note(.startMissing, at: message.position) }
  }

  private mutating func noteGap(from previous: Message, to next: Message) {
    guard closing != nil, let low = previous.sequence, let high = next.sequence else { return }
    let (distance, overflow) = high.subtractingReportingOverflow(low)
    if overflow || distance > 1 { findings.note(.sequenceGap, at: next.position) }
  }

  /// 1.6: the start and the stop tell their times; statuses lie between them.
  private mutating func concludePlainTimes() -> [StateChange] {
    let start = messages.first { $0.kind == .started }
    let stop = messages.first { $0.kind == .ended }
    if let start {
      startedAt = start.at
    } else if let stop {
      let firstReading = (readings + setAside).min { $0.at < $1.at }?.at
      startedAt = min(stop.at, firstReading ?? stop.at)
    }
    if let stop, closing == .stop {
      if stop.at < startedAt { findings.note(.clockWentBack, at: stop.position) }
      endedAt = stop.at < startedAt ? max(stop.receivedAt, startedAt) : stop.at
    }
    let changes = messages.compactMap { message in
      message.state.map { StateChange(at: message.at, state: $0, position: message.position) }
    }
    return changes.sorted { ($0.at, $0.position) < ($1.at, $1.position) }
  }

  /// No stop is known: the session ends with its last credible sign.
  private mutating func concludeUnreportedEnd(_ changes: [StateChange]) {
    switch closing {
    case nil, .stop: return
    case .silence: findings.note(.closedBySilence, at: 0)
    case .nextTransaction: findings.note(.closedByNextTransaction, at: 0)
    case .connectorFreed: findings.note(.closedByFreeConnector, at: 0)
    case .refused: break
    }
    let lastState = dialect == .ocpp16 ? endByStatus(changes) : changes.last?.at
    endedAt = max(startedAt, readings.last?.at ?? startedAt, lastState ?? startedAt)
  }

  /// The last sign in the statuses of a 1.6 connector: *Finishing* and *Available* follow a
  /// transaction (OCPP 1.6, section 4.9), so the first of those that end the list counts.
  private func endByStatus(_ changes: [StateChange]) -> Instant? {
    let isOver = { (change: StateChange) in change.state == .evConnected || change.state == .idle }
    guard let last = changes.lastIndex(where: { !isOver($0) }) else { return changes.first?.at }
    return last + 1 < changes.count ? changes[last + 1].at : changes[last].at
  }

  private mutating func noteStartAnswer() {
    let hasStart = messages.contains { $0.kind == .started }
    switch startAnswer {
    case .refused: findings.note(.startRefused, at: openedAtPosition)
    case .none where hasStart && closing != nil:
      findings.note(.startUnanswered, at: openedAtPosition)
    default: break
    }
  }

  /// Cuts the reported changes to the session, merges equal neighbours, and gives the start a state.
  private mutating func concludeStates(_ changes: inout [StateChange]) {
    states.removeAll(keepingCapacity: true)
    for var change in changes {
      if let endedAt, change.at > endedAt { break }
      change.at = max(change.at, startedAt)
      if let last = states.last, last.at == change.at { states.removeLast() }
      if states.last?.state != change.state { states.append(change) }
    }
    guard states.first?.at != startedAt else { return }
    let firstReport = states.first?.at ?? .distantFuture
    let assumed = assumedState(before: firstReport)
    if states.first?.state == assumed { states.removeFirst() }
    states.insert(StateChange(at: startedAt, state: assumed, position: 0), at: 0)
  }

  /// Nobody reported a state up to `time`: the vehicle charges if energy flowed.
  private func assumedState(before time: Instant) -> ChargingState {
    let before = readings.prefix { $0.at <= time }
    let flows = before.contains { reading in
      (reading.energy ?? .zero) > .zero
        || (reading.power?.milliwatts ?? 0) >= SessionPolicy.parkedBelowMilliwatts
    }
    let isUnmetered = states.isEmpty && readings.isEmpty && energy > .zero
    return flows || isUnmetered ? .charging : .evConnected
  }
}

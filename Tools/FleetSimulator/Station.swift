import Quantities

/// What does not change about a station, as far as its messages show it.
struct StationIdentity: Sendable {
  let name: String
  let nameBytes: [UInt8]
  let location: LocationKind
  let isOCPP201: Bool
  /// The register is told in kilowatt-hours, else in watt-hours.
  let tellsKilowattHours: Bool
  /// 1.6: StopTransaction repeats the first and the last reading.
  let hasTransactionData: Bool
  let heartbeatSeconds: Int64
}

/// One station as a lazy source of trace lines: it holds what is going on now and makes the next
/// line when it is asked, so its size does not grow with the length of the trace.
///
/// It speaks as the standard asks: one request at a time, the next one after the answer.
struct Station: Sendable {
  /// Whether the station can talk.
  enum Link: Hashable, Sendable {
    case online
    /// It works on and keeps what it must tell.
    case offline(until: Int64)
    /// It has no power.
    case dark(until: Int64)
  }

  /// A request that was sent and will be answered.
  struct Awaited: Sendable {
    let message: Message
    let id: MessageID
    let answerAt: Int64
  }

  let identity: StationIdentity
  let plan: FleetPlan
  let endsAt: Int64
  /// Number of the station in the fleet, from 0.
  let index: Int

  var random: SplitMix64
  var connectors: [Connector]
  /// The station's own time, in milliseconds since 1970.
  var now: Int64
  var link: Link
  var nextHeartbeatAt: Int64

  /// Requests to be sent, in order.
  var outbox: [Message] = []
  var awaited: Awaited?
  /// From when the next request may be sent.
  var wireFreeAt: Int64
  var requestsSent: UInt64 = 0
  var transactionsBegun: Int64 = 0

  /// Sessions whose end is not answered yet, in the order of their ends in the outbox.
  var ending: [TrueSession] = []
  /// Sessions of which everything has been told; whoever asks for lines takes them away.
  var told: [TrueSession] = []
  /// When the next line is due, in milliseconds since 1970; at or after `endsAt` for never.
  private(set) var nextLineAt: Int64 = 0

  init(index: Int, location: LocationKind, isOCPP201: Bool, plan: FleetPlan) {
    var random = SplitMix64(seed: plan.seed, stream: index)
    let name = location.stationNamePrefix + "-" + paddedNumber(index + 1)
    identity = StationIdentity(
      name: name, nameBytes: Array(name.utf8), location: location, isOCPP201: isOCPP201,
      tellsKilowattHours: random.chance(1, in: 4), hasTransactionData: random.chance(1, in: 2),
      heartbeatSeconds: Int64(plan.heartbeatIntervalSeconds))
    connectors = (1...plan.connectorsPerStation).map { number in
      Connector(
        number: number, ratingWatts: random.pick(location.connectorRatingsWatts),
        register: random.below(20_000_000) * Battery.millijoulesPerWattHour,
        arrivals: SplitMix64(seed: random.next()))
    }
    self.plan = plan
    self.index = index
    endsAt = plan.endDate.millisecondsSinceEpoch
    now = plan.startDate.millisecondsSinceEpoch
    link = .dark(until: now + random.below(60_000))
    nextHeartbeatAt = .max
    wireFreeAt = now
    self.random = random
    for index in connectors.indices { awaitCar(index) }
    settle()
  }

  /// Works on until there is a line to write or the time is over.
  mutating func settle() {
    while true {
      if let awaited {
        nextLineAt = awaited.answerAt
        return
      }
      if link == .online, let message = outbox.first {
        nextLineAt = max(message.at, wireFreeAt)
        return
      }
      let (step, at) = nextStep
      guard at < endsAt else {
        nextLineAt = endsAt
        return
      }
      now = max(now, at)
      perform(step)
    }
  }

  private enum Step {
    case regainLink
    case heartbeat
    case connector(Int)
  }

  /// What happens next inside the station, and when.
  private var nextStep: (Step, at: Int64) {
    var soonest: (Step, at: Int64) = (.heartbeat, nextHeartbeatAt)
    switch link {
    case .dark(let until): return (.regainLink, until)
    case .offline(let until): if until < soonest.at { soonest = (.regainLink, until) }
    case .online: break
    }
    for index in connectors.indices where connectors[index].nextAt < soonest.at {
      soonest = (.connector(index), connectors[index].nextAt)
    }
    return soonest
  }

  private mutating func perform(_ step: Step) {
    switch step {
    case .regainLink:
      if case .dark = link { restart() } else { reconnect() }
    case .heartbeat:
      nextHeartbeatAt += identity.heartbeatSeconds * 1000
      post(.heartbeat)
      if random.chance(1, in: 20) { post(.vendorData(temperature: random.within(5...60))) }
    case .connector(let index):
      advance(index)
    }
  }

  /// Puts a request of now into the outbox, unless the station is offline and may forget it.
  mutating func post(_ body: Message.Body, losingAnswer: Bool = false) {
    var message = Message(at: now, body: body)
    if link != .online {
      guard message.isQueuedOffline else { return }
      message.isOffline = true
    }
    message.losesAnswer = losingAnswer
    outbox.append(message)
  }
}

/// `number` with leading zeros to at least four digits.
private func paddedNumber(_ number: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
}

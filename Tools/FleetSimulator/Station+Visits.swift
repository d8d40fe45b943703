extension Station {
  private static let quarterHour: Int64 = 900_000
  private static let day: Int64 = 86_400_000

  /// Finds when the next car comes to a connector that is free from now on.
  mutating func awaitCar(_ index: Int) {
    connectors[index].phase = .free
    var arrivals = connectors[index].arrivals
    connectors[index].nextAt = nextArrival(using: &arrivals)
    connectors[index].arrivals = arrivals
  }

  /// When the next car comes, from now on; `Int64.max` if none does before the end.
  ///
  /// Each quarter of an hour of the drivers' clock is a draw with its measured share of the day.
  private func nextArrival(using random: inout SplitMix64) -> Int64 {
    let offset = Int64(plan.timeZoneOffsetSeconds) * 1000
    let carsPerThousandDays = Int64(plan.sessionsPerConnectorPerDay * 1000)
    var quarter = (now + offset + Self.quarterHour - 1).flooringDivided(by: Self.quarterHour)
    while quarter * Self.quarterHour - offset < endsAt {
      let local = quarter * Self.quarterHour
      let day = local.flooringDivided(by: Self.day)
      // Day 0, 1970-01-01, was a Thursday: the remainders 2 and 3 are Saturday and Sunday.
      let isWeekend = (2...3).contains(day - day.flooringDivided(by: 7) * 7)
      let shares = identity.location.arrivals(onWeekend: isWeekend)
      let share = Int64(shares[Int((local - day * Self.day) / Self.quarterHour)])
      if random.chance(carsPerThousandDays * share, in: 1_000_000_000) {
        return local - offset + random.below(Self.quarterHour)
      }
      quarter += 1
    }
    return .max
  }

  /// A car and its driver, plugged in now at a connector of `ratingWatts`.
  ///
  /// How long it stays and what it wants each follow their measured distribution. Half of the
  /// drivers are as high in the one as in the other, so that those who want much stay long.
  mutating func makeVisit(ratingWatts: Int64) -> Visit {
    let location = identity.location
    let stayRank = random.below(1_000_000)
    let isMatched = location.isDC || random.chance(1, in: 2)
    let energyRank = isMatched ? stayRank : random.below(1_000_000)
    let stay = location.connectionHours.value(atMillionths: stayRank, unit: 3_600_000)
    let wish = location.energyKilowattHours.value(atMillionths: energyRank, unit: 1000)
    let car = Vehicle.draw(wanting: wish, onDC: location.isDC, using: &random)
    let power = min(ratingWatts, location.isDC ? car.maxDCWatts : car.maxACWatts)
    let battery = Battery(
      capacityWattHours: car.capacityWattHours, wantsWattHours: min(wish, car.usableWattHours),
      targetPermille: random.within(location.targetChargePermille), fullPowerWatts: power)
    return Visit(
      departsAt: now + max(180_000, stay),
      token: UInt32(truncatingIfNeeded: random.next()),
      isRemote: random.chance(Int64(plan.remoteStartSharePercent), in: 100),
      // Up to 7.4 kW, a European car draws from one phase.
      phases: location.isDC ? 0 : power > 7400 ? 3 : 1,
      battery: battery)
  }

  /// Does the next step at a connector.
  mutating func advance(_ index: Int) {
    switch connectors[index].phase {
    case .free:
      connectors[index].visit = makeVisit(ratingWatts: connectors[index].ratingWatts)
      enter(.plugged, index, nextWithin: 3_000...40_000)
      report(.preparing, index)
    case .plugged:
      identify(index)
      enter(.authorized, index, nextWithin: 1_000...4_000)
    case .authorized:
      begin(index)
      enter(.starting, index, nextWithin: 2_000...6_000)
    case .starting:
      startFlow(index)
    case .inSession:
      connectors[index].charge(until: now)
      stepSession(index)
    case .ended:
      connectors[index].visit = nil
      awaitCar(index)
      report(.available, index)
    }
  }

  /// Puts a connector into `phase`, whose step is due after a time within `delay`.
  mutating func enter(
    _ phase: Connector.Phase, _ index: Int, nextWithin delay: ClosedRange<Int64>
  ) {
    connectors[index].phase = phase
    connectors[index].nextAt = now + random.within(delay)
  }

  private mutating func identify(_ index: Int) {
    guard var visit = connectors[index].visit else { return }
    visit.isRemote = visit.isRemote && link == .online
    connectors[index].visit = visit
    if visit.isRemote {
      let number = nextTransactionNumber
      post(
        .remoteStart(connector: connectors[index].number, token: visit.token, number: number))
    } else {
      post(.authorize(token: visit.token))
    }
  }

  /// The 1.6 id of the station's next transaction: no two in the fleet are the same.
  var nextTransactionNumber: Int64 {
    transactionsBegun * Int64(plan.stations) + Int64(index) + 1
  }

  /// Notes the state of a connector and tells it if it is news and can be told.
  mutating func report(_ state: ConnectorState, _ index: Int) {
    // 2.0.1 knows only whether a connector is occupied.
    let isCoarse = identity.isOCPP201 && state != .available
    connectors[index].state = isCoarse ? .preparing : state
    tellState(index)
  }

  /// Tells the state of a connector if it was not told yet and the station is online.
  mutating func tellState(_ index: Int) {
    let state = connectors[index].state
    guard link == .online, connectors[index].reportedState != state else { return }
    connectors[index].reportedState = state
    post(.status(connector: connectors[index].number, state))
  }
}

extension Int64 {
  /// The quotient rounded towards negative infinity; `divisor` is above 0.
  fileprivate func flooringDivided(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

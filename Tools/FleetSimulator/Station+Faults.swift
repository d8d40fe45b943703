extension Station {
  /// Decides at its start whether something will go wrong with a session, what and when.
  mutating func planFault(of session: inout OpenSession, until departsAt: Int64) {
    guard random.chance(Int64(plan.faultRatePerThousand), in: 1000) else { return }
    let fault = random.pick(FleetFault.allCases)
    session.plannedFault = fault
    switch fault {
    case .lostStop, .duplicateStart, .duplicateStop: break
    case .lateDelivery, .powerLoss, .registerReset:
      session.faultAt = now + (departsAt - now) * random.within(50...950) / 1000
    }
  }

  /// The planned fault of a session strikes now. One that needs a station that is online is spared
  /// when it is not.
  mutating func strike(_ index: Int) {
    guard let fault = connectors[index].visit?.session?.plannedFault else { return }
    connectors[index].visit?.session?.faultAt = .max
    switch fault {
    case .registerReset:
      connectors[index].register = 0
      connectors[index].visit?.session?.suffer(.registerReset)
    case .lateDelivery where link == .online:
      goOffline()
    case .powerLoss where link == .online:
      losePower()
    case .lateDelivery, .powerLoss, .lostStop, .duplicateStart, .duplicateStop:
      break
    }
  }

  private mutating func goOffline() {
    link = .offline(until: now + random.within(600_000...7_200_000))
    for index in connectors.indices {
      connectors[index].visit?.session?.suffer(.lateDelivery)
    }
  }

  /// Ends the offline time: what was kept goes out first, then the states that are news.
  mutating func reconnect() {
    link = .online
    wireFreeAt = max(wireFreeAt, now)
    for index in connectors.indices { tellState(index) }
  }

  /// Everything stops. Cars stay plugged in until they would have left, and charge no more.
  private mutating func losePower() {
    link = .dark(until: now + random.within(60_000...1_800_000))
    for index in connectors.indices {
      connectors[index].charge(until: now)
      connectors[index].visit?.session?.suffer(.powerLoss)
      switch connectors[index].phase {
      case .free, .ended: continue
      case .plugged, .authorized, .starting, .inSession: break
      }
      connectors[index].visit?.session?.chargedUntil = now
      connectors[index].phase = .ended
      connectors[index].nextAt = connectors[index].visit?.departsAt ?? now
      connectors[index].state = .preparing
    }
  }

  /// Power is back: the station boots, ends what the loss cut off and tells every state.
  mutating func restart() {
    link = .online
    wireFreeAt = max(wireFreeAt, now)
    nextHeartbeatAt = now + identity.heartbeatSeconds * 1000
    post(.boot)
    for index in connectors.indices {
      if let session = connectors[index].visit?.session {
        var sample = connectors[index].sample(at: session.chargedUntil)
        sample.powerWatts = 0
        ending.append(truth(of: session, index))
        post(.end(session.transaction, begin: session.begin, end: sample, .powerLoss))
        connectors[index].visit?.session = nil
      }
      connectors[index].reportedState = nil
      tellState(index)
    }
  }
}

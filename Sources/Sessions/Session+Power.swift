import Quantities

extension Session {
  /// The energy that the measured power amounts to, by trapezoids, exactly: only the sum is rounded
  /// down. Nothing is counted before the first or after the last measurement; nil for fewer than two.
  ///
  /// - Parameter visit: called for each reading with power, with the energy up to it.
  func integratePower(_ visit: (_ index: Int, _ milliwattHours: Int64) -> Void) {
    let bound = Int128(SessionPolicy.greatestRegisterMilliwattHours)
    var doubledMilliwattMilliseconds: Int128 = 0
    var previous: (at: Instant, milliwatts: Int64)?
    for index in readings.indices {
      guard let power = readings[index].power else { continue }
      let now = (at: max(readings[index].at, startedAt), milliwatts: max(power.milliwatts, 0))
      if let previous {
        let elapsed = Int128(now.at.milliseconds(since: previous.at))
        let sum = Int128(previous.milliwatts) + Int128(now.milliwatts)
        doubledMilliwattMilliseconds += sum * elapsed
      }
      previous = now
      visit(index, Int64(min(doubledMilliwattMilliseconds / 7_200_000, bound)))
    }
  }

  /// The energy that the measured power amounts to, in mWh; 0 if there is none.
  var energyByPower: Int64 {
    var energy: Int64 = 0
    integratePower { energy = $1 }
    return energy
  }

  /// Only power is known: its integral is the energy.
  mutating func concludeFromPower() {
    var shares: [(index: Int, milliwattHours: Int64)] = []
    integratePower { shares.append(($0, $1)) }
    for share in shares {
      readings[share.index].energy = Energy(milliwattHours: share.milliwattHours)
    }
    guard let first = shares.first, let last = shares.last else { return }
    energy = Energy(milliwattHours: last.milliwattHours)
    energyEvidence = .samples
    restOn(first: first.index, last: last.index)
    findings.note(.energyFromPower, at: readings[first.index].position)
  }
}

/// Units that a station confused: kWh labelled Wh, kW labelled W (OpenEVSE#703, lbbrhzn/ocpp#1989).
enum UnitConfusion {
  /// What one source counts in thousands, the other counts in units, within a quarter: power is
  /// sampled, so its integral is not exact. Less than 100 Wh proves nothing.
  static func isThousandfold(_ large: Int64, of small: Int64) -> Bool {
    guard small > 0, large >= 100_000 else { return false }
    let (low, high) = (Int128(small) * 800, Int128(small) * 1_250)
    return low...high ~= Int128(large)
  }
}

extension Session {
  /// Takes power labelled W for kW where the energy says so. The readings keep the true power;
  /// ``hasPowerInKilowatts`` remembers it, so that what came is never lost.
  mutating func correctPower(by energy: Int64) {
    guard UnitConfusion.isThousandfold(energy, of: energyByPower),
      readings.allSatisfy({ ($0.power?.milliwatts ?? 0) <= SessionPolicy.greatestKilowatts })
    else { return }
    hasPowerInKilowatts = true
    for index in readings.indices {
      guard let power = readings[index].power else { continue }
      readings[index].power = Power(milliwatts: power.milliwatts * 1_000)
    }
    findings.note(.powerUnitMistaken, at: readings[0].position)
  }

  /// Brings the power of the readings back to what the station sent.
  mutating func restorePower() {
    guard hasPowerInKilowatts else { return }
    hasPowerInKilowatts = false
    for index in readings.indices {
      guard let power = readings[index].power else { continue }
      readings[index].power = Power(milliwatts: power.milliwatts / 1_000)
    }
  }
}

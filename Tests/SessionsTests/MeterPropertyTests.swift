import ChargerEvents
import Quantities
import TestSupport
import Testing

@testable import Sessions

/// Readings of an hour with every fault of a meter: drop-outs, resets, jumps, copies, intervals.
private func noisyReadings(seed: UInt64) -> [MeterReading] {
  var random = SplitMix64(seed: seed)
  var meter = Int64.random(in: 0..<3_000_000, using: &random)
  return (1...Int64.random(in: 2...40, using: &random)).map { minute in
    meter += Int64.random(in: 0..<400, using: &random)
    var shown = meter
    switch Int.random(in: 0..<12, using: &random) {
    case 0: shown = 0
    case 1: shown += 50_000_000
    case 2:
      meter = 0
      shown = 0
    default: break
    }
    let watts = Int64.random(in: 0..<24_000, using: &random)
    return register(shown, at: minute * 60, watts: Bool.random(using: &random) ? watts : nil)
  }
}

/// The session of a start without a register, `messages`, and a stop without one.
private func session(_ messages: [[MeterReading]]) throws -> Session {
  var entries = [Entry(0, .start(at: 0, meter: nil)), Entry(1, .answer(id: 1))]
  for readings in messages { entries.append(Entry(3_600, .meter(id: 1, readings))) }
  entries.append(Entry(3_600, .stop(id: 1, at: 3_600, meter: nil)))
  return try #require(StationRun(entries).sessions.first)
}

@Suite("Whatever the meter shows")
struct MeterPropertyTests {
  @Test(
    "energy is never negative, and never more than the rises and what a restarted register shows",
    arguments: 1...200)
  func bounds(seed: UInt64) throws {
    let readings = noisyReadings(seed: seed)
    let session = try session([readings])
    let registers = readings.compactMap { $0.importRegister?.milliwattHours }
    let rises = zip(registers, registers.dropFirst()).map { low, high in
      high >= low ? high - low : high
    }
    #expect(session.energy >= .zero, "seed \(seed)")
    #expect(session.energy.milliwattHours <= rises.reduce(0, +), "seed \(seed)")
    #expect(session.readings.allSatisfy { $0.energy ?? .zero <= session.energy })
  }

  @Test(
    "the points it rests on sum up to the energy, where no register restarted", arguments: 1...200)
  func pointsSum(seed: UInt64) throws {
    let session = try session([noisyReadings(seed: seed)])
    let points = session.energyPoints
    guard session.count(.registerFell) == 0, points.count.isMultiple(of: 2) else { return }
    var sum: Int64 = 0
    for index in stride(from: 0, to: points.count, by: 2) {
      let low = try #require(points[index].register)
      let high = try #require(points[index + 1].register)
      sum += high.milliwattHours - low.milliwattHours
    }
    #expect(sum == session.energy.milliwattHours, "seed \(seed)")
    #expect(points.map(\.at) == points.map(\.at).sorted(), "seed \(seed)")
  }

  @Test("the order of readings in a message says nothing", arguments: 1...100)
  func order(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let readings = noisyReadings(seed: seed)
    let expected = try session([readings])
    let found = try session([readings.shuffled(using: &random)])
    #expect(found == expected, "seed \(seed)")
  }

  @Test("readings sent again, in any message, change nothing", arguments: 1...100)
  func copies(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let readings = noisyReadings(seed: seed)
    let expected = try session([readings])
    let found = try session([
      readings, readings.filter { _ in Bool.random(using: &random) }.shuffled(using: &random),
    ])
    #expect(found.energy == expected.energy, "seed \(seed)")
    #expect(found.readings.map(\.register) == expected.readings.map(\.register), "seed \(seed)")
  }
}

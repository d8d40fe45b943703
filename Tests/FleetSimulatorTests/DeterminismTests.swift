import FleetSimulator
import Quantities
import Testing

@Suite("The same plan gives the same trace")
struct DeterminismTests {
  @Test("Two runs of one simulator, and of two with equal plans, write the same bytes")
  func repeats() throws {
    let simulator = try FleetSimulator(samplePlan())
    var (first, second): ([UInt8], [UInt8]) = ([], [])
    let summary = simulator.run { first.append(contentsOf: $0) }
    let again = simulator.run { second.append(contentsOf: $0) }

    #expect(first == second)
    #expect(try traceBytes(samplePlan()) == first)
    #expect(summary == again)
    #expect(summary.bytes == first.count)
  }

  @Test("Another seed gives another trace")
  func seedsDiffer() throws {
    #expect(try traceBytes(samplePlan(seed: 1)) != traceBytes(samplePlan(seed: 2)))
  }

  /// If this fails, every sample, benchmark input and figure made from a seed has changed: say so
  /// in the changelog.
  @Test("The bytes of a seed are the same on every machine and in every release")
  func goldenHash() throws {
    var plan = samplePlan(seed: 42)
    plan.faultRatePerThousand = 300
    #expect(hash(of: try traceBytes(plan)) == 0xe0bd_5649_9530_3d97)
  }

  @Test("A shorter plan of the same seed is the beginning of a longer one")
  func prefix() throws {
    var short = samplePlan()
    short.days = 2
    let (start, whole) = (try traceBytes(short), try traceBytes(samplePlan()))
    #expect(start.count < whole.count)
    #expect(whole.starts(with: start))
  }

  @Test("An error of the writer ends the simulation and comes out")
  func writerFails() throws {
    struct Full: Error, Equatable { let lines: Int }
    let simulator = try FleetSimulator(samplePlan())
    var lines = 0
    #expect(throws: Full(lines: 100)) {
      _ = try simulator.run { (_: UnsafeRawBufferPointer) throws(Full) in
        lines += 1
        if lines == 100 { throw Full(lines: lines) }
      }
    }
    #expect(lines == 100)
  }
}

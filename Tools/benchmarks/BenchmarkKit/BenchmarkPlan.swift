/// What the benchmarks run on: the seed and the sizes. The same plan gives the same inputs and the
/// same digests on every machine.
public struct BenchmarkPlan: Sendable, Hashable {
  /// Of the simulated fleet.
  public var seed: UInt64 = 20_250_701
  /// How often each measurement is repeated. A and B take turns in each round.
  public var rounds = 5
  /// Stations of the fleet, with two connectors each.
  public var stations = 100
  /// Days of the long log. The short one has a quarter of them.
  public var days = 28
  /// Seconds between meter values while energy flows, and a third of those of a full car: 450 gives
  /// about 30 readings a session.
  public var meterIntervalSeconds = 450
  /// Events appended in one measurement, by the size of the batches.
  public var appends = [
    AppendSize(batch: 1, events: 400), AppendSize(batch: 100, events: 20_000),
    AppendSize(batch: 1000, events: 200_000),
  ]
  /// Producers that append at once, and the events of all of them in one measurement.
  public var producers = [
    ProducerSize(producers: 1, events: 400), ProducerSize(producers: 16, events: 4000),
    ProducerSize(producers: 256, events: 200_192),
  ]
  /// The same at a rate that is offered, for the time that an answer takes.
  public var offered = ProducerSize(producers: 256, events: 50_176)
  public var offeredEventsPerSecond = 10_000
  /// The log whose stations are read one at a time.
  public var indexed = IndexedLog(events: 2_097_152, stations: 2000, blockPositions: 1 << 18)
  /// Events in a log that is sealed but for its end.
  public var sealedEvents = 500_000
  /// The same, of a log that is appended to meanwhile.
  public var sealedBesideAppends = 1_048_576
  /// Small synced writes that are timed beside that.
  public var syncs = 5000
  /// Events appended by the ledger and by each database that it is set against.
  public var peers = [
    AppendSize(batch: 1, events: 1000), AppendSize(batch: 100, events: 50_000),
    AppendSize(batch: 1000, events: 200_000),
  ]
  /// Events of the log that is scanned: more than a gigabyte.
  public var scannedEvents = 3_200_000
  /// Events that are appended and scanned while memory is watched.
  public var watchedEvents = 2_000_000
  /// Sessions in the read model that backtests go over.
  public var pricedSessions = 1_000_000

  /// How many events are appended, in batches of which size.
  public struct AppendSize: Sendable, Hashable {
    public var batch: Int
    public var events: Int

    public init(batch: Int, events: Int) {
      self.batch = batch
      self.events = events
    }
  }

  /// How many events are appended, by how many tasks at once.
  public struct ProducerSize: Sendable, Hashable {
    public var producers: Int
    public var events: Int

    public init(producers: Int, events: Int) {
      self.producers = producers
      self.events = events
    }
  }

  /// A log with an index of stations and times.
  public struct IndexedLog: Sendable, Hashable {
    public var events: Int
    public var stations: Int
    /// The positions of a block of the index.
    public var blockPositions: UInt64

    public init(events: Int, stations: Int, blockPositions: UInt64) {
      self.events = events
      self.stations = stations
      self.blockPositions = blockPositions
    }
  }

  /// The sizes that figures are published for: some minutes.
  public static let full = BenchmarkPlan()

  /// All of it, small: seconds. For tests, and to see that it runs; its figures mean nothing.
  public static let quick: BenchmarkPlan = {
    var plan = BenchmarkPlan()
    plan.rounds = 2
    plan.stations = 4
    plan.days = 4
    plan.appends = [
      AppendSize(batch: 1, events: 10), AppendSize(batch: 100, events: 500),
      AppendSize(batch: 1000, events: 2500),
    ]
    plan.producers = [
      ProducerSize(producers: 1, events: 10), ProducerSize(producers: 16, events: 160),
      ProducerSize(producers: 256, events: 1024),
    ]
    plan.offered = ProducerSize(producers: 16, events: 320)
    plan.indexed = IndexedLog(events: 20_000, stations: 100, blockPositions: 1 << 12)
    plan.sealedEvents = 8192
    plan.sealedBesideAppends = 8192
    plan.syncs = 20
    plan.peers = [
      AppendSize(batch: 1, events: 20), AppendSize(batch: 100, events: 1000),
      AppendSize(batch: 1000, events: 4000),
    ]
    plan.scannedEvents = 5000
    plan.watchedEvents = 4000
    plan.pricedSessions = 500
    return plan
  }()
}

import ArgumentParser
import EventLog
import JSON
import Quantities
import Reports

struct SealCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seal",
    abstract: "Pack old events into compressed blocks.",
    discussion: """
      Events are read as before, and others may append meanwhile. Each packed event is compared \
      with the original before that goes. The space becomes free for new events; the file of the \
      log does not get smaller. Events are sealed by 4,096, and as many stay unsealed at least. \
      Whatever stops it, the next run goes on.
      """)

  @Option(help: "How many of the newest events are not sealed. (default: 65536)")
  var keepHot: UInt64?

  @Option(
    help: ArgumentHelp(
      "Seal only what was recorded so long ago: 90d, 36h or 45m.", valueName: "duration"))
  var olderThan: Age?

  @Option(help: "How to print it.")
  var format = AnswerFormat.table

  @OptionGroup var ledger: LedgerOption

  func validate() throws {
    guard keepHot == nil || olderThan == nil else {
      throw ValidationError("choose --keep-hot or --older-than")
    }
  }

  func run() throws {
    let ledger = try ledger.open()
    var options = SealOptions()
    if let keepHot { options = SealOptions(keepHotEvents: keepHot) }
    if let olderThan {
      let time = SystemClock.now().advanced(byMilliseconds: -olderThan.milliseconds)
      options = SealOptions(keepHotEvents: 0, recordedBefore: time)
    }
    let meter = ProgressMeter(activity: "Sealing", unit: "events")
    let report = try ledger.seal(options) { progress in
      guard progress.activity == .packing else { return }
      meter.show(done: progress.position, total: progress.last, count: progress.position)
    }
    meter.finish()
    let size = SealedSize(report)
    format.print(size.table, json: size.write)
  }
}

/// A time span that ends now: a whole number and `d`, `h` or `m`.
struct Age: ExpressibleByArgument {
  let milliseconds: Int64

  init?(argument: String) {
    let units: [Character: Int64] = ["d": 86_400_000, "h": 3_600_000, "m": 60_000]
    guard let unit = argument.last.flatMap({ units[$0] }), let count = Int64(argument.dropLast()),
      (0...1_000_000).contains(count)
    else { return nil }
    milliseconds = count * unit
  }
}

/// What sealing has done to the size of a log.
struct SealedSize {
  private let report: SealReport

  init(_ report: SealReport) { self.report = report }

  /// Bytes an event with two decimals, in integers.
  static func perEvent(_ bytes: Int, _ events: UInt64) -> String {
    guard events > 0 else { return "0.00" }
    let hundredths = UInt64(bytes) * 100 / events
    let cents = hundredths % 100
    return "\(hundredths / 100)." + (cents < 10 ? "0" : "") + "\(cents)"
  }

  private var before: String { Self.perEvent(report.before.bytes, report.before.events) }
  private var after: String { Self.perEvent(report.after.bytes, report.after.events) }
  private var sealed: String {
    Self.perEvent(report.after.sealedBytes, report.after.sealedEvents)
  }

  var table: String {
    var table = Table([.left(""), .right("")])
    table.append(["sealed now", "\(report.sealedEvents)"])
    table.append(["sealed events", "\(report.after.sealedEvents)"])
    table.append(["segments", "\(report.segments)"])
    table.append(["events", "\(report.after.events)"])
    table.append(["bytes before", "\(report.before.bytes)"])
    table.append(["bytes now", "\(report.after.bytes)"])
    table.append(["bytes an event before", before])
    table.append(["bytes an event now", after])
    table.append(["bytes a sealed event", sealed])
    return table.text
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("sealed_now", report.sealedEvents)
      json.member("sealed_events", report.after.sealedEvents)
      json.member("segments", UInt64(report.segments))
      json.member("events", report.after.events)
      json.member("bytes_before", report.before.bytes)
      json.member("bytes_after", report.after.bytes)
      json.member("bytes_per_event_before", number: before)
      json.member("bytes_per_event_after", number: after)
      json.member("sealed_bytes_per_event", number: sealed)
    }
  }
}
